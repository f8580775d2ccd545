"""The ledger of deliveries: a row for each (mailing, reader), written down before any mail leaves.

    pending ──> sending ──> sent | failed | uncertain
       ^           │
       └────4xx────┘             pending ──> suppressed

A process takes rows in hand (`holder`), a batch at a time, and marks each one `sending` just before its content
leaves. When the process is gone, what it had in hand is free again, and of what was `sending` nobody knows whether it
arrived: it becomes `uncertain`, and only a person decides about it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Row,
    bindparam,
    cast,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)

from weekly.models import Delivery, Mailing, Notice, Outcome, State, Week
from weekly.store.database import Database
from weekly.store.prepared import Prepared
from weekly.store.subscribers import Subscribers, SubscriberStatus
from weekly.store.suppressions import Reason
from weekly.store.tables import deliveries, subscribers

Settled = tuple[Delivery, Outcome]

# As the partial index has it: only so does SQLite see that it holds the rows.
_FREE = text("deliveries.free")
_TIME = deliveries.c.due_at.type
_MINE = (deliveries.c.id == bindparam("row")) & (deliveries.c.holder == bindparam("me"))
_MARKING = update(deliveries).where(_MINE, deliveries.c.state == State.PENDING.value)
_MARK = Prepared(_MARKING.values(state=State.SENDING.value, lease_until=bindparam("until", type_=_TIME)))
_SETTLE = Prepared(
    update(deliveries)
    .where(_MINE)
    .values(
        state=bindparam("to"),
        detail=bindparam("said"),
        attempts=deliveries.c.attempts + bindparam("tries"),
        due_at=func.coalesce(bindparam("due", type_=_TIME), deliveries.c.due_at),
        holder="",
        lease_until=None,
    )
)
_COLUMNS = deliveries.c["id", "reader", "week", "email", "name", "attempts", "language", "topics"]
_SCATTER = 2_654_435_761
"""Knuth's multiplicative hash: neighbours of a list, often of one domain, are far apart in the order of sending."""


class Deliveries:
    """The ledger of all issues."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def freeze(self, connection: Connection, week: Week, at: datetime) -> None:
        """Makes today's active readers the audience of the issue; it does not grow later."""
        c = subscribers.c
        readers = (
            select(
                literal(str(week)),
                *(c.id, c.email, c.name, c.language, c.topics),
                literal(State.PENDING.value),
                literal(at, deliveries.c.due_at.type),
            )
            .where(c.status == SubscriberStatus.ACTIVE)
            .order_by((cast(c.id, BigInteger) * _SCATTER) % 4_294_967_296)
        )
        columns = ["week", "reader", "email", "name", "language", "topics", "state", "due_at"]
        connection.execute(insert(deliveries).from_select(columns, readers))

    def notify(self, connection: Connection, notice: Notice, at: datetime) -> int:
        """Makes those who got the issue the audience of a notice about it; returns how many came to it now.

        Doing so again adds who has got the issue since. Addresses are those that the issue went to.
        """
        c, told = deliveries.c, deliveries.alias("told")
        columns = ["week", "reader", "email", "name", "language", "topics", "state", "due_at"]
        got = select(
            literal(str(notice)),
            *(c.reader, c.email, c.name, c.language, c.topics),
            literal(State.PENDING.value),
            literal(at, c.due_at.type),
        ).where(c.week == str(notice.week), c.state == State.SENT.value)
        new = ~select(told.c.id).where(told.c.week == str(notice), told.c.email == c.email).exists()
        return connection.execute(insert(deliveries).from_select(columns, got.where(new).order_by(c.id))).rowcount

    def reserve(
        self, connection: Connection, week: Mailing, holder: str, limit: int, now: datetime, lease: timedelta
    ) -> list[Delivery]:
        """Takes up to *limit* due rows in hand; nobody else gets the same ones.

        Rows of readers who have stopped their mail since the audience was frozen become `suppressed` on the way.
        """
        c = deliveries.c
        due = select(*_COLUMNS, subscribers.c.status).join_from(
            deliveries, subscribers, subscribers.c.id == c.reader, isouter=True
        )
        due = due.where(c.week == str(week), _FREE, c.due_at <= now).order_by(c.due_at, c.id).limit(limit)
        rows = connection.execute(due.with_for_update(skip_locked=True, of=deliveries)).all()
        live = [row for row in rows if row.status == SubscriberStatus.ACTIVE]
        stopped = [row.id for row in rows if row.status != SubscriberStatus.ACTIVE]
        self._change(connection, stopped, state=State.SUPPRESSED.value, detail="the reader gets no more mail")
        self._change(connection, [row.id for row in live], holder=holder, lease_until=now + lease)
        return [_delivery(row) for row in live] or (
            self.reserve(connection, week, holder, limit, now, lease) if stopped else []
        )

    def write(
        self,
        holder: str,
        settled: Sequence[Settled],
        sending: Sequence[Delivery],
        now: datetime,
        lease: timedelta,
    ) -> frozenset[int]:
        """In one transaction: what became of rows, and which ones leave next. Returns the ids that may leave.

        A row that is no longer ours (this process was taken for dead) may not.
        """
        with self._database.write() as connection:
            if settled:
                rows = [_settlement(holder, delivery, outcome, now) for delivery, outcome in settled]
                _SETTLE.run(connection, rows)
                for delivery, outcome in settled:
                    if outcome.unknown:
                        self._suppress(connection, delivery, outcome, now)
            if not sending:
                return frozenset()
            marks = [{"row": one.id, "me": holder, "until": now + lease} for one in sending]
            if _MARK.run(connection, marks) == len(marks):
                return frozenset(one.id for one in sending)
            ours = (deliveries.c.holder == holder) & (deliveries.c.state == State.SENDING)
            wanted = deliveries.c.id.in_([one.id for one in sending])
            return frozenset(connection.scalars(select(deliveries.c.id).where(wanted & ours)))

    def give_back(self, connection: Connection, holder: str, rows: Sequence[Delivery]) -> None:
        """Frees rows that were taken in hand and not tried."""
        mine = (deliveries.c.holder == holder) & (deliveries.c.state == State.PENDING)
        for part in _parts([row.id for row in rows]):
            change = update(deliveries).where(deliveries.c.id.in_(part) & mine)
            connection.execute(change.values(holder="", lease_until=None))

    def release(self, week: Mailing, state: State, gone: Callable[[str], bool], now: datetime) -> int:
        """Frees what dead processes had in hand; what they were sending becomes *state*. Returns how many of these.

        A process is dead when *gone* says so, or when its lease ran out.
        """
        c = deliveries.c
        held = (c.week == str(week)) & (c.holder != "")
        with self._database.write() as connection:
            found = connection.execute(select(c.holder, func.max(c.lease_until)).where(held).group_by(c.holder)).all()
            dead = [holder for holder, until in found if gone(holder) or until is None]
            theirs = held & or_(c.holder.in_(dead), c.lease_until < now)
            left = {"holder": "", "lease_until": None}
            detail = "the sending process ended before the mail server answered"
            leaving = update(deliveries).where(theirs, c.state == State.SENDING).values(**left)
            changed = connection.execute(leaving.values(state=state.value, detail=detail)).rowcount
            connection.execute(update(deliveries).where(theirs).values(**left))
            return changed

    def resolve(self, week: Mailing, state: State, email: str, now: datetime) -> int:
        """What a person decided about uncertain rows, of one address or of all; returns how many."""
        where = (deliveries.c.week == str(week)) & (deliveries.c.state == State.UNCERTAIN)
        if email:
            where &= func.lower(deliveries.c.email) == email.lower()
        change = update(deliveries).where(where).values(state=state.value, due_at=now, detail="decided by a person")
        with self._database.write() as connection:
            return connection.execute(change).rowcount

    def counts(self, week: Mailing) -> dict[str, int]:
        """How many deliveries stand where; a mail that is on its way counts as pending."""
        query = (
            select(deliveries.c.state, func.count()).where(deliveries.c.week == str(week)).group_by(deliveries.c.state)
        )
        with self._database.read() as connection:
            found: dict[str, int] = dict(connection.execute(query).tuples().all())
        counts = {
            state.value: found.get(state, 0) for state in (State.SENT, State.FAILED, State.UNCERTAIN, State.SUPPRESSED)
        }
        pending = found.get(State.PENDING, 0) + found.get(State.SENDING, 0)
        return {"audience": sum(found.values()), **counts, "pending": pending}

    def rows(self, week: Mailing, state: str = "", email: str = "") -> Iterator[dict[str, Any]]:
        """Who got it: each delivery of the issue with its state, its tries and what the mail server said."""
        c = deliveries.c
        query = select(c.email, c.state, c.attempts, c.due_at, c.detail).where(c.week == str(week)).order_by(c.email)
        if state:
            query = query.where(c.state == state)
        if email:
            query = query.where(func.lower(c.email) == email.lower())
        with self._database.read() as connection:
            for row in connection.execution_options(yield_per=1000).execute(query):
                yield dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it

    def get(self, number: int) -> Delivery | None:
        """The delivery with that number."""
        with self._database.read() as connection:
            row = connection.execute(select(*_COLUMNS).where(deliveries.c.id == number)).first()
        return _delivery(row) if row else None

    def next_due(self, week: Mailing) -> datetime | None:
        """When the earliest mail that nobody has in hand may be tried."""
        query = select(func.min(deliveries.c.due_at)).where(deliveries.c.week == str(week), _FREE)
        with self._database.read() as connection:
            due: datetime | None = connection.scalar(query)
        return due

    def _change(self, connection: Connection, ids: Sequence[int], **values: Any) -> None:
        for part in _parts(ids):
            connection.execute(update(deliveries).where(deliveries.c.id.in_(part)).values(**values))

    def _suppress(self, connection: Connection, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
        readers = Subscribers(self._database)
        readers.stop(connection, delivery.email, Reason.BOUNCE, now, outcome.detail)


def _settlement(holder: str, delivery: Delivery, outcome: Outcome, now: datetime) -> dict[str, Any]:
    due = None if outcome.again_after is None else now + outcome.again_after
    said, tries = outcome.detail[:500], int(outcome.tried)
    return {"row": delivery.id, "me": holder, "to": outcome.state.value, "said": said, "tries": tries, "due": due}


def _parts(ids: Sequence[int], size: int = 500) -> Iterator[Sequence[int]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        reader=row.reader,
        week=row.week,
        email=row.email,
        name=row.name,
        attempts=row.attempts,
        language=row.language,
        topics=tuple(json.loads(row.topics)) if row.topics != "[]" else (),
    )


__all__ = ["Deliveries", "Settled"]
