"""What each editor has looked at, and what others have changed since: an approval is of what was seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from weekly.models import Card, Draft, Week
from weekly.review.edit import etag, head
from weekly.store.drafts import MACHINE, Revision
from weekly.store.reviews import LogEntry
from weekly.store.transaction import Transaction
from weekly.workspace import Workspace

_WHOLE = ""
"""In the place of a card: the issue as a whole, read in its preview or when the editor first came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardChange:
    """What somebody else has done to a card, to the head or to the order since an editor looked."""

    by: str
    action: str
    card: str
    """The name of the card; empty for the head and the order."""
    before: Card | Draft | None
    after: Card | Draft | None


def note_look(workspace: Workspace, week: Week, by: str, revision: Revision, card: str = _WHOLE) -> None:
    """Writes down that *by* has *card*, or the whole issue, before their eyes as *revision* has it."""
    shown = next((one for one in revision.draft.cards if one.id == card), None)
    if card and shown is None:
        return
    told = {"revision": revision.number, "etag": etag(shown) if shown else ""}
    with workspace.store.write() as tx:
        known = tx.reviews.looks(week, by)
        stands = known.get(card)
        if stands is None or (
            stands.data["etag"] != told["etag"] if card else stands.data["revision"] < revision.number
        ):
            tx.reviews.add_look(week, by, workspace.clock(), card, told)


def note_arrival(workspace: Workspace, week: Week, by: str, revision: Revision) -> None:
    """As `note_look` for the whole issue, but only when *by* comes for the first time."""
    with workspace.store.read() as tx:
        if _WHOLE in tx.reviews.looks(week, by):
            return
    note_look(workspace, week, by, revision)


def unopened(tx: Transaction, week: Week, by: str, draft: Draft) -> list[Card]:
    """The cards of *draft* that *by* has never opened."""
    opened = tx.reviews.looks(week, by)
    return [card for card in draft.cards if card.id not in opened]


def changes_since(
    tx: Transaction, week: Week, by: str, revision: Revision, seen: int | None = None
) -> list[CardChange]:
    """What others have changed since *by* looked: at each card and at the whole, or at the revision *seen*."""
    looks = {} if seen else tx.reviews.looks(week, by)
    if not seen and _WHOLE not in looks:
        return []
    entries = tx.reviews.since(week, 0)
    drafts: dict[int, Mapping[str, Card]] = {}

    def base(number: int) -> Mapping[str, Card]:
        if number not in drafts:
            old = tx.drafts.find_revision(week, number)
            drafts[number] = {card.id: card for card in old.draft.cards} if old else {}
        return drafts[number]

    whole = seen or int(looks[_WHOLE].data["revision"])
    now = {card.id: card for card in revision.draft.cards}
    found = []
    for card in dict.fromkeys([*now, *base(whole)]):
        look = looks.get(card)
        if look and card in now and look.data["etag"] == etag(now[card]):
            continue
        number = max(whole, int(look.data["revision"])) if look else whole
        before, after = base(number).get(card), now.get(card)
        if before != after and (entry := _by_another(tx, week, by, entries, number, card, revision)):
            name = (after or before).name  # type: ignore[union-attr]  # one of them is there: they differ
            found.append(CardChange(by=entry[0], action=entry[1], card=name, before=before, after=after))
    old = tx.drafts.find_revision(week, whole)
    return [*found, *(_of_the_whole(old.draft, revision.draft, by, entries, whole) if old else ())]


def _by_another(
    tx: Transaction, week: Week, by: str, entries: Sequence[LogEntry], number: int, card: str, revision: Revision
) -> tuple[str, str] | None:
    """Who other than *by* has changed *card* after the revision *number*, and how; None when only *by* has."""
    old = tx.drafts.find_revision(week, number)
    since = [entry for entry in entries if entry.card == card and old and entry.at >= old.created_at]
    others = [entry for entry in since if entry.by not in {by, MACHINE}]
    if others:
        return others[-1].by, others[-1].action
    if any(entry.by == by for entry in since):
        return None
    return (revision.author, "edited") if revision.author != by else None


def _of_the_whole(
    before: Draft, after: Draft, by: str, entries: Sequence[LogEntry], number: int
) -> Iterator[CardChange]:
    edited = [
        entry
        for entry in entries
        if entry.action == "edited" and not entry.card and entry.data.get("revision", 0) > number
    ]
    others = [entry.by for entry in edited if entry.by != by]
    if head(before) != head(after) and others:
        yield CardChange(by=others[-1], action="edited", card="", before=before, after=after)
