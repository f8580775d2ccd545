"""What was seen, and what was ranked: enough to know it again, and to learn from it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from weekly.models import Candidate, Entry, Kind, Status
from weekly.state.folder import Line, Lines
from weekly.state.rows import insert_all, moment
from weekly.store import codec
from weekly.store.candidates import WHOLE
from weekly.store.entries import without_texts
from weekly.store.tables import candidates, entries, issues, packed_candidates, published_works

_ARXIV = "arxiv"
_UNKNOWN = "-"
"""In the place of a hash: whatever comes again is taken as it comes."""
_SHORT = 16


def dump_entries(connection: Connection) -> Iterator[tuple[str, Line]]:
    """What each source has shown, and when first: papers by their id, whatever else in a line that tells of it.

    The ids stand below the moment at which they were seen: there are thousands, of few moments.
    """
    published, last = set(connection.scalars(select(issues.c.week))), ("", "")
    seconds = [(row, moment(row.seen_at.replace(microsecond=0))) for row in connection.execute(select(entries))]
    for row, at in sorted(seconds, key=lambda one: (one[0].week, one[1], one[0].source, one[0].key)):
        entry = without_texts(codec.load(Entry, row.data))
        if replace(entry, title="") == _paper(row.key, entry.version):
            if last != (row.week, at):
                last = row.week, at
                yield f"{row.week}/papers", {"at": at}
            yield f"{row.week}/papers", [row.key, *([entry.version] if entry.version != "1" else [])]
            continue
        # Of a week that is not published the texts are wanted again.
        known = row.hash[:_SHORT] if row.week in published else _UNKNOWN
        yield f"{row.week}/seen", {"at": at, "entry": json.loads(codec.brief(entry)), "hash": known}


def _paper(key: str, version: str) -> Entry:
    """A paper of arXiv as far as its id tells it; the title is not kept."""
    url = f"https://arxiv.org/abs/{key}"
    return Entry(source=_ARXIV, key=key, kind=Kind.PAPER, title="", url=url, version=version)


def put_entries(connection: Connection, lines: Lines) -> None:
    """Makes known again what `dump_entries` told."""
    rows = []
    for name, content in lines.items():
        week, _, file = name.rpartition("/")
        at = ""
        for line in content:
            if file == "papers" and isinstance(line, dict):
                at = line["at"]
                continue
            if file == "papers":
                key, *version = line
                entry, known = _paper(key, version[0] if version else "1"), _UNKNOWN
            elif file == "seen" and isinstance(line, dict):
                entry, at, known = codec.load(Entry, json.dumps(line["entry"])), line["at"], line["hash"]
            else:
                continue
            row = {"source": entry.source, "key": entry.key, "week": week, "seen_at": datetime.fromisoformat(at)}
            rows.append({**row, "hash": known, "data": codec.brief(entry)})
    insert_all(connection, entries, rows)


def dump_candidates(connection: Connection) -> Iterator[tuple[str, Line]]:
    """The best of each week, whatever was decided about, and what was published: editors and lessons need these."""
    published = set(connection.execute(select(published_works.c.publication, published_works.c.work)).tuples())
    done = {week for week, _ in published}
    rows = [(row.week, row.position, row.status, row.data) for row in connection.execute(select(candidates))]
    for week, data in connection.execute(select(packed_candidates.c.week, packed_candidates.c.data)):
        placed = (line.partition(" ") for line in codec.unpack(data).split("\n"))
        rows += [(week, int(place), Status.PENDING.value, text) for place, _, text in placed]
    for week, position, status, data in sorted(rows):
        candidate = codec.load(Candidate, data)
        decided = status != Status.PENDING.value or (week, candidate.work.id) in published
        if position >= WHOLE and not decided:
            continue
        # Where its score came from nobody asks once the issue is out.
        kept = json.loads(codec.brief(replace(candidate, parts=()) if week in done else candidate))
        for names in ("keys", "claims"):
            kept["work"].get(names, []).sort()  # sets, in no order of their own
        yield f"{week}/candidates", {"candidate": kept, "place": position, "status": status}


def put_candidates(connection: Connection, lines: Lines) -> None:
    """Ranks again what `dump_candidates` told."""
    rows: list[dict[str, Any]] = []
    for name, content in lines.items():
        week, _, file = name.rpartition("/")
        for line in content if file == "candidates" else ():
            assert isinstance(line, dict)  # noqa: S101 - `load` says what is wrong
            candidate = codec.load(Candidate, json.dumps(line["candidate"]))
            place = {"week": week, "id": candidate.work.id, "position": line["place"], "status": line["status"]}
            rows.append({**place, "data": codec.dump(candidate)})
    insert_all(connection, candidates, rows)
