"""The subscribers: one row for each address."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, String, case, cast, delete, func, literal, select, update

from weekly.models import State
from weekly.store.confirmation_requests import ConfirmationRequests
from weekly.store.many_rows import among, insert_new
from weekly.store.subscriber_events import SubscriberEvent, SubscriberEvents
from weekly.store.suppressions import Reason, Suppressions, fold
from weekly.store.tables import bounces, deliveries, subscribers


class SubscriberStatus(StrEnum):
    """Whether a subscriber gets mail."""

    ACTIVE = "active"
    PAUSED = "paused"
    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"


_FINAL = {SubscriberStatus.UNSUBSCRIBED: Reason.UNSUBSCRIBED, SubscriberStatus.SUPPRESSED: Reason.OWNER}
"""What a list may say against a subscriber, never for one: an import can stop mail, not start it again."""
_MOVED = "they gave another address"
_LIVE = (SubscriberStatus.ACTIVE, SubscriberStatus.PAUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """Somebody on the list. Empty *topics* mean all of them, an empty *language* the newsletter's."""

    email: str
    name: str = ""
    topics: tuple[str, ...] = ()
    language: str = ""
    whole_issue: bool = False
    """What they get of an issue without any of their topics: all of it, or no mail."""
    status: SubscriberStatus = SubscriberStatus.ACTIVE
    stopped_for: Reason | None = None
    """In a list that is imported: why somebody who is on it gets no mail, where it says so."""
    id: int = 0
    created_at: datetime | None = None
    confirmed_at: datetime | None = None
    origin: str = ""
    """How they came, as the database holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Additions:
    """What became of the subscribers of a list."""

    added: int = 0
    known: int = 0
    """They were there and stay as they are, or stopped where the list says so."""
    suppressed: int = 0
    """The suppression list holds them."""


class Subscribers:
    """The list."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._suppressions = Suppressions(connection)
        self._events = SubscriberEvents(connection)

    def add(self, given: Iterable[Subscriber], at: datetime, origin: str = "") -> Additions:
        """Adds subscribers; one who is there already stays as they are, one who is suppressed stays out.

        *origin* says where they come from, such as the file of a list.
        """
        wanted: dict[str, Subscriber] = {}
        for subscriber in given:
            # Who left in one row of a list has left, whatever the others say.
            if subscriber.status in _FINAL or fold(subscriber.email) not in wanted:
                wanted[fold(subscriber.email)] = subscriber
        held = self._suppressions.reasons(wanted)
        free = [_row(subscriber, at, origin) for key, subscriber in wanted.items() if key not in held]
        added = insert_new(self._connection, subscribers, free, ["key"])
        stopped: dict[tuple[SubscriberStatus, Reason], list[str]] = {}
        for subscriber in wanted.values():
            if subscriber.status in _FINAL:
                reason = subscriber.stopped_for or _FINAL[subscriber.status]
                stopped.setdefault((subscriber.status, reason), []).append(subscriber.email)
        for (status, reason), emails in stopped.items():
            detail = f"so said {origin or 'an imported list'}"
            self._set_status(emails, status, at, f"{reason}: {detail}")
            self._suppressions.add(emails, reason, at, detail)
        out = len(held) - self._count(among(self._connection, subscribers.c.key, held)) if held else 0
        return Additions(added=added, known=len(wanted) - added - out, suppressed=out)

    def confirm(self, subscriber: Subscriber, at: datetime, *, where: str = "", text: str = "") -> int:
        """Makes *subscriber* active because they said so from their own address; lifts what stood against them.

        *where* they asked for it and the *text* that they agreed to are written down. Returns their number.
        """
        self._suppressions.lift(subscriber.email)
        wishes = {
            "topics": json.dumps(subscriber.topics),
            "language": subscriber.language,
            "whole_issue": subscriber.whole_issue,
        }
        active = {**wishes, "status": SubscriberStatus.ACTIVE.value, "confirmed_at": at}
        theirs = subscribers.c.key == fold(subscriber.email)
        insert_new(self._connection, subscribers, [_row(subscriber, at, where)], ["key"])  # a double click asks twice
        self._connection.execute(update(subscribers).where(theirs).values(active))
        self._events.add(theirs, SubscriberEvent.CONFIRMED, at, where, text)
        return self._connection.scalar(select(subscribers.c.id).where(theirs)) or 0

    def move(self, number: int, email: str, at: datetime) -> bool:
        """Gives the subscriber of that *number* the address *email*, from which they have confirmed that it is theirs.

        The old address gets no more mail, not by an older list either. Where *email* is on the list already, that is
        they themselves: its row goes on, with what they chose. False when there is no such subscriber who gets mail.
        """
        known, other = self.find_by_number(number), self.find(email)
        if known is None or known.status not in _LIVE:
            return False
        if fold(known.email) == fold(email):
            return True
        if other is not None:
            self.stop(known.email, Reason.UNSUBSCRIBED, at, _MOVED)
            number = self.confirm(replace(known, email=email), at, where=_MOVED)
        else:
            self._suppressions.add([known.email], Reason.UNSUBSCRIBED, at, _MOVED)
            self._suppressions.lift(email)
            row = {"key": fold(email), "email": email, "confirmed_at": at}
            self._connection.execute(update(subscribers).where(subscribers.c.id == number).values(row))
        self._events.add(subscribers.c.id == number, SubscriberEvent.MOVED, at, f"from {known.email}")
        return True

    def stop(self, email: str, reason: Reason, at: datetime, detail: str = "") -> bool:
        """No more mail to *email*, which no import undoes; False when there is no such subscriber."""
        self._suppressions.add([email], reason, at, detail)
        left = reason is Reason.UNSUBSCRIBED
        status = SubscriberStatus.UNSUBSCRIBED if left else SubscriberStatus.SUPPRESSED
        return self._set_status([email], status, at, f"{reason}: {detail}".removesuffix(": ")) > 0

    def lift(self, emails: Iterable[str], at: datetime, detail: str = "") -> int:
        """Gives mail again to those of *emails* whom no decision of their own keeps from it; returns how many."""
        lifted = 0
        for email in emails:
            held = self._suppressions.find(email)
            if held is not None and not held.decided:
                self._suppressions.lift(email)
                theirs = (subscribers.c.key == fold(email)) & (subscribers.c.status == SubscriberStatus.SUPPRESSED)
                self._set_status_of(theirs, SubscriberStatus.ACTIVE, at, f"lifted: {detail}".removesuffix(": "))
                lifted += 1
        return lifted

    def set_preferences(
        self,
        number: int,
        at: datetime,
        *,
        topics: Sequence[str],
        language: str,
        paused: bool,
        whole_issue: bool = False,
    ) -> bool:
        """What the subscriber of that *number* chose about their mail; False when they get none."""
        theirs = (subscribers.c.id == number) & subscribers.c.status.in_(_LIVE)
        self._set_status_of(theirs, SubscriberStatus.PAUSED if paused else SubscriberStatus.ACTIVE, at, "preferences")
        wishes = {"topics": json.dumps(list(topics)), "language": language, "whole_issue": whole_issue}
        return self._connection.execute(update(subscribers).where(theirs).values(wishes)).rowcount > 0

    def erase(self, email: str, at: datetime) -> bool:
        """Forgets a subscriber: their row, their bounces, their name in every ledger; a hash of the address stays.

        The counts of issues still add up: their deliveries remain, without the address. False when nobody is there.
        """
        subscriber = self.find(email)
        self._suppressions.add([email], Reason.ERASED, at)
        self._suppressions.clear_detail(email)
        ConfirmationRequests(self._connection).forget(email)
        if subscriber is None:
            return False
        theirs = update(deliveries).where(deliveries.c.subscriber == subscriber.id)
        self._connection.execute(
            theirs.values(
                email=literal("erased-") + cast(deliveries.c.id, String),
                name="",
                detail="",  # mail servers repeat the address in their answers
                state=case((deliveries.c.state == State.PENDING, State.SUPPRESSED.value), else_=deliveries.c.state),
            )
        )
        self._connection.execute(delete(bounces).where(bounces.c.subscriber == subscriber.id))
        self._events.forget(subscriber.id)
        self._connection.execute(delete(subscribers).where(subscribers.c.id == subscriber.id))
        return True

    def find(self, email: str) -> Subscriber | None:
        """The subscriber with that address, however it is spelt."""
        row = self._connection.execute(select(subscribers).where(subscribers.c.key == fold(email))).first()
        return _subscriber(row) if row else None

    def find_by_number(self, number: int) -> Subscriber | None:
        """The subscriber with that number."""
        row = self._connection.execute(select(subscribers).where(subscribers.c.id == number)).first()
        return _subscriber(row) if row else None

    def all(self) -> Iterator[Subscriber]:
        """Every subscriber, by address, as they are read."""
        query = select(subscribers).order_by(subscribers.c.key).execution_options(yield_per=1000)
        return map(_subscriber, self._connection.execute(query))

    def active_count(self) -> int:
        """How many get mail: an issue that is published now goes to them."""
        return self._count(subscribers.c.status == SubscriberStatus.ACTIVE)

    def _count(self, theirs: ColumnElement[bool]) -> int:
        return self._connection.scalar(select(func.count()).where(theirs)) or 0

    def _set_status(self, emails: Sequence[str], status: SubscriberStatus, at: datetime, detail: str) -> int:
        keys = [fold(email) for email in emails]
        return self._set_status_of(among(self._connection, subscribers.c.key, keys), status, at, detail)

    def _set_status_of(self, theirs: ColumnElement[bool], status: SubscriberStatus, at: datetime, detail: str) -> int:
        self._events.add(theirs & (subscribers.c.status != status), status, at, detail)
        return self._connection.execute(update(subscribers).where(theirs).values(status=status)).rowcount


def _row(subscriber: Subscriber, at: datetime, origin: str) -> dict[str, Any]:
    return {
        "email": subscriber.email,
        "key": fold(subscriber.email),
        "name": subscriber.name,
        "topics": json.dumps(subscriber.topics),
        "language": subscriber.language,
        "whole_issue": subscriber.whole_issue,
        "status": subscriber.status.value,
        "created_at": at,
        "origin": origin[:200],
    }


def _subscriber(row: Row[Any]) -> Subscriber:
    return Subscriber(
        id=row.id,
        email=row.email,
        name=row.name,
        topics=tuple(json.loads(row.topics)),
        language=row.language,
        whole_issue=row.whole_issue,
        status=SubscriberStatus(row.status),
        created_at=row.created_at,
        confirmed_at=row.confirmed_at,
        origin=row.origin,
    )
