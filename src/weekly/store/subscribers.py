"""The readers: one row for each address."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, String, case, cast, delete, literal, select, update

from weekly.models import State
from weekly.store.database import Database
from weekly.store.suppressions import Reason, Suppressions, fold
from weekly.store.tables import bounces, deliveries, subscribers


class SubscriberStatus(StrEnum):
    """Whether a reader gets mail."""

    ACTIVE = "active"
    PAUSED = "paused"
    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"


_FINAL = {SubscriberStatus.UNSUBSCRIBED: Reason.UNSUBSCRIBED, SubscriberStatus.SUPPRESSED: Reason.OWNER}
"""What a list may say against a reader, never for one: an import can stop mail, not start it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A reader. Empty *topics* mean all of them, an empty *language* the newsletter's."""

    email: str
    name: str = ""
    topics: tuple[str, ...] = ()
    language: str = ""
    status: SubscriberStatus = SubscriberStatus.ACTIVE
    id: int = 0
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What became of the readers of a list."""

    added: int = 0
    known: int = 0
    """They were there and stay as they are, or stopped where the list says so."""
    suppressed: int = 0
    """The suppression list holds them."""


class Subscribers:
    """The list of readers."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._suppressions = Suppressions(database)

    def put(self, connection: Connection, readers: Iterable[Subscriber], at: datetime) -> Added:
        """Adds *readers*; one who is there already stays as they are, one who is suppressed stays out."""
        wanted = {fold(reader.email): reader for reader in readers}
        held = self._suppressions.among(connection, wanted)
        known = self._known(connection, list(wanted))
        fresh = [one for key, one in wanted.items() if key not in known and key not in held]
        if fresh:
            connection.execute(subscribers.insert(), [_row(reader, at) for reader in fresh])
        for status, reason in _FINAL.items():
            stopped = [reader.email for reader in wanted.values() if reader.status is status]
            if stopped:
                self._stop(connection, stopped, status)
                self._suppressions.put(connection, stopped, reason, at, "so said an imported list")
        kept = sum(key in known for key in wanted)
        return Added(added=len(fresh), known=kept, suppressed=len(wanted) - len(fresh) - kept)

    def confirm(self, connection: Connection, reader: Subscriber, at: datetime) -> None:
        """Makes *reader* active because they said so from their own address; it lifts what stood against them."""
        self._suppressions.lift(connection, reader.email)
        wishes = {"topics": json.dumps(reader.topics), "language": reader.language}
        active = {**wishes, "status": SubscriberStatus.ACTIVE.value, "confirmed_at": at}
        change = update(subscribers).where(subscribers.c.key == fold(reader.email)).values(active)
        if not connection.execute(change).rowcount:
            connection.execute(subscribers.insert(), [{**_row(reader, at), **active}])

    def stop(self, connection: Connection, email: str, reason: Reason, at: datetime, detail: str = "") -> bool:
        """No more mail to *email*, which no import undoes; False when there is no such reader."""
        self._suppressions.put(connection, [email], reason, at, detail)
        gone = reason is Reason.UNSUBSCRIBED
        status = SubscriberStatus.UNSUBSCRIBED if gone else SubscriberStatus.SUPPRESSED
        return self._stop(connection, [email], status) > 0

    def set_wishes(
        self, connection: Connection, number: int, *, topics: Sequence[str], language: str, paused: bool
    ) -> bool:
        """What a reader chose about their mail; False when they get none."""
        live = subscribers.c.status.in_([SubscriberStatus.ACTIVE, SubscriberStatus.PAUSED])
        status = SubscriberStatus.PAUSED if paused else SubscriberStatus.ACTIVE
        wishes = {"topics": json.dumps(list(topics)), "language": language, "status": status}
        return (
            connection.execute(update(subscribers).where(subscribers.c.id == number, live).values(wishes)).rowcount > 0
        )

    def erase(self, connection: Connection, email: str, at: datetime) -> bool:
        """Forgets a reader: their row, their bounces, their name in every ledger. Only a hash of the address stays.

        The counts of issues still add up: their deliveries remain, without the address. False when nobody is there.
        """
        found = self.find(connection, email)
        self._suppressions.put(connection, [email], Reason.ERASED, at)
        self._suppressions.forget(connection, email)
        if found is None:
            return False
        theirs = deliveries.c.reader == found.id
        connection.execute(
            update(deliveries)
            .where(theirs)
            .values(
                email=literal("erased-") + cast(deliveries.c.id, String),
                name="",
                detail="",  # mail servers repeat the address in their answers
                state=case((deliveries.c.state == State.PENDING, State.SUPPRESSED.value), else_=deliveries.c.state),
            )
        )
        connection.execute(delete(bounces).where(bounces.c.reader == found.id))
        connection.execute(delete(subscribers).where(subscribers.c.id == found.id))
        return True

    def find(self, connection: Connection, email: str) -> Subscriber | None:
        """The reader with that address, however it is spelt."""
        row = connection.execute(select(subscribers).where(subscribers.c.key == fold(email))).first()
        return _reader(row) if row else None

    def get(self, number: int) -> Subscriber | None:
        """The reader with that number."""
        with self._database.read() as connection:
            row = connection.execute(select(subscribers).where(subscribers.c.id == number)).first()
        return _reader(row) if row else None

    def all(self) -> Iterator[Subscriber]:
        """Every reader, by address."""
        with self._database.read() as connection:
            query = select(subscribers).order_by(subscribers.c.key)
            for row in connection.execution_options(yield_per=1000).execute(query):
                yield _reader(row)

    def _stop(self, connection: Connection, emails: Sequence[str], status: SubscriberStatus) -> int:
        keys = [fold(email) for email in emails]
        changed = 0
        for start in range(0, len(keys), 500):
            mine = subscribers.c.key.in_(keys[start : start + 500])
            changed += connection.execute(update(subscribers).where(mine).values(status=status)).rowcount
        return changed

    def _known(self, connection: Connection, keys: list[str]) -> set[str]:
        found: set[str] = set()
        for start in range(0, len(keys), 500):
            part = keys[start : start + 500]
            found |= set(connection.scalars(select(subscribers.c.key).where(subscribers.c.key.in_(part))))
        return found


def _row(reader: Subscriber, at: datetime) -> dict[str, Any]:
    return {
        "email": reader.email,
        "key": fold(reader.email),
        "name": reader.name,
        "topics": json.dumps(reader.topics),
        "language": reader.language,
        "status": reader.status.value,
        "created_at": at,
    }


def _reader(row: Row[Any]) -> Subscriber:
    return Subscriber(
        id=row.id,
        email=row.email,
        name=row.name,
        topics=tuple(json.loads(row.topics)),
        language=row.language,
        status=SubscriberStatus(row.status),
        confirmed_at=row.confirmed_at,
    )
