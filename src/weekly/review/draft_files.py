"""The draft as a Markdown file in the digest's form, for editors who live in git and an editor of their own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from weekly import files
from weekly.errors import Conflict, ParseError, StageError
from weekly.formats import digest
from weekly.formats.digest import Digest, Item
from weekly.models import Block, Card, Draft, Picture, Status, Week
from weekly.render.documents import render
from weekly.render.markdown import to_text
from weekly.review.approve import current_revision
from weekly.review.decide import DraftChange, change_draft
from weekly.review.preview import renderer
from weekly.store import codec
from weekly.store.drafts import Revision
from weekly.workspace import Workspace

TEXT, BASE = "issue.md", "draft.json"
_LARGEST = 2_000_000
"""Bytes of a file that comes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One field of the issue in three versions; a conflict where the last two both differ from the first."""

    place: str
    base: Any
    stands: Any
    file: Any

    @property
    def clash(self) -> bool:
        """Whether the draft and the file were both changed, and say different things."""
        return self.file != self.base and all(self.stands != text for text in (self.base, self.file))


class FileConflict(Conflict):
    """The draft was changed where the file was changed too.

    Attributes:
        versions: what clashes.
    """

    def __init__(self, versions: Sequence[Version]) -> None:
        places = ", ".join(version.place for version in versions)
        super().__init__(f"the draft was changed in the same places ({places}): nothing is overwritten")
        self.versions = versions


def export(workspace: Workspace, week: Week, folder: Path) -> Revision:
    """Writes the draft of *week* into *folder*: `issue.md` to edit, `draft.json` to know where it came from."""
    revision = current_revision(workspace, week)
    _write(workspace, revision, folder)
    return revision


def _write(workspace: Workspace, revision: Revision, folder: Path) -> None:
    base = {"week": revision.week, "revision": revision.number, "hash": revision.hash}
    files.replace(folder / TEXT, _text(workspace, revision.draft).encode())
    files.replace(folder / BASE, (json.dumps(base, indent=2) + "\n").encode())


def _text(workspace: Workspace, draft: Draft) -> str:
    return render(renderer(workspace).digest(draft), workspace.environment)


def take_back(workspace: Workspace, folder: Path, by: str, week: Week | None = None) -> Revision:
    """Takes the edited file of *folder* into the draft and writes the folder anew.

    What was changed on the page meanwhile stays. Raises FileConflict where both were changed in the same place,
    ParseError when the file cannot be read, StageError when it belongs to another week or names an unknown card.
    """
    told, document = _base(folder), digest.parse(_read(folder / TEXT))
    here_week = Week.parse(str(told.get("week")))
    if week is not None and week != here_week:
        raise StageError(f"{folder} holds the draft of {here_week}, not of {week}")
    number = told.get("revision")
    with workspace.store.read() as tx:
        begun = tx.drafts.find_revision(here_week, number) if isinstance(number, int) else None
    if begun is None or begun.hash != told.get("hash"):
        raise StageError(f"{folder / BASE}: this workspace has no such revision: export the draft again")
    before = digest.parse(_text(workspace, begun.draft))

    def work_out(change: DraftChange) -> Revision:
        stood = change.revision
        merged = _merge(change, begun.draft, before, document)
        revision = change.save(merged) if merged != stood.draft else stood
        if revision is not stood:
            change.record("imported", data={"revision": revision.number})
        return revision

    revision = change_draft(workspace, here_week, by, work_out)
    _write(workspace, revision, folder)
    return revision


def _base(folder: Path) -> Mapping[str, Any]:
    try:
        told = json.loads(_read(folder / BASE))
    except ValueError as error:
        raise ParseError(f"{folder / BASE}: not JSON: export the draft again") from error
    if not isinstance(told, dict):
        raise ParseError(f"{folder / BASE}: an object is needed: export the draft again")
    return told


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise ParseError(f"{path}: larger than {_LARGEST:,} bytes")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ParseError(f"{path}: cannot be read: {error.strerror}: 'weekly draft export' writes it") from error
    except UnicodeDecodeError as error:
        raise ParseError(f"{path}: not UTF-8 (byte {error.start})") from error


def _merge(change: DraftChange, begun: Draft, before: Digest, after: Digest) -> Draft:
    """The draft as it stands with the changes that the file makes to the version that it began with."""
    stands = change.revision.draft
    pairs = _pairs(begun.cards, before.items, after.items)
    standing = {card.id: card for card in stands.cards}
    versions: list[Version] = []
    cards: dict[str, Card] = dict(standing)
    for card, old, new in pairs:
        changes = _changes(card, old, new)
        if card.id in standing and changes:
            versions += [
                Version(place=f"{card.name}: {name}", base=getattr(card, name), stands=getattr(standing[card.id], name),
                        file=value)
                for name, value in changes.items()
            ]  # fmt: skip
            cards[card.id] = replace(standing[card.id], **changes)
    head = _head(begun, before, after)
    versions += [
        Version(place=name, base=getattr(begun, name), stands=getattr(stands, name), file=value)
        for name, value in head.items()
    ]
    if after.blocks != before.blocks:
        head["blocks"] = _blocks(pairs, after)
        clash = Version(place="blocks", base=begun.blocks, stands=stands.blocks, file=head["blocks"])
        versions.append(clash)
    order = [card.id for card, _, _ in pairs]
    was = [card.id for card in begun.cards]
    kept = [one for one in was if one in order]
    if order != kept:
        now = [card.id for card in stands.cards if card.id in order]
        versions.append(Version(place="order", base=kept, stands=now, file=order))
    if clashes := [version for version in versions if version.clash]:
        raise FileConflict(clashes)
    for identifier in set(was) - set(order):
        if identifier in cards:
            change.record(Status.REJECTED.value, identifier, _reject(change, standing[identifier]))
            cards.pop(identifier)
    place = {identifier: at for at, identifier in enumerate(order if order != kept else [])}
    ordered = sorted(cards.values(), key=lambda card: place.get(card.id, len(place))) if place else cards.values()
    return replace(stands, cards=tuple(ordered), **head)


def _reject(change: DraftChange, card: Card) -> dict[str, Any]:
    """A card that the file left out is rejected as on the page, and can be taken back there."""
    status = change.candidate(card.id).status
    change.decide(card.id, Status.REJECTED)
    at = [one.id for one in change.revision.draft.cards].index(card.id)
    return {"from": status.value, "place": at, "text": codec.dump(card)}


def _pairs(cards: Sequence[Card], before: Sequence[Item], after: Sequence[Item]) -> list[tuple[Card, Item, Item]]:
    """The file's items with the cards that they were, in the file's order.

    An item is its card by its title, else by its text, else by its picture; what is left by its place, if as many
    are left on both sides.
    """
    left = list(zip(cards, before, strict=True))
    pairs: dict[int, tuple[Card, Item]] = {}
    for name in ("title", "summary", "image"):
        for at, item in enumerate(after):
            value = getattr(item, name)
            hits = [pair for pair in left if value and getattr(pair[1], name) == value]
            if at not in pairs and len(hits) == 1:
                pairs[at] = hits[0]
                left.remove(hits[0])
    rest = [at for at in range(len(after)) if at not in pairs]
    if len(rest) > len(left):
        title = to_text(after[rest[-1]].title)[:60]
        raise StageError(f"{TEXT}: no card of the draft is {title!r}: accept its candidate first, then export again")
    if len(rest) == len(left):
        pairs.update(dict(zip(rest, left, strict=True)))
    elif rest:
        title = to_text(after[rest[0]].title)[:60]
        raise StageError(f"{TEXT}: cannot tell which card {title!r} is: keep its title, text or picture")
    return [(*pairs[at], item) for at, item in enumerate(after)]


def _changes(card: Card, old: Item, new: Item) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if new.title != old.title:
        text = to_text(new.title).replace("\n", " ")
        colon = next((mark for mark in ("：", ": ") if mark in text), "")
        name, _, line = text.partition(colon) if colon else (text, "", "")
        changes |= {"name": name.strip(), "line": line.strip()}
    if new.summary != old.summary:
        changes["summary"] = new.summary
    if new.tags != old.tags:
        changes["tags"] = new.tags
    if new.image and old.image and new.image.alt != old.image.alt:
        changes["picture"] = _describe(card.picture, to_text(new.image.alt))
    return changes


def _blocks(pairs: Sequence[tuple[Card, Item, Item]], after: Digest) -> tuple[Block, ...]:
    """The blocks of the file, each behind the card that it stands behind there."""
    ids = ["", *(card.id for card, _, _ in pairs)]
    return tuple(
        Block(kind=block.kind, title=to_text(block.title), body=block.body, after=card)
        for card, blocks in zip(ids, after.placed_blocks, strict=True)
        for block in blocks
    )


def _describe(picture: Picture | None, alt: str) -> Picture | None:
    return replace(picture, alt=alt) if picture else None


def _head(begun: Draft, before: Digest, after: Digest) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if after.headlines != before.headlines:
        changes["headlines"] = tuple(map(to_text, after.headlines))
    if after.summary != before.summary:
        changes["summary"] = after.summary
    if after.cover and before.cover and after.cover.alt != before.cover.alt:
        changes["cover"] = _describe(begun.cover, to_text(after.cover.alt))
    return changes
