"""Saves edits of cards and of the issue's head by several people at once; no text is overwritten unseen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from weekly.checks.evidence import with_support
from weekly.errors import Conflict, ParseError, StageError
from weekly.models import RATINGS, Card, Draft, Evidence, Picture, Week
from weekly.review.decide import DraftChange, change_draft, with_card
from weekly.store import codec
from weekly.store.drafts import Revision
from weekly.text import storable
from weekly.workspace import Workspace

T = TypeVar("T")

LONGEST = {"name": 300, "line": 500, "body": 100_000, "tags": 1_000, "alt": 300, "credit": 300, "rating": 10}
LONGEST_HEAD = {"headlines": 1_000, "summary": 20_000, "cover": 100, "alt": 300, "credit": 300}
"""Characters of a field."""
VERSIONS = 60
"""Revisions in which the version that a save began with is looked for."""
SHORTEST_QUOTE = 12
"""Characters; a bare number would prove itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveResult:
    """What a save left: the version of the text and the revision of the draft that it is in."""

    etag: str
    revision: int
    changed: bool


class TextConflict(Conflict):
    """The text was changed by somebody else since the version that this save began with.

    Attributes:
        theirs: the fields as they stand.
        etag: the version that stands.
        by: who wrote it.
        kept: the number of the revision that keeps the text that was not taken.
    """

    def __init__(self, theirs: Mapping[str, str], etag: str, by: str, kept: int) -> None:
        super().__init__(f"{by} has changed the same text: both versions are kept, yours as v{kept}")
        self.theirs = theirs
        self.etag = etag
        self.by = by
        self.kept = kept


def fields(card: Card) -> dict[str, str]:
    """What can be written on a card."""
    alt = card.picture.alt if card.picture else ""
    tags = " ".join(card.tags)
    return {
        "name": card.name,
        "line": card.line,
        "body": card.summary,
        "tags": tags,
        "alt": alt,
        "rating": card.rating,
    }


def etag(card: Card) -> str:
    """The version of a card's text: equal texts have equal versions."""
    return _version(fields(card))


def _version(texts: Mapping[str, str]) -> str:
    return codec.digest("\0".join(texts.values()))[:20]


def head(draft: Draft) -> dict[str, str]:
    """What can be written on the head of an issue; a headline a line."""
    alt = draft.cover.alt if draft.cover else ""
    headlines = "\n".join(draft.headlines)
    cover = draft.cover.file if draft.cover else ""
    return {
        "headlines": headlines,
        "summary": draft.summary,
        "cover": cover,
        "alt": alt,
        "credit": draft.cover_credit,
    }


def covers(draft: Draft) -> list[Picture]:
    """The pictures that may stand at the top: the one that does, and those of the cards."""
    return [picture for picture in (draft.cover, *(card.picture for card in draft.cards)) if picture is not None]


def head_etag(draft: Draft) -> str:
    """The version of the head's text."""
    return _version(head(draft))


def edit(
    workspace: Workspace, week: Week, identifier: str, changes: Mapping[str, str], base: str, by: str
) -> tuple[SaveResult, Card]:
    """Writes *changes* on a card whose version was *base* when the writing began.

    Raises TextConflict when somebody else has changed it since and says something else; ParseError for a text that
    is too long; StageError when there is no such card.
    """
    wanted = _clean(changes, LONGEST)

    def work_out(change: DraftChange) -> tuple[SaveResult, Card] | TextConflict:
        card = change.card(identifier)
        written = _edit_card(card, wanted)
        versions = (fields(one) for draft in _versions(change) for one in draft.cards if one.id == identifier)
        lost = _collides(base, fields(card), wanted, versions) and not _machine_made(change, card)
        if lost and etag(written) != etag(card):
            kept = _keep_rejected_text(change, with_card(change.revision.draft, written))
            return TextConflict(fields(card), etag(card), _author(change, identifier), kept)
        revision = change.save(with_card(change.revision.draft, written))
        if written != card:
            told = [name for name, text in fields(card).items() if fields(written)[name] != text]
            change.record("edited", identifier, {"fields": told, "revision": revision.number})
        return SaveResult(etag=etag(written), revision=revision.number, changed=written != card), written

    return _raise_conflict(change_draft(workspace, week, by, work_out))


def edit_head(workspace: Workspace, week: Week, changes: Mapping[str, str], base: str, by: str) -> SaveResult:
    """Writes *changes* on the head of the issue; raises as `edit` does."""
    wanted = _clean(changes, LONGEST_HEAD)

    def work_out(change: DraftChange) -> SaveResult | TextConflict:
        draft = change.revision.draft
        written = _edit_head(draft, wanted)
        lost = _collides(base, head(draft), wanted, (head(version) for version in _versions(change)))
        if lost and head_etag(written) != head_etag(draft):
            kept = _keep_rejected_text(change, written)
            return TextConflict(head(draft), head_etag(draft), _author(change, ""), kept)
        if head(written)["cover"] != head(draft)["cover"]:
            revision = change.carry_out(written, "edited", fields=sorted(wanted))
        else:
            revision = change.save(written)
            if written != draft:
                change.record("edited", "", {"fields": sorted(wanted), "revision": revision.number})
        return SaveResult(etag=head_etag(written), revision=revision.number, changed=written != draft)

    return _raise_conflict(change_draft(workspace, week, by, work_out))


def _raise_conflict(result: T | TextConflict) -> T:
    """Raises the conflict only now: the revision that keeps the text that was not taken is written."""
    if isinstance(result, TextConflict):
        raise result
    return result


def link_quote(workspace: Workspace, week: Week, identifier: str, quote: str, by: str) -> Revision:
    """Adds a quote to a card's evidence; raises StageError when none of the work's sources says so word for word."""
    wanted = " ".join(quote.split())

    def work_out(change: DraftChange) -> Revision:
        card = change.card(identifier)
        for entry in change.candidate(identifier).work.entries:
            if len(wanted) >= SHORTEST_QUOTE and wanted in " ".join(f"{entry.title}. {entry.text}".split()):
                proof = Evidence(quote=wanted, url=entry.url)
                if proof in card.evidence:
                    return change.revision
                held = with_card(change.revision.draft, replace(card, evidence=(*card.evidence, proof)))
                return change.carry_out(held, "linked", identifier, quote=wanted[:500])
        raise StageError("no source of this work says this word for word: choose a sentence of its text")

    return change_draft(workspace, week, by, work_out)


def _versions(change: DraftChange) -> Iterator[Draft]:
    """The versions in which a save may have begun, read when they are needed."""
    with change.workspace.store.read() as tx:
        versions = tx.drafts.versions(change.week, VERSIONS)
    yield from versions


def _collides(
    base: str, stands: Mapping[str, str], wanted: Mapping[str, str], versions: Iterable[Mapping[str, str]]
) -> bool:
    """Whether a field that is to be written was written by somebody else since the version *base*.

    Two people may write on different fields of one card; a version that is too old to be found collides.
    """
    if base in {_version(stands), "*"}:
        return False
    begun = next((version for version in versions if _version(version) == base), None)
    if begun is None:
        return True
    return any(stands[name] not in {begun[name], text} for name, text in wanted.items() if text != begun[name])


def _machine_made(change: DraftChange, card: Card) -> bool:
    """Whether the text that stands is what the machine drew for an accepted candidate: it gives way to people."""
    with change.workspace.store.read() as tx:
        drawn = tx.reviews.find_drawn(change.week, card.id)
    return drawn is not None and etag(codec.load(Card, drawn)) == etag(card)


def _clean(changes: Mapping[str, str], longest: Mapping[str, int]) -> dict[str, str]:
    wanted = {}
    for name, text in changes.items():
        if name not in longest:
            raise ParseError(f"{name[:40]!r} is no field: fields are {', '.join(longest)}")
        if len(text) > longest[name]:
            raise ParseError(f"{name} has {len(text):,} characters: at most {longest[name]:,} are kept; shorten it")
        wanted[name] = storable(text.replace("\r\n", "\n").replace("\r", "\n"))
    return wanted


def check_lengths(before: Draft, draft: Draft) -> None:
    """Raises ParseError where *draft* holds a text that *before* has not and that is too long."""
    known = {card.id: fields(card) for card in before.cards}
    for card in draft.cards:
        stood = known.get(card.id, {})
        _clean({name: text for name, text in fields(card).items() if text != stood.get(name)}, LONGEST)
    stood = head(before)
    _clean({name: text for name, text in head(draft).items() if text != stood[name]}, LONGEST_HEAD)


def _edit_card(card: Card, wanted: Mapping[str, str]) -> Card:
    text = {**fields(card), **wanted}
    tags = tuple(dict.fromkeys(tag.lstrip("#") for tag in text["tags"].split() if tag.strip("#")))
    line = " ".join(text["line"].split()) if "line" in wanted else card.line
    name = " ".join(text["name"].split()) if "name" in wanted else card.name
    picture = _alt(card.picture, text["alt"])
    if text["rating"] not in RATINGS:
        raise ParseError(f"rating: {text['rating']!r} is none of {', '.join(filter(None, RATINGS))}")
    written = replace(
        card, name=name, line=line, summary=text["body"], tags=tags, picture=picture, rating=text["rating"]
    )
    return with_support(written) if written.summary != card.summary else written


def _edit_head(draft: Draft, wanted: Mapping[str, str]) -> Draft:
    text = {**head(draft), **wanted}
    cover = next((picture for picture in covers(draft) if picture.file == text["cover"]), None)
    lines = (" ".join(line.split()) for line in text["headlines"].split("\n"))
    return replace(
        draft,
        headlines=tuple(filter(None, lines)),
        summary=text["summary"],
        cover=cover if cover != draft.cover else _alt(cover, text["alt"]),
        cover_credit=text["credit"],
    )


def _alt(picture: Picture | None, alt: str) -> Picture | None:
    return replace(picture, alt=" ".join(alt.split())) if picture and alt != picture.alt else picture


def _keep_rejected_text(change: DraftChange, lost: Draft) -> int:
    """The text that was not taken becomes a revision, and what stands stands again after it."""
    stands = change.revision
    kept = change.append(lost, change.by)
    change.append(stands.draft, stands.author)
    change.record("conflicted", data={"revision": kept.number})
    return kept.number


def _author(change: DraftChange, identifier: str) -> str:
    """Who wrote last on a card, or on the head for an empty *identifier*."""
    with change.workspace.store.read() as tx:
        edit = tx.reviews.find_edit(change.week, identifier)
    return edit.by if edit else change.revision.author
