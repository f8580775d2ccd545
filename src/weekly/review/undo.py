"""Undo: an editor's last act is taken back where what it left still stands; never what somebody else has done since.

Decisions, moves and topics are reversed by what their entries say. Every other act replaced a part of the draft, or of
the candidates, and its entry says which: the parts that it changed are put back as they were, and all others stay.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from weekly.errors import Conflict
from weekly.models import Candidate, Card, Status, Week
from weekly.review import order
from weekly.review.decide import DraftChange, change_draft, last_card
from weekly.review.merge import FileConflict, merge
from weekly.review.versions import find_version
from weekly.store import codec
from weekly.store.drafts import MACHINE
from weekly.store.reviews import ARRANGED, REPLACED, LogEntry
from weekly.workspace import Workspace


class Overruled(Conflict):
    """What was to be taken back does not stand any more as it was left.

    Attributes:
        entry: what was to be taken back.
        by: who has changed it since.
    """

    def __init__(self, entry: LogEntry, newer: LogEntry | None) -> None:
        self.entry, self.by = entry, newer.by if newer else MACHINE
        what = f"{newer.action} {newer.card}".rstrip() if newer else "changed the week"
        super().__init__(f"nothing is taken back: {self.by} has {what} since you have {entry.action} it")


def undo(workspace: Workspace, week: Week, by: str, key: str = "") -> LogEntry | None:
    """Takes back what *by* did last and has not taken back; returns it, None when there is nothing left.

    Texts are not among it: they are typed, and each version of them is kept. Raises Overruled where somebody else has
    since changed the same, or what it brought is used; the next undo goes one step further back.
    """

    def work_out(change: DraftChange) -> LogEntry | Overruled | None:
        with workspace.store.read() as tx:
            entry = tx.reviews.find_reversible(week, by)
            since = tx.reviews.standing_since(week, entry.id) if entry else []
        if entry is None:
            return None
        try:
            kept = (_restore if REPLACED in entry.data else _reverse)(change, entry, since)
        except Overruled as overruled:
            change.record("overruled", entry.card, {"what": entry.action, "by": overruled.by}, undoes=entry.id)
            return overruled
        change.record("undone", entry.card, {"what": entry.action, **kept}, undoes=entry.id)
        return entry

    result = change_draft(workspace, week, by, work_out, key)
    if isinstance(result, Overruled):
        raise result
    return result


def _restore(change: DraftChange, entry: LogEntry, since: Sequence[LogEntry]) -> dict[str, str]:
    """What the act replaced stands again: cards, blocks and cover, and candidates."""
    before, after = (
        find_version(change.workspace, change.week, entry.data[name]).draft for name in (REPLACED, "revision")
    )
    stands, told = change.revision.draft, entry.data.get("candidates", {})
    candidates = {one: codec.load(Candidate, stood["candidate"]) if stood else None for one, stood in told.items()}
    _check_candidates(change, entry, since, candidates, {card.id for card in after.cards})
    as_left = (stands.headlines, stands.summary) == (after.headlines, after.summary)
    parts = before if as_left else replace(before, headlines=after.headlines, summary=after.summary)
    try:
        draft = merge(after, stands, parts)
    except FileConflict as conflict:
        raise Overruled(entry, _newest(entry, since)) from conflict
    if len(draft.blocks) > max(len(stands.blocks), change.workspace.settings.newsletter.blocks):
        raise Overruled(entry, _newest(entry, since))
    if candidates:
        change.put(candidates, {one: stood["place"] for one, stood in told.items() if stood})
    if as_left:
        change.append(draft, change.by)
    else:
        change.save(draft)  # headlines and summary follow the cards
    return {}


def _check_candidates(
    change: DraftChange,
    entry: LogEntry,
    since: Sequence[LogEntry],
    before: Mapping[str, Candidate | None],
    cards: Collection[str],
) -> None:
    """Raises Overruled where something rests on the candidates as the act left them.

    One was merged or split since, one that the act made was talked or decided about, one has got a card that was not
    among *cards*, or other entries have come to them.
    """
    with change.workspace.store.read() as tx:
        now = tx.candidates.of(change.week, before)
    made = {identifier for identifier, candidate in before.items() if candidate is None}
    used = [one for one in since if one.card in made or not before.keys().isdisjoint(one.data.get("candidates", ()))]
    new = {card.id for card in change.revision.draft.cards} - set(cards)
    if used or not new.isdisjoint(before) or _entries(before.values()) != _entries(now.values()):
        raise Overruled(entry, used[-1] if used else _newest(entry, since))


def _entries(candidates: Iterable[Candidate | None]) -> set[tuple[str, str]]:
    return {(entry.source, entry.key) for one in candidates if one for entry in one.work.entries}


def _newest(entry: LogEntry, since: Iterable[LogEntry]) -> LogEntry | None:
    """What may have changed the same: the last act on its card, else of its kind, else of all."""
    kind = entry.action.partition(" ")[0]
    acts = (one for one in since if one.action in ARRANGED or "revision" in one.data)
    return max(
        acts, key=lambda one: (one.card == entry.card, one.action.partition(" ")[0] == kind, one.id), default=None
    )


def _reverse(change: DraftChange, entry: LogEntry, since: Sequence[LogEntry]) -> dict[str, str]:
    """Status, order or topic as the entry says that they were."""
    with change.workspace.store.read() as tx:
        newest = tx.reviews.find_standing(change.week, entry)
        gone = entry.card and tx.candidates.find(change.week, entry.card) is None
    if newest is not None and newest.id != entry.id:
        raise Overruled(entry, newest)
    if gone:
        raise Overruled(entry, next((one for one in reversed(since) if one.data.get("other") == entry.card), None))
    cards, kept = list(change.revision.draft.cards), dict[str, str]()
    if entry.action == "moved":
        cards = _moved_back(cards, entry.data["from"])
    elif entry.action == "filed":
        cards = [replace(card, topic=entry.data["from"]) if card.id == entry.card else card for card in cards]
        change.refile(change.candidate(entry.card), entry.data["from"])
        if "order" in entry.data and any(card.id == entry.card for card in cards):
            cards = order.put_back(cards, entry.card, entry.data["order"])
    else:
        kept = _undecide(change, entry, cards)
    change.save(replace(change.revision.draft, cards=tuple(cards)))
    return kept


def _moved_back(cards: Sequence[Card], stood: Sequence[str]) -> list[Card]:
    """The cards of *stood* in that order, in the places that they have; one that came since stays where it is."""
    place = {identifier: at for at, identifier in enumerate(stood)}
    named = iter(sorted((card for card in cards if card.id in place), key=lambda card: place[card.id]))
    return [next(named) if card.id in place else card for card in cards]


def _undecide(change: DraftChange, entry: LogEntry, cards: list[Card]) -> dict[str, str]:
    """Puts status and place back as they were; the card itself keeps what was written on it since."""
    change.decide(entry.card, Status(entry.data["from"]))
    at = next((at for at, card in enumerate(cards) if card.id == entry.card), None)
    place = entry.data["place"]
    if place is None and at is not None:
        return {"text": codec.dump(cards.pop(at))}
    if place is not None and at is None:
        cards.insert(place, last_card(change, entry.card))
    return {}
