"""What an editor does to a week: decide, take back, order. Every deed is written down with what it undoes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from weekly.drafting.issue import compose
from weekly.errors import StageError
from weekly.models import Candidate, Card, Draft, Status, Week
from weekly.stages.approve import current
from weekly.stages.redraw import sketch
from weekly.store import codec
from weekly.store.drafts import MACHINE, Revision
from weekly.store.review_log import Deed
from weekly.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One transaction of one editor on one week's draft."""

    workspace: Workspace
    connection: Connection
    week: Week
    by: str
    revision: Revision

    def log(self, action: str, card: str = "", data: dict[str, Any] | None = None, undoes: int | None = None) -> None:
        """Writes a deed down."""
        now = datetime.now(UTC)
        self.workspace.store.review_log.add(self.connection, self.week, self.by, action, now, card, data, undoes)

    def keep(self, cards: Sequence[Card]) -> Revision:
        """The draft with *cards* as the newest revision."""
        return self.save(replace(self.revision.draft, cards=tuple(cards)))

    def save(self, draft: Draft) -> Revision:
        """*draft* as the newest revision; headlines and summary that nobody has touched follow the cards."""
        draft = self._headed(draft)
        return self.workspace.store.drafts.add(self.connection, draft, self.by, self.workspace.now())

    def _headed(self, draft: Draft) -> Draft:
        before = self.revision.draft
        if draft.cards == before.cards or not draft.cards:
            return draft
        stood, now = self._machine(before), self._machine(draft)
        headlines = now.headlines if draft.headlines == stood.headlines else draft.headlines
        summary = now.summary if draft.summary == stood.summary else draft.summary
        return replace(draft, headlines=headlines, summary=summary)

    def _machine(self, draft: Draft) -> Draft:
        """The headlines and the summary that the machine would write for these cards."""
        ranks = list(self.workspace.store.candidates.statuses(self.connection, self.week))
        place = {identifier: rank for rank, identifier in enumerate(ranks)}
        best = sorted(draft.cards, key=lambda card: place.get(card.id, len(place)))
        return compose(self.week, best, None, self.workspace.settings, self.workspace.environment)

    def candidate(self, identifier: str) -> Candidate:
        """The candidate; raises StageError when the week has no such one."""
        found = self.workspace.store.candidates.find(self.connection, self.week, identifier)
        if found is None:
            raise StageError(f"{self.week} has no candidate {identifier[:80]!r}: see 'weekly candidates'")
        return found

    def card(self, identifier: str) -> Card:
        """The card in the draft; raises StageError when there is none."""
        found = next((card for card in self.revision.draft.cards if card.id == identifier), None)
        if found is None:
            raise StageError(f"the draft of {self.week} has no card {identifier[:80]!r}: accept the candidate first")
        return found


@contextmanager
def desk(workspace: Workspace, week: Week, by: str) -> Iterator[Desk]:
    """A transaction on the draft of *week*; raises StageError when there is no draft or it is published already."""
    current(workspace, week)
    store = workspace.store
    with store.database.write() as connection:
        store.database.hold(connection, f"draft {week}")
        if store.issues.get(connection, week) is not None:
            raise StageError(f"{week} is published already: what is published does not change")
        revision = store.drafts.newest(connection, week)
        assert revision is not None
        yield Desk(workspace=workspace, connection=connection, week=week, by=by, revision=revision)


def decide(workspace: Workspace, week: Week, identifier: str, status: Status, by: str) -> Revision:
    """Writes the decision about a candidate: an accepted one gets its card, a rejected or put off one loses it.

    A card that comes back says what it said when it left. Deciding the same again changes nothing.
    """
    with desk(workspace, week, by) as here:
        stood = here.candidate(identifier).status
        cards = list(here.revision.draft.cards)
        place = next((at for at, card in enumerate(cards) if card.id == identifier), None)
        wanted = status is Status.ACCEPTED or (status is Status.PENDING and place is not None)
        if stood is status and wanted is (place is not None):
            return here.revision
        data: dict[str, Any] = {"from": stood.value, "place": place}
        if wanted and place is None:
            _insert(cards, _card(here, identifier))
        elif not wanted and place is not None:
            data["text"] = codec.dump(cards.pop(place))
        here.workspace.store.candidates.decide(here.connection, week, [identifier], status)
        here.log(status.value, identifier, data)
        return here.keep(cards)


def _card(here: Desk, identifier: str) -> Card:
    """The card as it last was, or a new one."""
    if kept := here.workspace.store.review_log.last_card(here.connection, here.week, identifier):
        return codec.load(Card, kept)
    drawn = sketch(here.workspace, here.candidate(identifier))
    now, text = datetime.now(UTC), {"text": codec.dump(drawn)}
    here.workspace.store.review_log.add(here.connection, here.week, MACHINE, "drawn", now, identifier, text)
    return drawn


def _insert(cards: list[Card], card: Card) -> None:
    """Behind the last card of the same topic, or at the end."""
    same = [at for at, other in enumerate(cards) if other.topic == card.topic]
    cards.insert(same[-1] + 1 if same else len(cards), card)


def arrange(workspace: Workspace, week: Week, order: Sequence[str], by: str) -> Revision:
    """Puts the cards into *order*; cards that it does not name keep to the end in the order they have."""
    with desk(workspace, week, by) as here:
        stood = [card.id for card in here.revision.draft.cards]
        cards = _ordered(here.revision.draft.cards, order)
        if [card.id for card in cards] == stood:
            return here.revision
        here.log("moved", data={"from": stood, "to": [card.id for card in cards]})
        return here.keep(cards)


def move(workspace: Workspace, week: Week, identifier: str, steps: int, by: str) -> Revision:
    """Moves a card up (negative) or down by *steps* places."""
    with desk(workspace, week, by) as here:
        here.card(identifier)
        stood = [card.id for card in here.revision.draft.cards]
    at = stood.index(identifier)
    order = [one for one in stood if one != identifier]
    order.insert(max(0, at + steps), identifier)
    return arrange(workspace, week, order, by)


def _ordered(cards: Sequence[Card], order: Sequence[str]) -> list[Card]:
    place = {identifier: at for at, identifier in enumerate(order)}
    return sorted(cards, key=lambda card: place.get(card.id, len(place)))


def file_under(workspace: Workspace, week: Week, identifier: str, topic: str, by: str) -> Revision:
    """Files a card under another topic; raises StageError when the settings know no such topic."""
    slugs = [one.slug for one in workspace.settings.topics]
    if topic not in {*slugs, "other"}:
        raise StageError(f"there is no topic {topic[:40]!r}: topics are {', '.join(slugs)}")
    with desk(workspace, week, by) as here:
        card = here.card(identifier)
        if card.topic == topic:
            return here.revision
        here.log("filed", identifier, {"from": card.topic, "to": topic})
        return here.keep(_replaced(here.revision.draft.cards, replace(card, topic=topic)))


def _replaced(cards: Sequence[Card], changed: Card) -> list[Card]:
    return [changed if card.id == changed.id else card for card in cards]


def undo(workspace: Workspace, week: Week, by: str) -> Deed | None:
    """Takes back the newest deed of *by* that has not been taken back; returns it, None when there is none left."""
    with desk(workspace, week, by) as here:
        deed = workspace.store.review_log.last_reversible(here.connection, week, by)
        if deed is None:
            return None
        cards = list(here.revision.draft.cards)
        if deed.action == "moved":
            cards = _ordered(cards, deed.data["from"])
        elif deed.action == "filed":
            cards = [replace(card, topic=deed.data["from"]) if card.id == deed.card else card for card in cards]
        kept = _undecide(here, deed, cards) if deed.action in set(Status) else {}
        here.log("undone", deed.card, {"what": deed.action, **kept}, undoes=deed.id)
        here.keep(cards)
        return deed


def _undecide(here: Desk, deed: Deed, cards: list[Card]) -> dict[str, str]:
    """Puts status and place back as they were; the card itself keeps what was written on it since."""
    here.workspace.store.candidates.decide(here.connection, here.week, [deed.card], Status(deed.data["from"]))
    at = next((at for at, card in enumerate(cards) if card.id == deed.card), None)
    place = deed.data["place"]
    if place is None and at is not None:
        return {"text": codec.dump(cards.pop(at))}
    if place is not None and at is None:
        cards.insert(place, _card(here, deed.card))
    return {}
