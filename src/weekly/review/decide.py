"""What an editor does to a week: decide, file, order. Everything is written down with what undo needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from weekly.blocks import with_places
from weekly.drafting.issue import compose
from weekly.errors import Conflict, StageError
from weekly.models import Candidate, Card, Draft, Status, Week
from weekly.render.card_views import BRIEFS
from weekly.review import order
from weekly.review.approve import TRIES, find_card, unpublished_draft
from weekly.review.redraw import draft_offline
from weekly.stages.assess import refiled
from weekly.store import codec
from weekly.store.drafts import MACHINE, Revision, next_revision
from weekly.store.reviews import LogEntry
from weekly.store.transaction import Transaction
from weekly.workspace import Workspace

T = TypeVar("T")


class Repeated(Conflict):
    """What is asked for was done before under the same key.

    Attributes:
        entry: what was done.
    """

    def __init__(self, entry: LogEntry) -> None:
        super().__init__(f"this is stored already: {entry.action} {entry.card}".rstrip())
        self.entry = entry


@dataclass(slots=True, kw_only=True)
class DraftChange:
    """What an editor does to the draft of a week: worked out first, then written as a whole."""

    workspace: Workspace
    week: Week
    by: str
    revision: Revision
    """The newest one, with what this change adds."""
    key: str = ""
    """Made by the device of whoever asks: what is asked for twice under one key is done once."""
    writes: list[Callable[[Transaction], None]] = field(default_factory=list)

    def record(
        self,
        action: str,
        card: str = "",
        data: dict[str, Any] | None = None,
        *,
        undoes: int | None = None,
        by: str = "",
    ) -> None:
        """Adds an entry to the log, of the editor or of *by*."""
        who, now = by or self.by, self.workspace.clock()
        told = {**(data or {}), "key": self.key} if self.key and not by else data
        self.writes.append(lambda tx: tx.reviews.record(self.week, who, action, now, card, told, undoes))

    def decide(self, identifier: str, status: Status) -> None:
        """Decides about a candidate."""
        self.writes.append(lambda tx: tx.candidates.decide(self.week, identifier, status))

    def refile(self, candidate: Candidate, topic: str) -> None:
        """Files a candidate under *topic*; what the classifier said of others stays behind it."""
        filed = refiled(candidate, topic, self.by)
        self.writes.append(lambda tx: tx.candidates.put(self.week, filed))

    def carry_out(
        self,
        draft: Draft,
        action: str,
        card: str = "",
        *,
        candidates: Mapping[str, Candidate | None] | None = None,
        **told: Any,
    ) -> Revision:
        """Makes *draft* the newest revision and *candidates* (None: none of that id) stand; nothing where both do.

        The entry in the log keeps what they replaced, and so can be taken back by `undo`.
        """
        stood, revision = self.revision, self.save(draft)
        told |= {"replaced": stood.number, "revision": revision.number}
        if candidates:
            told["candidates"] = self._before(candidates)
            self.put(candidates)
        if candidates or revision is not stood:
            self.record(action, card, told)
        return revision

    def _before(self, ids: Iterable[str]) -> dict[str, dict[str, Any] | None]:
        with self.workspace.store.read() as tx:
            stood, places = tx.candidates.of(self.week, ids), tx.candidates.places(self.week, ids)
        return {
            one: {"place": places[one], "candidate": codec.dump(stood[one])} if one in stood else None for one in ids
        }

    def put(self, candidates: Mapping[str, Candidate | None], places: Mapping[str, int] | None = None) -> None:
        """Puts *candidates* in the place of those of their ids, or where *places* says; None: none of that id."""

        def write(tx: Transaction) -> None:
            for identifier, candidate in candidates.items():
                if candidate is None:
                    tx.candidates.remove(self.week, identifier)
                else:
                    tx.candidates.put(self.week, candidate)
                    tx.candidates.add(self.week, candidate, (places or {}).get(identifier))

        self.writes.append(write)

    def save(self, draft: Draft) -> Revision:
        """*draft* as the newest revision; headlines and summary that nobody has touched follow the cards."""
        return self.append(self._with_headlines(draft), self.by)

    def append(self, draft: Draft, author: str) -> Revision:
        """*draft* as the newest revision, word for word; a block behind a card that is gone follows the one before."""
        before = [card.id for card in self.revision.draft.cards]
        blocks = with_places(draft.blocks, before, {card.id for card in draft.cards})
        draft = replace(draft, blocks=blocks) if blocks != draft.blocks else draft
        revision = next_revision(self.revision, draft, author, self.workspace.now())
        if revision is not self.revision:
            self.writes.append(lambda tx: tx.drafts.append(revision))
            self.revision = revision
        return revision

    def _with_headlines(self, draft: Draft) -> Draft:
        before = self.revision.draft
        if draft.cards == before.cards or not draft.cards:
            return draft
        with self.workspace.store.read() as tx:
            places = tx.candidates.places(self.week, {card.id for card in (*before.cards, *draft.cards)})
        stood, now = self._composed(before, places), self._composed(draft, places)
        headlines = now.headlines if draft.headlines == stood.headlines else draft.headlines
        summary = now.summary if draft.summary == stood.summary else draft.summary
        return replace(draft, headlines=headlines, summary=summary)

    def _composed(self, draft: Draft, places: dict[str, int]) -> Draft:
        """The headlines and the summary that the machine would write for these cards."""
        best = sorted(draft.cards, key=lambda card: places.get(card.id, len(places)))
        return compose(self.week, best, None, self.workspace.settings, self.workspace.environment)

    def candidate(self, identifier: str) -> Candidate:
        """The candidate; raises StageError when the week has no such one."""
        with self.workspace.store.read() as tx:
            candidate = tx.candidates.find(self.week, identifier)
        if candidate is None:
            raise unknown_candidate(self.week, identifier)
        return candidate

    def card(self, identifier: str) -> Card:
        """The card in the draft; raises StageError when there is none."""
        return find_card(self.revision, identifier)


def change_draft(workspace: Workspace, week: Week, by: str, work_out: Callable[[DraftChange], T], key: str = "") -> T:
    """What *work_out* returns, when all that it has asked for is written.

    It runs outside of any transaction, for it draws and renders while others write. Where somebody else was quicker
    it runs again on what stands then. Raises Repeated when *by* has done it before under the same *key*, StageError
    when there is no draft or it is published already, Conflict when others change it all the time.
    """
    store = workspace.store
    with store.draft_lock:
        for _ in range(TRIES):
            with store.read() as tx:
                if key and (entry := tx.reviews.find_key(week, by, key)):
                    raise Repeated(entry)
                revision = unpublished_draft(tx, week)
                seen = (revision.number, revision.hash), tx.reviews.length(week)
            change = DraftChange(workspace=workspace, week=week, by=by, revision=revision, key=key)
            result = work_out(change)
            if not change.writes:
                return result
            with store.write() as tx:
                tx.lock(f"draft {week}")
                # Every change that a change of the draft may rest on adds a revision or an entry, or publishes.
                if (tx.drafts.tip(week), tx.reviews.length(week)) == seen and not tx.issues.has(week):
                    for write in change.writes:
                        write(tx)
                    return result
    raise Conflict(f"{week} is changed by others all the time: try again")


def decide(workspace: Workspace, week: Week, identifier: str, status: Status, by: str, key: str = "") -> Revision:
    """Writes the decision about a candidate: an accepted one gets its card, a rejected or put off one loses it.

    A card that comes back says what it said when it left. Deciding the same again changes nothing.
    """

    def work_out(change: DraftChange) -> Revision:
        stood = change.candidate(identifier).status
        cards = list(change.revision.draft.cards)
        place = next((at for at, card in enumerate(cards) if card.id == identifier), None)
        wanted = status is Status.ACCEPTED or (status is Status.PENDING and place is not None)
        if stood is status and wanted is (place is not None):
            return change.revision
        data: dict[str, Any] = {"from": stood.value, "place": place}
        if wanted and place is None:
            cards = list(insert_card(cards, last_card(change, identifier)))
        elif not wanted and place is not None:
            data["text"] = codec.dump(cards.pop(place))
        change.decide(identifier, status)
        change.record(status.value, identifier, data)
        return change.save(replace(change.revision.draft, cards=tuple(cards)))

    return change_draft(workspace, week, by, work_out, key)


def decide_undrafted(workspace: Workspace, week: Week, identifier: str, status: Status, by: str) -> bool:
    """Decides about a candidate of a week that has no draft yet; False, and nothing is done, where there is one.

    Raises StageError for what is no candidate, and for one to accept: its card needs a draft to stand in.
    """
    with workspace.store.write() as tx:
        tx.lock(f"draft {week}")
        if tx.drafts.find(week) is not None:
            return False
        candidate = tx.candidates.find(week, identifier)
        if candidate is None:
            raise unknown_candidate(week, identifier)
        if status is Status.ACCEPTED:
            raise StageError(f"{week} has no draft that could take a card: run 'weekly draft --week {week}' first")
        if candidate.status is not status:
            tx.candidates.decide(week, identifier, status)
            stood = {"from": candidate.status.value, "place": None}
            tx.reviews.record(week, by, status.value, workspace.clock(), identifier, stood)
    return True


def unknown_candidate(week: Week, identifier: str) -> StageError:
    """What is said of a candidate that the week does not have."""
    return StageError(f"{week} has no candidate {identifier[:80]!r}: see 'weekly candidates'")


def last_card(change: DraftChange, identifier: str) -> Card:
    """The card as it last was, or a new one."""
    with change.workspace.store.read() as tx:
        kept = tx.reviews.find_text(change.week, identifier)
    if kept:
        return replace(codec.load(Card, kept), topic=change.candidate(identifier).topic)
    card = draft_offline(change.workspace, change.candidate(identifier))
    change.record("drawn", identifier, {"text": codec.dump(card)}, by=MACHINE)
    return card


def insert_card(cards: Sequence[Card], card: Card) -> tuple[Card, ...]:
    """*cards* with *card* behind the last one of the same topic, or at the end."""
    same = [at for at, other in enumerate(cards) if other.topic == card.topic]
    at = same[-1] + 1 if same else len(cards)
    return (*cards[:at], card, *cards[at:])


def arrange(workspace: Workspace, week: Week, wanted: Sequence[str], by: str) -> Revision:
    """Puts the cards into the order *wanted*; cards that it does not name keep to the end in the order they have."""
    return change_draft(workspace, week, by, lambda change: _arrange(change, wanted))


def move(workspace: Workspace, week: Week, identifier: str, steps: int, by: str, key: str = "") -> Revision:
    """Moves a card up (negative) or down by *steps* places of the mail; at the edge of its topic the topic moves."""

    def work_out(change: DraftChange) -> Revision:
        cards = order.moved(change.revision.draft.cards, change.card(identifier).id, steps)
        return _arrange(change, [card.id for card in cards])

    return change_draft(workspace, week, by, work_out, key)


def _arrange(change: DraftChange, wanted: Sequence[str]) -> Revision:
    draft = change.revision.draft
    stood, cards = [card.id for card in draft.cards], _sort_cards(draft.cards, wanted)
    now = [card.id for card in cards]
    if now == stood:
        return change.revision
    change.record("moved", data={"from": stood, "to": now})
    return change.save(replace(draft, cards=tuple(cards)))


def _sort_cards(cards: Sequence[Card], wanted: Sequence[str]) -> list[Card]:
    place = {identifier: at for at, identifier in enumerate(wanted)}
    return sorted(cards, key=lambda card: place.get(card.id, len(place)))


def place(
    workspace: Workspace, week: Week, identifier: str, topic: str, before: str, by: str, key: str = ""
) -> Revision:
    """Puts a card among those of *topic*, before the card *before* or as their last; one step for undo.

    Among the news in brief it keeps its topic.
    """
    if topic != BRIEFS:
        require_topic(workspace, topic)

    def work_out(change: DraftChange) -> Revision:
        draft, card = change.revision.draft, change.card(identifier)
        cards = order.placed(draft.cards, identifier, topic, before)
        if topic in {card.topic, BRIEFS}:
            return _arrange(change, [one.id for one in cards])
        stood = [one.id for one in draft.cards]
        change.record("filed", identifier, {"from": card.topic, "to": topic, "order": stood})
        change.refile(change.candidate(identifier), topic)
        return change.save(replace(draft, cards=tuple(cards)))

    return change_draft(workspace, week, by, work_out, key)


def require_topic(workspace: Workspace, topic: str) -> None:
    """Raises StageError when the settings know no such topic."""
    slugs = [one.slug for one in workspace.settings.topics]
    if topic not in {*slugs, "other"}:
        raise StageError(f"there is no topic {topic[:40]!r}: topics are {', '.join(slugs)}")


def file_under(workspace: Workspace, week: Week, identifier: str, topic: str, by: str, key: str = "") -> Revision:
    """Files a candidate, and its card, under another topic; raises StageError when the settings know no such topic."""
    require_topic(workspace, topic)

    def work_out(change: DraftChange) -> Revision:
        candidate, draft = change.candidate(identifier), change.revision.draft
        card = next((card for card in draft.cards if card.id == identifier), None)
        stood = card.topic if card else candidate.topic
        if stood == topic:
            return change.revision
        change.record("filed", identifier, {"from": stood, "to": topic})
        change.refile(candidate, topic)
        return change.save(with_card(draft, replace(card, topic=topic))) if card else change.revision

    return change_draft(workspace, week, by, work_out, key)


def with_card(draft: Draft, card: Card) -> Draft:
    """*draft* with *card* in the place of the one of that id."""
    return replace(draft, cards=tuple(card if other.id == card.id else other for other in draft.cards))
