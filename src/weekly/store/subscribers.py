"""The subscribers: one row for each address, and who was asked lately whether they want to be one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, String, case, cast, delete, func, insert, literal, select, update

from weekly.models import State
from weekly.store.suppressions import Reason, Suppressions, fingerprint, fold
from weekly.store.tables import bounces, confirmation_requests, deliveries, subscribers

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class SubscriberStatus(StrEnum):
    """Whether a subscriber gets mail."""

    ACTIVE = "active"
    PAUSED = "paused"
    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"


_FINAL = {SubscriberStatus.UNSUBSCRIBED: Reason.UNSUBSCRIBED, SubscriberStatus.SUPPRESSED: Reason.OWNER}
"""What a list may say against a subscriber, never for one: an import can stop mail, not start it again."""


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

    def add(self, given: Iterable[Subscriber], at: datetime) -> Additions:
        """Adds subscribers; one who is there already stays as they are, one who is suppressed stays out."""
        wanted: dict[str, Subscriber] = {}
        for subscriber in given:
            # Who left in one row of a list has left, whatever the others say.
            if subscriber.status in _FINAL or fold(subscriber.email) not in wanted:
                wanted[fold(subscriber.email)] = subscriber
        held = self._suppressions.reasons(wanted)
        known = self._known(list(wanted))
        fresh = [subscriber for key, subscriber in wanted.items() if key not in known and key not in held]
        if fresh:
            self._connection.execute(insert(subscribers), [_row(subscriber, at) for subscriber in fresh])
        stopped: dict[tuple[SubscriberStatus, Reason], list[str]] = {}
        for subscriber in wanted.values():
            if subscriber.status in _FINAL:
                reason = subscriber.stopped_for or _FINAL[subscriber.status]
                stopped.setdefault((subscriber.status, reason), []).append(subscriber.email)
        for (status, reason), emails in stopped.items():
            self._set_status(emails, status)
            self._suppressions.add(emails, reason, at, "so said an imported list")
        kept = sum(key in known for key in wanted)
        return Additions(added=len(fresh), known=kept, suppressed=len(wanted) - len(fresh) - kept)

    def request_confirmation(self, email: str, at: datetime, *, per_address: int = 3, per_hour: int = 500) -> bool:
        """Whether one more mail may ask *email* for confirmation now, which is then counted.

        A bombing names one address often, at most *per_address* times a day, or many addresses once each: both are
        bounded. Who called our mail a nuisance gets no more of it because somebody types their address. The last day's
        requests are kept, by a hash of the address: who never answers is not.
        """
        if self._suppressions.reasons([email]).get(email) is Reason.COMPLAINT:
            return False
        c, key = confirmation_requests.c, fingerprint(email)
        self._connection.execute(delete(confirmation_requests).where(c.at < at - DAY))
        theirs = self._connection.scalar(select(func.count()).where(c.key == key)) or 0
        lately = self._connection.scalar(select(func.count()).where(c.at > at - HOUR)) or 0
        if theirs >= per_address or lately >= per_hour:
            return False
        self._connection.execute(insert(confirmation_requests), [{"key": key, "at": at}])
        return True

    def confirm(self, subscriber: Subscriber, at: datetime) -> None:
        """Makes *subscriber* active because they said so from their own address; lifts what stood against them."""
        self._suppressions.lift(subscriber.email)
        wishes = {
            "topics": json.dumps(subscriber.topics),
            "language": subscriber.language,
            "whole_issue": subscriber.whole_issue,
        }
        active = {**wishes, "status": SubscriberStatus.ACTIVE.value, "confirmed_at": at}
        change = update(subscribers).where(subscribers.c.key == fold(subscriber.email)).values(active)
        if not self._connection.execute(change).rowcount:
            self._connection.execute(insert(subscribers), [{**_row(subscriber, at), **active}])

    def stop(self, email: str, reason: Reason, at: datetime, detail: str = "") -> bool:
        """No more mail to *email*, which no import undoes; False when there is no such subscriber."""
        self._suppressions.add([email], reason, at, detail)
        left = reason is Reason.UNSUBSCRIBED
        return self._set_status([email], SubscriberStatus.UNSUBSCRIBED if left else SubscriberStatus.SUPPRESSED) > 0

    def lift(self, emails: Iterable[str]) -> int:
        """Gives mail again to those of *emails* whom no decision of their own keeps from it; returns how many."""
        lifted = 0
        for email in emails:
            held = self._suppressions.find(email)
            if held is not None and not held.decided:
                self._suppressions.lift(email)
                theirs = (subscribers.c.key == fold(email)) & (subscribers.c.status == SubscriberStatus.SUPPRESSED)
                self._connection.execute(update(subscribers).where(theirs).values(status=SubscriberStatus.ACTIVE))
                lifted += 1
        return lifted

    def set_preferences(
        self, number: int, *, topics: Sequence[str], language: str, paused: bool, whole_issue: bool = False
    ) -> bool:
        """What the subscriber of that *number* chose about their mail; False when they get none."""
        live = subscribers.c.status.in_([SubscriberStatus.ACTIVE, SubscriberStatus.PAUSED])
        status = SubscriberStatus.PAUSED if paused else SubscriberStatus.ACTIVE
        change = update(subscribers).where(subscribers.c.id == number, live)
        wishes = change.values(
            topics=json.dumps(list(topics)), language=language, status=status, whole_issue=whole_issue
        )
        return self._connection.execute(wishes).rowcount > 0

    def erase(self, email: str, at: datetime) -> bool:
        """Forgets a subscriber: their row, their bounces, their name in every ledger; a hash of the address stays.

        The counts of issues still add up: their deliveries remain, without the address. False when nobody is there.
        """
        subscriber = self.find(email)
        self._suppressions.add([email], Reason.ERASED, at)
        self._suppressions.clear_detail(email)
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
        query = select(func.count()).where(subscribers.c.status == SubscriberStatus.ACTIVE)
        return self._connection.scalar(query) or 0

    def _set_status(self, emails: Sequence[str], status: SubscriberStatus) -> int:
        keys = [fold(email) for email in emails]
        changed = 0
        for start in range(0, len(keys), 500):
            theirs = update(subscribers).where(subscribers.c.key.in_(keys[start : start + 500]))
            changed += self._connection.execute(theirs.values(status=status)).rowcount
        return changed

    def _known(self, keys: list[str]) -> set[str]:
        known: set[str] = set()
        for start in range(0, len(keys), 500):
            part = subscribers.c.key.in_(keys[start : start + 500])
            known |= set(self._connection.scalars(select(subscribers.c.key).where(part)))
        return known


def _row(subscriber: Subscriber, at: datetime) -> dict[str, Any]:
    return {
        "email": subscriber.email,
        "key": fold(subscriber.email),
        "name": subscriber.name,
        "topics": json.dumps(subscriber.topics),
        "language": subscriber.language,
        "whole_issue": subscriber.whole_issue,
        "status": subscriber.status.value,
        "created_at": at,
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
    )
