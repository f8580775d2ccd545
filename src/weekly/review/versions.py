"""The versions of a draft: what each of them changed, and how one of them stands again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from weekly.errors import Conflict, StageError
from weekly.models import Card, Draft, Status, Week
from weekly.review.approve import find_current_revision
from weekly.review.decide import DraftChange, change_draft, insert_card, with_card
from weekly.review.edit import fields, head
from weekly.review.redraw import WAITING
from weekly.store import codec
from weekly.store.drafts import Revision
from weekly.store.transaction import Transaction
from weekly.workspace import Workspace

SHOWN = 60
"""Versions that are listed unless more are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartChange:
    """How a card, or the head of the issue, differs between two versions."""

    card: str
    """The card's id; empty for the head."""
    name: str
    before: Card | Draft | None
    after: Card | Draft | None

    @property
    def texts(self) -> dict[str, tuple[str, str]]:
        """The fields that differ, each before and after."""
        old, new = part_texts(self.before), part_texts(self.after)
        pairs = {name: (old.get(name, ""), new.get(name, "")) for name in dict.fromkeys([*old, *new])}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftVersion:
    """A version of the draft and what it changed of the one before."""

    number: int
    author: str
    at: datetime
    changes: tuple[PartChange, ...]
    kept: bool
    """It keeps a text that was not taken because somebody else was quicker."""


def part_texts(part: Card | Draft | None) -> dict[str, str]:
    """All that readers and editors see of a card, or of the head of a draft, as texts."""
    if part is None:
        return {}
    if isinstance(part, Draft):
        blocks = "\n\n".join(f"{block.kind}: {block.title}\n{block.body}" for block in part.blocks)
        return {**head(part), "order": "\n".join(card.name for card in part.cards), "blocks": blocks}
    facts: dict[str, str] = {}
    for fact in part.facts:
        facts[fact.name] = f"{facts[fact.name]}, {fact.value}" if fact.name in facts else fact.value
    return {
        **fields(part),
        "topic": part.topic,
        "picture": part.picture.file if part.picture else "",
        "institutions": ", ".join(part.institutions),
        "links": "\n".join(f"{link.kind} {link.url}" for link in part.links),
        **facts,
    }


def difference(before: Draft | None, after: Draft) -> tuple[PartChange, ...]:
    """What differs between two versions, the head first, then card by card."""
    old = {card.id: card for card in before.cards} if before else {}
    new = {card.id: card for card in after.cards}
    changes = [PartChange(card="", name="", before=before, after=after)]
    for card in dict.fromkeys([*new, *old]):
        name = (new.get(card) or old[card]).name
        changes.append(PartChange(card=card, name=name, before=old.get(card), after=new.get(card)))
    return tuple(change for change in changes if change.texts)


def versions(workspace: Workspace, week: Week, card: str | None = None) -> Iterator[DraftVersion]:
    """The versions of the week's draft that changed anything, newest first; of one *card*, or of the head (empty).

    A text that was not taken is compared with what stood then. Raises StageError when there is no draft.
    """
    with workspace.store.read() as tx:
        find_current_revision(tx, week)
        heads = tx.drafts.heads(week)
        conflicts = (entry for entry in tx.reviews.since(week, 0) if entry.action == "conflicted")
        kept = {entry.data["revision"] for entry in conflicts}
    for at, revision in enumerate(heads):
        before = next((older.number for older in heads[at + 1 :] if older.number not in kept), 0)
        with workspace.store.read() as tx:
            stood = tx.drafts.find_revision(week, before) if before else None
            after = _revision(tx, week, revision.number)
        changes = difference(stood.draft if stood else None, after.draft)
        changes = tuple(change for change in changes if card in {None, change.card})
        if changes:
            yield DraftVersion(
                number=revision.number,
                author=revision.author,
                at=revision.created_at,
                changes=changes,
                kept=revision.number in kept,
            )


def find_version(workspace: Workspace, week: Week, number: int) -> Revision:
    """One version of the week's draft; raises StageError when there is no such one."""
    with workspace.store.read() as tx:
        return _revision(tx, week, number)


def _revision(tx: Transaction, week: Week, number: int) -> Revision:
    newest, _ = tx.drafts.tip(week)
    revision = tx.drafts.find_revision(week, number) if 0 < number <= newest else None
    if revision is None:
        raise StageError(f"{week} has no version {number}: its versions are 1 to {newest}")
    return revision


def restore_issue(workspace: Workspace, week: Week, number: int, by: str, expected: str = "") -> Revision:
    """Makes the whole issue stand again as version *number* had it, as a new version.

    Cards that come back are accepted, cards that go wait for a decision again. *expected* is the hash of the version
    that the editor saw standing; raises Conflict when another one stands, StageError when there is no such version.
    """

    def work_out(change: DraftChange) -> Revision:
        _stands(change, expected)
        old, stands = find_version(workspace, week, number).draft, change.revision.draft
        _decide_again(change, old)
        standing = {card.id: card for card in stands.cards}
        cards = tuple(_as_it_was(card, standing.get(card.id)) for card in old.cards)
        return _restored(change, replace(old, cards=cards), number, "")

    return change_draft(workspace, week, by, work_out)


def _decide_again(change: DraftChange, wanted: Draft) -> None:
    """Decisions as the cards of *wanted* need them; the text of a card that goes is kept for when it comes back."""
    stands = change.revision.draft.cards
    ids, now = {card.id for card in wanted.cards}, {card.id for card in stands}
    with change.workspace.store.read() as tx:
        statuses = {key: one.status for key, one in tx.candidates.of(change.week, ids ^ now).items()}
    for place, card in enumerate(stands):
        if card.id in statuses:
            status = Status.PENDING if statuses[card.id] is Status.ACCEPTED else statuses[card.id]
            told = {"from": statuses[card.id].value, "place": place, "text": codec.dump(card)}
            change.record(status.value, card.id, told)
            change.decide(card.id, status)
    for card in wanted.cards:
        if statuses.get(card.id) in {Status.REJECTED, Status.LATER}:
            change.record(Status.ACCEPTED.value, card.id, {"from": statuses[card.id].value, "place": None})
            change.decide(card.id, Status.ACCEPTED)


def restore_head(workspace: Workspace, week: Week, number: int, by: str, expected: str = "") -> Revision:
    """Makes title, summary and cover stand again as version *number* had them; raises as `restore_issue` does."""

    def work_out(change: DraftChange) -> Revision:
        _stands(change, expected)
        old = find_version(workspace, week, number).draft
        return _restored(change, replace(old, cards=change.revision.draft.cards), number, "")

    return change_draft(workspace, week, by, work_out)


def restore_card(workspace: Workspace, week: Week, number: int, card: str, by: str, expected: str = "") -> Revision:
    """Makes a card stand again as version *number* had it; one that has left the issue comes back, accepted."""

    def work_out(change: DraftChange) -> Revision:
        _stands(change, expected)
        draft, candidate = change.revision.draft, change.candidate(card)
        old = {one.id: one for one in find_version(workspace, week, number).draft.cards}
        if card not in old:
            raise StageError(f"version {number} of {week} has no card {card[:80]!r}")
        standing = next((one for one in draft.cards if one.id == card), None)
        if standing:
            return _restored(change, with_card(draft, _as_it_was(old[card], standing)), number, card)
        if candidate.status is not Status.ACCEPTED:
            change.record(Status.ACCEPTED.value, card, {"from": candidate.status.value, "place": None})
            change.decide(card, Status.ACCEPTED)
        return _restored(change, replace(draft, cards=insert_card(draft.cards, old[card])), number, card)

    return change_draft(workspace, week, by, work_out)


def _stands(change: DraftChange, expected: str) -> None:
    if expected and expected != change.revision.hash:
        raise Conflict(
            f"{change.week} has been edited since you looked: compare it with v{change.revision.number} first"
        )


def _as_it_was(old: Card, standing: Card | None) -> Card:
    """*old* with what only came later: its page may have been fetched since."""
    if standing is None or WAITING not in old.notes:
        return old
    return replace(old, picture=old.picture or standing.picture, notes=standing.notes)


def _restored(change: DraftChange, draft: Draft, number: int, card: str) -> Revision:
    stood = change.revision
    revision = change.append(draft, change.by)
    if revision is not stood:
        change.record("restored", card, {"what": f"v{number}", "revision": revision.number})
    return revision


def changes_json(changes: tuple[PartChange, ...]) -> list[Mapping[str, object]]:
    """The changes as JSON has them: which card, which fields, before and after."""
    return [
        {
            "card": change.card,
            "name": change.name,
            "fields": {name: {"before": old, "after": new} for name, (old, new) in change.texts.items()},
        }
        for change in changes
    ]
