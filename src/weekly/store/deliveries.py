"""The ledger of deliveries: a row for each (mailing, subscriber), written down before any mail leaves.

    pending ──> sending ──> sent | failed | uncertain
       ^           │
       └────4xx────┘             pending ──> suppressed    skipped

A process takes rows in hand (`holder`), a batch at a time, and marks each one `sending` just before its content
leaves. When the process is gone, what it had in hand is free again, and of what was `sending` nobody knows whether it
arrived: it becomes `uncertain`, and only a person decides about it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy import text as sql

from weekly.models import Delivery, Mailing, Notice, Outcome, State, Week
from weekly.store.database import upsert
from weekly.store.ledger_statements import BatchResult, LedgerBatch, Settlement, write_on_postgresql, write_on_sqlite
from weekly.store.many_rows import among
from weekly.store.subscribers import Subscribers, SubscriberStatus
from weekly.store.suppressions import Reason
from weekly.store.tables import deliveries, locks, subscribers
from weekly.text import one_line

Settled = tuple[Delivery, Outcome]

# As the partial index has it: only so does SQLite see that it holds the rows.
_FREE = sql("deliveries.free")
_TIME = deliveries.c.due_at.type
_COLUMNS = deliveries.c["id", "subscriber", "week", "email", "name", "attempts", "language", "topics"]
_AUDIENCE = ("week", "subscriber", "email", "name", "language", "topics", "state", "due_at")
_SCATTER = 2_654_435_761
"""Knuth's multiplicative hash: neighbours of a list, often of one domain, are far apart in the order of sending."""
_BATCH = 500
_SENDERS = "send "
PUT_BACK = "put back: "
"""What the detail of a mail begins with that was refused for something about us, and waits."""


class Deliveries:
    """The ledger of all mailings."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def freeze(
        self,
        week: Week,
        at: datetime,
        topics: Collection[str] | None = None,
        *,
        state: State = State.PENDING,
        detail: str = "",
    ) -> None:
        """Makes today's active subscribers the audience of the issue, which has *topics*; it does not grow later.

        Who chose others alone is skipped, unless they want the whole issue then; nobody is without *topics*.
        """
        c = subscribers.c
        served = [c.topics.contains(json.dumps(topic), autoescape=True) for topic in topics or ()]
        wanted = true() if topics is None else or_(c.topics == "[]", c.whole_issue, *served)
        audience = (
            select(
                literal(str(week)),
                *(c.id, c.email, c.name, c.language, c.topics),
                case((wanted, state.value), else_=State.SKIPPED.value),
                literal(at, _TIME),
                case((wanted, detail), else_="none of their topics"),
            )
            .where(c.status == SubscriberStatus.ACTIVE)
            .order_by((cast(c.id, BigInteger) * _SCATTER) % 4_294_967_296)
        )
        self._connection.execute(insert(deliveries).from_select((*_AUDIENCE, "detail"), audience))

    def notify(self, notice: Notice, at: datetime) -> None:
        """Makes those who got the issue the audience of a notice about it.

        Doing so again adds who has got the issue since. Addresses are those that the issue went to.
        """
        c, told = deliveries.c, deliveries.alias("told")
        got = select(
            literal(str(notice)),
            *(c.subscriber, c.email, c.name, c.language, c.topics),
            literal(State.PENDING.value),
            literal(at, _TIME),
        ).where(c.week == str(notice.week), c.state == State.SENT.value)
        new = ~select(told.c.id).where(told.c.week == str(notice), told.c.email == c.email).exists()
        audience = got.where(new).order_by(c.id)
        self._connection.execute(insert(deliveries).from_select(_AUDIENCE, audience))

    def reserve(self, week: Mailing, holder: str, limit: int, now: datetime, lease: timedelta) -> list[Delivery]:
        """Takes up to *limit* due rows in hand; nobody else gets the same ones.

        Rows of subscribers who have stopped their mail since the audience was frozen become `suppressed` on the way.
        """
        batch = limit
        while True:
            rows = self._connection.execute(_due(week, now, batch)).all()
            live = [row for row in rows if row.status == SubscriberStatus.ACTIVE][:limit]
            stopped = [row.id for row in rows if row.status != SubscriberStatus.ACTIVE]
            self._change(stopped, state=State.SUPPRESSED.value, detail="the reader gets no more mail")
            if live or not stopped:
                self._change([row.id for row in live], holder=holder, lease_until=now + lease)
                if live:
                    mine = {"name": _sender(week, holder), "holder": holder, "lease_until": (now + lease).timestamp()}
                    upsert(self._connection, locks, [mine], update=("lease_until",))
                return [_delivery(row) for row in live]
            batch = max(batch, _BATCH)  # where many have stopped, few steps lead past them

    def upcoming(self, week: Mailing, limit: int) -> frozenset[int]:
        """The rows that `reserve` takes next, at most *limit* and in its order, those whose moment has not come too."""
        c = deliveries.c
        query = (
            select(c.id)
            .join(subscribers, subscribers.c.id == c.subscriber)
            .where(c.week == str(week), _FREE, subscribers.c.status == SubscriberStatus.ACTIVE)
            .order_by(c.due_at, c.id)
        )
        return frozenset(self._connection.scalars(query.limit(limit)))

    def write_down(
        self,
        holder: str,
        now: datetime,
        *,
        settled: Sequence[Settled] = (),
        sending: Sequence[Delivery] = (),
        lease: timedelta = timedelta(0),
        slot: int | None = None,
    ) -> BatchResult:
        """Writes down what became of mails that *holder* has in hand, and that others leave now, with a *lease*.

        A row that is no longer ours (this process was taken for dead) may not leave. An unknown address gets no more
        mail.
        """
        batch = batch_of(holder, now, settled=settled, sending=sending, lease=lease, slot=slot)
        driver = self._connection.connection.driver_connection
        write = write_on_sqlite if self._connection.dialect.name == "sqlite" else write_on_postgresql
        written = write(driver, batch)
        for delivery, outcome in settled:
            if outcome.unknown:
                Subscribers(self._connection).stop(delivery.email, Reason.BOUNCE, now, outcome.detail)
        return written

    def give_back(self, holder: str, rows: Sequence[Delivery], last_of: Mailing | None = None) -> None:
        """Frees rows that were taken in hand and not tried.

        They are the last that *holder* has of the mailing *last_of*; where that is not known, all rows are looked at.
        """
        mine = (deliveries.c.holder == holder) & (deliveries.c.state == State.PENDING)
        these = among(self._connection, deliveries.c.id, [row.id for row in rows])
        self._connection.execute(update(deliveries).where(these & mine).values(holder="", lease_until=None))
        if last_of is not None:
            self._connection.execute(delete(locks).where(locks.c.name == _sender(last_of, holder)))
            return
        held = select(deliveries.c.week).where(deliveries.c.holder == holder).distinct()
        kept = [_sender(week, holder) for week in self._connection.scalars(held)]
        theirs = (locks.c.holder == holder) & locks.c.name.startswith(_SENDERS)
        self._connection.execute(delete(locks).where(theirs, locks.c.name.not_in(kept)))

    def in_hand(self) -> frozenset[str]:
        """The mailings of which a process, perhaps a dead one, has mails in hand, by their names."""
        names = self._connection.scalars(select(locks.c.name).where(locks.c.name.startswith(_SENDERS)))
        return frozenset(name.split(" ")[1] for name in names)

    def release(self, week: Mailing, state: State, has_ended: Callable[[str], bool], now: datetime) -> int:
        """Frees what dead processes had in hand; what they were sending becomes *state*. Returns how many of these.

        A process is dead when *has_ended* says so, or when its lease ran out.
        """
        if str(week) not in self.in_hand():  # seen without a look at a million rows
            return 0
        c = deliveries.c
        held = (c.week == str(week)) & (c.holder != "")
        query = select(c.holder, func.max(c.lease_until)).where(held).group_by(c.holder)
        leases = self._connection.execute(query).all()
        dead = [holder for holder, until in leases if has_ended(holder) or until is None]
        theirs = held & or_(c.holder.in_(dead), c.lease_until < now)
        left = {"holder": "", "lease_until": None}
        detail = "the sending process ended before the mail server answered"
        leaving = update(deliveries).where(theirs, c.state == State.SENDING)
        changed = self._connection.execute(leaving.values(**left, state=state.value, detail=detail)).rowcount
        self._connection.execute(update(deliveries).where(theirs).values(**left))
        kept = select(c.holder).where(held).distinct()
        over = or_(locks.c.holder.in_(dead), locks.c.lease_until < now.timestamp())
        self._connection.execute(delete(locks).where(_senders(week), over, locks.c.holder.not_in(kept)))
        return changed

    def resolve(
        self, week: Mailing, state: State, email: str, now: datetime, *, of: Sequence[State] = (State.UNCERTAIN,)
    ) -> dict[str, int]:
        """What a person decided about rows in the states *of*, of one address or of all; returns how many of each.

        Who gets no mail is left out of a second try.
        """
        c, changed = deliveries.c, {}
        for old in of:
            where = (c.week == str(week)) & (c.state == old)
            if email:
                where &= func.lower(c.email) == email.lower()
            if state is State.PENDING:
                where &= c.subscriber.in_(
                    select(subscribers.c.id).where(subscribers.c.status == SubscriberStatus.ACTIVE)
                )
            values = {"state": state.value, "due_at": now, "attempts": 0, "detail": "decided by a person"}
            changed[str(old)] = self._connection.execute(update(deliveries).where(where).values(values)).rowcount
        return changed

    def doubt(self, detail: str) -> dict[str, int]:
        """Makes every mail that has not been decided uncertain, of all mailings; returns how many of each mailing."""
        c = deliveries.c
        open_ = c.state.in_([State.PENDING.value, State.SENDING.value])
        counts = select(c.week, func.count()).where(open_).group_by(c.week).order_by(c.week)
        found: dict[str, int] = dict(self._connection.execute(counts).tuples().all())
        values = {"state": State.UNCERTAIN.value, "detail": detail, "holder": "", "lease_until": None}
        self._connection.execute(update(deliveries).where(open_).values(**values))
        return found

    def resume(self, week: Mailing, now: datetime) -> None:
        """Makes what was put back due *now*: a person starts a run, and perhaps mended the relay."""
        c = deliveries.c
        later = (c.week == str(week)) & _FREE & (c.due_at > now)  # of a million that are due the index passes over all
        self._connection.execute(update(deliveries).where(later, c.detail.startswith(PUT_BACK)).values(due_at=now))

    def counts(self, week: Mailing) -> dict[str, int]:
        """How many deliveries stand where; a mail that is on its way counts as pending.

        The skipped ones are beside the audience, not of it.
        """
        c = deliveries.c
        query = select(c.state, func.count()).where(c.week == str(week)).group_by(c.state)
        known: dict[str, int] = dict(self._connection.execute(query).tuples().all())
        final = (State.SENT, State.FAILED, State.UNCERTAIN, State.SUPPRESSED)
        counts = {state.value: known.get(state, 0) for state in final}
        pending = known.get(State.PENDING, 0) + known.get(State.SENDING, 0)
        skipped = known.pop(State.SKIPPED.value, 0)
        return {"audience": sum(known.values()), **counts, "pending": pending, "skipped": skipped}

    def rows(self, week: Mailing, state: str = "", email: str = "") -> Iterator[dict[str, Any]]:
        """Who got it: each delivery of the issue with its state, its tries and what the mail server said."""
        c = deliveries.c
        query = select(*c["email", "state", "attempts", "due_at", "detail"]).where(c.week == str(week))
        if state:
            query = query.where(c.state == state)
        if email:
            query = query.where(func.lower(c.email) == email.lower())
        rows = self._connection.execute(query.order_by(c.email).execution_options(yield_per=1000))
        return (dict(row) for row in rows.mappings())

    def of_subscriber(self, number: int) -> Iterator[dict[str, Any]]:
        """Each mailing to one subscriber, the oldest first: where it stands, how often it was tried, what was said."""
        c = deliveries.c
        query = (
            select(*c["week", "email", "state", "attempts", "detail"]).where(c.subscriber == number).order_by(c.week)
        )
        return (dict(row) for row in self._connection.execute(query).mappings())

    def failures(self) -> Iterator[tuple[str, str, str]]:
        """Each delivery of any mailing that was refused for good: the mailing, the address, what was said."""
        c = deliveries.c
        rows = self._connection.execute(select(*c["week", "email", "detail"]).where(c.state == State.FAILED))
        return iter(rows.tuples())

    def find_last_week(self, subscriber: int) -> str:
        """The mailing that was sent to a subscriber last, empty when none was."""
        c = deliveries.c
        sent = (c.subscriber == subscriber) & (c.state == State.SENT)
        return self._connection.scalar(select(func.max(c.week)).where(sent)) or ""

    def find(self, number: int) -> Delivery | None:
        """The delivery with that number."""
        row = self._connection.execute(select(*_COLUMNS).where(deliveries.c.id == number)).first()
        return _delivery(row) if row else None

    def find_next_due(self, week: Mailing) -> datetime | None:
        """When the earliest mail that nobody has in hand may be tried."""
        return self.next_dues([week]).get(week)

    def next_dues(self, mailings: Sequence[Mailing]) -> dict[Mailing, datetime]:
        """When the earliest mail of each of *mailings* that nobody has in hand may be tried; only where there is one.

        An entry of the index each, however many mails there are.
        """
        c, known = deliveries.c, {str(mailing): mailing for mailing in mailings}
        earliest = (
            select(literal(name), select(func.min(c.due_at)).where(c.week == name, _FREE).scalar_subquery())
            for name in known
        )
        rows = self._connection.execute(union_all(*earliest)).tuples() if known else ()
        return {known[name]: due for name, due in rows if due is not None}

    def _change(self, ids: Sequence[int], **values: Any) -> None:
        if ids:
            these = among(self._connection, deliveries.c.id, ids)
            self._connection.execute(update(deliveries).where(these).values(**values))


def _sender(week: Mailing | str, holder: str) -> str:
    """The lock that says that *holder* has mails of *week* in hand; an index over those would cost each mail."""
    return f"{_SENDERS}{week} {holder}"


def _senders(week: Mailing) -> ColumnElement[bool]:
    return locks.c.name.startswith(f"{_SENDERS}{week} ", autoescape=True)


def _due(week: Mailing, now: datetime, limit: int) -> Select[Any]:
    c = deliveries.c
    rows = select(*_COLUMNS, subscribers.c.status).join_from(
        deliveries, subscribers, subscribers.c.id == c.subscriber, isouter=True
    )
    due = rows.where(c.week == str(week), _FREE, c.due_at <= now).order_by(c.due_at, c.id).limit(limit)
    return due.with_for_update(skip_locked=True, of=deliveries)


def batch_of(
    holder: str,
    now: datetime,
    *,
    settled: Sequence[Settled],
    sending: Sequence[Delivery],
    lease: timedelta,
    slot: int | None,
) -> LedgerBatch:
    """What `Deliveries.write_down` is told, as its statements take it."""
    return LedgerBatch(
        holder=holder,
        settled=[_settlement(delivery, outcome, now) for delivery, outcome in settled],
        sending=[delivery.id for delivery in sending],
        until=now + lease,
        slot=slot,
    )


def _settlement(delivery: Delivery, outcome: Outcome, now: datetime) -> Settlement:
    due = None if outcome.again_after is None else now + outcome.again_after
    return Settlement(delivery.id, outcome.state.value, one_line(outcome.detail, 500), int(outcome.tried), due)


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        subscriber=row.subscriber,
        week=row.week,
        email=row.email,
        name=row.name,
        attempts=row.attempts,
        language=row.language,
        topics=tuple(json.loads(row.topics)) if row.topics != "[]" else (),
    )
