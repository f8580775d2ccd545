"""What a card says beside its text: authors, date, institutions, venue and links, as an editor has them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from weekly.errors import Conflict, ParseError
from weekly.models import EDITOR, Card, Fact, Link, LinkKind, Week
from weekly.review.decide import DraftChange, change_draft, with_card
from weekly.store import codec
from weekly.store.drafts import Revision
from weekly.text import one_line
from weekly.workspace import Workspace

LONGEST = {"authors": 20_000, "date": 10, "institutions": 4_000, "venue": 200, "links": 20_000}
"""Characters of a field."""
MOST_LINKS = 30
_AND_OTHERS = "et al."


def fact_fields(card: Card) -> dict[str, str]:
    """What can be written, each author, institution and link on a line of its own; a link is its kind and address."""
    return {
        "authors": "\n".join(one.value for one in card.facts if one.name == "author" and one.value != _AND_OTHERS),
        "date": next((one.value for one in card.facts if one.name == "date"), ""),
        "institutions": "\n".join(card.institutions),
        "venue": next((one.value for one in card.facts if one.name == "venue"), ""),
        "links": "\n".join(f"{link.kind} {link.url}" for link in card.links),
    }


def version(card: Card) -> str:
    """Names what these fields say."""
    return codec.digest("\0".join(fact_fields(card).values()))[:20]


def edit_facts(
    workspace: Workspace, week: Week, identifier: str, changes: Mapping[str, str], by: str, expected: str = ""
) -> Revision:
    """Writes *changes* on a card; *expected* is the version that they began with.

    What an editor says here is no evidence for the card's text. Raises ParseError for a field that cannot be,
    Conflict when somebody else has written on them since, StageError when there is no such card.
    """
    wanted = {name: _lines(name, text) for name, text in changes.items()}

    def work_out(change: DraftChange) -> Revision:
        card = change.card(identifier)
        if expected and expected != version(card):
            raise Conflict("somebody else has written on these facts since: look at the card again, then write")
        written = _edited(card, wanted)
        told = [name for name, text in fact_fields(card).items() if fact_fields(written)[name] != text]
        return change.carry_out(with_card(change.revision.draft, written), "edited", identifier, fields=told)

    return change_draft(workspace, week, by, work_out)


def _lines(name: str, text: str) -> list[str]:
    if name not in LONGEST:
        raise ParseError(f"{name[:40]!r} is no field: fields are {', '.join(LONGEST)}")
    if len(text) > LONGEST[name]:
        raise ParseError(f"{name} has {len(text):,} characters: at most {LONGEST[name]:,} are kept; shorten it")
    return list(dict.fromkeys(filter(None, (one_line(line, 2_000) for line in text.splitlines()))))


def _edited(card: Card, wanted: Mapping[str, Sequence[str]]) -> Card:
    stood = {name: text.splitlines() for name, text in fact_fields(card).items()}
    new = {name: lines for name, lines in wanted.items() if list(lines) != stood[name]}
    facts = card.facts
    for name in ("date", "venue"):
        if name in new:
            facts = _with_facts(facts, name, [_day(one) for one in new[name]] if name == "date" else new[name][:1])
    if "authors" in new:
        facts = _with_facts(facts, "author", new["authors"])
        facts = _with_facts(facts, "authors", [f"{len(new['authors'])} authors"] if len(new["authors"]) > 1 else [])
    institutions = tuple(new.get("institutions", card.institutions))
    links = _links(new["links"], card.links) if "links" in new else card.links
    return replace(card, facts=facts, institutions=institutions, links=links)


def _with_facts(facts: Sequence[Fact], name: str, values: Sequence[str]) -> tuple[Fact, ...]:
    """*facts* with *values* in the place of those of that name; a value that stood there keeps its origin."""
    known = {fact.value: fact for fact in facts if fact.name == name}
    made = tuple(known.get(value) or Fact(name=name, value=value, origin=EDITOR) for value in values)
    at = next((place for place, fact in enumerate(facts) if fact.name == name), len(facts))
    rest = [fact for fact in facts if fact.name != name]
    return (*rest[:at], *made, *rest[at:])


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise ParseError(f"date: {text[:40]!r} is no day: write it as 2025-04-09") from error


def _links(lines: Sequence[str], stood: Sequence[Link]) -> tuple[Link, ...]:
    known = {(link.kind.value, link.url): link for link in stood}
    links = []
    for line in lines:
        kind, _, url = line.partition(" ")
        if kind not in set(LinkKind) or not re.fullmatch(r"(?i)https?://[^\s<>\"]+", url.strip()):
            kinds = ", ".join(LinkKind)
            raise ParseError(f"links: {line[:80]!r}: write a kind and an address: kinds are {kinds}")
        links.append(known.get((kind, url.strip())) or Link(kind=LinkKind(kind), url=url.strip(), origin=EDITOR))
    if len(links) > MOST_LINKS:
        raise ParseError(f"links: {len(links)} are too many: at most {MOST_LINKS} stand on a card")
    return tuple(links)
