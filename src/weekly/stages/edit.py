"""Writing on cards and on the head of the issue, by several people at once: nobody's text is ever overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from weekly.errors import Conflict, ParseError, StageError
from weekly.models import RATINGS, Card, Draft, Evidence, Picture, Week
from weekly.stages.review import Desk, desk
from weekly.store import codec
from weekly.store.drafts import Revision
from weekly.workspace import Workspace

LONGEST = {"name": 300, "line": 500, "body": 100_000, "tags": 1_000, "alt": 300, "credit": 300, "rating": 10}
LONGEST_HEAD = {"headlines": 1_000, "summary": 20_000, "cover": 100, "alt": 300, "credit": 300}
"""Characters of a field."""
VERSIONS = 60
"""Revisions in which the version that a save began with is looked for."""
SHORTEST_QUOTE = 12
"""Characters; a bare number would prove itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
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
    return [one for one in (draft.cover, *(card.picture for card in draft.cards)) if one is not None]


def head_etag(draft: Draft) -> str:
    """The version of the head's text."""
    return _version(head(draft))


def edit(
    workspace: Workspace, week: Week, identifier: str, changes: Mapping[str, str], base: str, by: str
) -> tuple[Saved, Card]:
    """Writes *changes* on a card whose version was *base* when the writing began.

    Raises TextConflict when somebody else has changed it since and says something else; ParseError for a text that
    is too long; StageError when there is no such card.
    """
    wanted = _clean(changes, LONGEST)
    with desk(workspace, week, by) as here:
        card = here.card(identifier)
        written = _written(card, wanted)
        versions = (fields(one) for draft in _recent(here) for one in draft.cards if one.id == identifier)
        lost = not _machine_made(here, card) and _collides(base, fields(card), wanted, versions)
        if lost and etag(written) != etag(card):
            kept = _keep_loser(here, _with(here.revision.draft, written))
            conflict = TextConflict(fields(card), etag(card), _author(here, identifier), kept)
        else:
            conflict = None
            revision = here.save(_with(here.revision.draft, written))
            if written != card:
                told = {"fields": [name for name, text in fields(card).items() if fields(written)[name] != text]}
                here.log("edited", identifier, {**told, "revision": revision.number})
    if conflict is not None:
        raise conflict  # the transaction that keeps the loser is committed
    return Saved(etag=etag(written), revision=revision.number, changed=written != card), written


def edit_head(workspace: Workspace, week: Week, changes: Mapping[str, str], base: str, by: str) -> Saved:
    """Writes *changes* on the head of the issue; raises as `edit` does."""
    wanted = _clean(changes, LONGEST_HEAD)
    with desk(workspace, week, by) as here:
        draft = here.revision.draft
        written = _headed(draft, wanted)
        lost = _collides(base, head(draft), wanted, (head(one) for one in _recent(here)))
        if lost and head_etag(written) != head_etag(draft):
            kept = _keep_loser(here, written)
            conflict = TextConflict(head(draft), head_etag(draft), _author(here, ""), kept)
        else:
            conflict = None
            revision = here.save(written)
            if written != draft:
                here.log("edited", "", {"fields": sorted(wanted), "revision": revision.number})
    if conflict is not None:
        raise conflict
    return Saved(etag=head_etag(written), revision=revision.number, changed=written != draft)


def link_quote(workspace: Workspace, week: Week, identifier: str, quote: str, by: str) -> Revision:
    """Adds a quote to a card's evidence; raises StageError when none of the work's sources says so word for word."""
    wanted = " ".join(quote.split())
    with desk(workspace, week, by) as here:
        card = here.card(identifier)
        for entry in here.candidate(identifier).work.entries:
            if len(wanted) >= SHORTEST_QUOTE and wanted in " ".join(f"{entry.title}. {entry.text}".split()):
                proof = Evidence(quote=wanted, url=entry.url)
                if proof in card.evidence:
                    return here.revision
                here.log("linked", identifier, {"quote": wanted[:500]})
                return here.save(_with(here.revision.draft, replace(card, evidence=(*card.evidence, proof))))
    raise StageError("no source of this work says this word for word: choose a sentence of its text")


def _recent(here: Desk) -> Iterator[Draft]:
    """The versions in which a save may have begun, read when they are needed."""
    yield from here.workspace.store.drafts.recent(here.connection, here.week, VERSIONS)


def _collides(
    base: str, stands: Mapping[str, str], wanted: Mapping[str, str], versions: Iterable[Mapping[str, str]]
) -> bool:
    """Whether a field that is to be written was written by somebody else since the version *base*.

    Two people may write on different fields of one card; a version that is too old to be found collides.
    """
    if base in {_version(stands), "*"}:
        return False
    begun = next((one for one in versions if _version(one) == base), None)
    if begun is None:
        return True
    return any(stands[name] not in {begun[name], text} for name, text in wanted.items() if text != begun[name])


def _machine_made(here: Desk, card: Card) -> bool:
    """Whether the text that stands is what the machine drew for an accepted candidate: it gives way to people."""
    drawn = here.workspace.store.review_log.drawn(here.week, card.id)
    return drawn is not None and etag(codec.load(Card, drawn)) == etag(card)


def _clean(changes: Mapping[str, str], longest: Mapping[str, int]) -> dict[str, str]:
    wanted = {}
    for name, text in changes.items():
        if name not in longest:
            raise ParseError(f"{name[:40]!r} is no field: fields are {', '.join(longest)}")
        if len(text) > longest[name]:
            raise ParseError(f"{name} has {len(text):,} characters: at most {longest[name]:,} are kept; shorten it")
        plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
        wanted[name] = plain.encode("utf-8", "replace").decode()  # half of a surrogate pair is no text
    return wanted


def _written(card: Card, wanted: Mapping[str, str]) -> Card:
    text = {**fields(card), **wanted}
    tags = tuple(dict.fromkeys(tag.lstrip("#") for tag in text["tags"].split() if tag.strip("#")))
    line = " ".join(text["line"].split()) if "line" in wanted else card.line
    name = " ".join(text["name"].split()) if "name" in wanted else card.name
    picture = _alt(card.picture, text["alt"])
    if text["rating"] not in RATINGS:
        raise ParseError(f"rating: {text['rating']!r} is none of {', '.join(filter(None, RATINGS))}")
    return replace(card, name=name, line=line, summary=text["body"], tags=tags, picture=picture, rating=text["rating"])


def _headed(draft: Draft, wanted: Mapping[str, str]) -> Draft:
    text = {**head(draft), **wanted}
    cover = next((one for one in covers(draft) if one.file == text["cover"]), None)
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


def _with(draft: Draft, card: Card) -> Draft:
    cards: Sequence[Card] = [card if one.id == card.id else one for one in draft.cards]
    return replace(draft, cards=tuple(cards))


def _keep_loser(here: Desk, lost: Draft) -> int:
    """The text that was not taken becomes a revision, and what stands stands again after it."""
    store, now = here.workspace.store, here.workspace.now()
    kept = store.drafts.add(here.connection, lost, here.by, now)
    store.drafts.add(here.connection, here.revision.draft, here.revision.author, now)
    here.log("conflicted", data={"revision": kept.number})
    return kept.number


def _author(here: Desk, identifier: str) -> str:
    """Who wrote last on a card, or on the head for an empty *identifier*."""
    for deed in here.workspace.store.review_log.of(here.week, limit=200):
        if deed.action == "edited" and deed.card == identifier:
            return deed.by
    return here.revision.author
