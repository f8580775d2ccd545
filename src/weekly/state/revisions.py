"""Drafts, revision by revision: each card once, whatever revisions hold it, and what the archive has not at all."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from weekly.errors import ParseError
from weekly.state.folder import Line, Lines
from weekly.state.rows import insert_all, moment
from weekly.store import codec
from weekly.store.tables import drafts, issues

Plain = dict[str, Any]
"""A draft or a card as JSON has it."""


def dump_drafts(connection: Connection, unplaced: Collection[str]) -> Iterator[tuple[str, Line]]:
    """Every revision, as its head and the names of its cards; and the cards, under the hash of their text.

    A card of which there is an earlier version, or one in the archive, is told by the fields that differ. The archive
    is not relied on for the weeks *unplaced*.
    """
    placed = select(issues.c.week, issues.c.data).where(issues.c.files != "{}", issues.c.week.not_in(list(unplaced)))
    archived = {week: json.loads(codec.unpack(data)) for week, data in connection.execute(placed)}
    known: dict[str, dict[str, Plain]] = {}
    for row in sorted(connection.execute(select(drafts)).all(), key=lambda row: (row.week, row.revision)):
        if row.week not in known:
            known[row.week] = _by_name(archived.get(row.week, {}))
        draft, names = json.loads(codec.unpack(row.data)), []
        for card in draft.pop("cards"):
            names.append(_name(card))
            if names[-1] not in known[row.week]:
                yield f"{row.week}/cards", _changes(card, known[row.week])
                known[row.week][names[-1]] = card
        told = {"author": row.author, "at": moment(row.created_at), "hash": row.hash, "revision": row.revision}
        yield f"{row.week}/drafts", {**told, "cards": names, "head": draft}


def put_drafts(connection: Connection, lines: Lines, archived: Mapping[str, Plain]) -> dict[str, str]:
    """Puts the revisions back, and returns the text that each hash is of; *archived* are the issues, by week.

    Raises ParseError for a revision that is not what its hash is of.
    """
    contents, rows = {}, []
    for name, content in lines.items():
        week, _, file = name.rpartition("/")
        if file != "drafts":
            continue
        cards = _by_name(archived.get(week, {}))
        for line in lines.get(f"{week}/cards", ()):
            assert isinstance(line, dict)  # noqa: S101 - `load` says what is wrong
            cards[line["name"]] = {**cards.get(line.get("of", ""), {}), **line["card"]}
        for line in content:
            assert isinstance(line, dict)  # noqa: S101 - `load` says what is wrong
            text = canonical({**line["head"], "cards": [cards.get(card) for card in line["cards"]]})
            if codec.digest(text) != line["hash"]:
                raise ParseError(
                    f"{name}: revision {line['revision']} is not what its hash is of: take {week}/drafts.jsonl and"
                    f" {week}/cards.jsonl back from an earlier commit"
                )
            contents[line["hash"]] = text
            row = {"week": week, "revision": line["revision"], "author": line["author"], "hash": line["hash"]}
            rows.append({**row, "created_at": datetime.fromisoformat(line["at"]), "data": codec.pack(text)})
    insert_all(connection, drafts, rows)
    return contents


def canonical(value: Any) -> str:
    """Canonical JSON, as `codec.dump` writes it."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _by_name(content: Plain) -> dict[str, Plain]:
    return {_name(card): card for card in content.get("cards", ())}


def _name(card: Plain) -> str:
    return codec.digest(canonical(card))[:16]


def _changes(card: Plain, known: dict[str, Plain]) -> Line:
    """The line of *card*: whole, or what differs from a version of it that is known."""
    before = next((name for name, one in known.items() if one["id"] == card["id"] and one.keys() <= card.keys()), "")
    if not before:
        return {"card": card, "name": _name(card)}
    changed = {name: value for name, value in card.items() if known[before].get(name) != value}
    return {"card": changed, "name": _name(card), "of": before}
