"""What processes on one database agree on: who has what in hand, when a host is asked, when mail leaves, what is done.

Moments are in seconds since the epoch, but for those of marks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from weekly.store.database import lock, upsert
from weekly.store.tables import host_paces, locks, marks, send_slots

_POLL = 0.1
_LONGEST = 3600.0
"""Seconds: a later last moment to send at than this comes from a clock that was set back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """How long to wait before asking for a thing again, in seconds; 0 for who has it."""

    seconds: float
    holder: str = ""
    """Who has it now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Who has a thing in hand, and until when nobody may think that they have died."""

    holder: str
    until: float

    def runs(self, now: float, longest: float) -> bool:
        """Whether it has not run out; none lasts more than *longest* seconds from now."""
        return _ahead(self.until - now, longest) > 0


class Locks:
    """Things that one process has in hand at a time; unlike `Transaction.lock` they outlive the transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, name: str) -> Lease | None:
        """Who has the lock *name*, though their lease may have run out; None when nobody has it."""
        row = self._connection.execute(select(locks).where(locks.c.name == name)).first()
        return Lease(holder=row.holder, until=row.lease_until) if row else None

    def take(self, name: str, me: str, *, lease: float, now: float) -> Wait:
        """Gives *me* the lock *name* for *lease* seconds, unless another has it whose lease runs."""
        lock(self._connection, f"lock {name}")
        stands = self.find(name)
        if stands and stands.runs(now, lease):
            return Wait(seconds=_POLL, holder=stands.holder)
        mine = {"name": name, "holder": me, "lease_until": now + lease}
        upsert(self._connection, locks, [mine], update=("holder", "lease_until"))
        return Wait(seconds=0)

    def release(self, name: str, holder: str) -> bool:
        """Takes the lock *name* from *holder*; False when they do not have it."""
        theirs = (locks.c.name == name) & (locks.c.holder == holder)
        return self._connection.execute(delete(locks).where(theirs)).rowcount > 0


class HostPaces:
    """A turn for each host, handed out to one at a time and a pace apart."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._locks = Locks(connection)

    def take(self, host: str, me: str, *, pace: float, lease: float, now: float) -> Wait:
        """Gives *me* the turn at *host* if nobody has it, and *pace* seconds are over since the last one.

        Whoever has had it for *lease* seconds has it no longer.
        """
        here = host_paces.c.name == host
        lock(self._connection, f"host {host}")
        upsert(self._connection, host_paces, [{"name": host}])
        row = self._connection.execute(select(host_paces).where(here)).one()
        turn = self._locks.find(host)
        if turn and not turn.runs(now, lease):
            self.give_back(host, turn.holder, now)
            return Wait(seconds=pace)
        if turn:
            return Wait(seconds=_POLL, holder=turn.holder)
        seconds = max(_ahead(row.last_at + pace - now, pace), _ahead(row.not_before - now, lease))
        if seconds:
            return Wait(seconds=seconds)
        self._connection.execute(update(host_paces).where(here).values(last_at=now))
        return self._locks.take(host, me, lease=lease, now=now)

    def give_back(self, host: str, holder: str, now: float) -> None:
        """Ends the turn of *holder*. The pace counts from now: who died in a turn may have a request on its way."""
        lock(self._connection, f"host {host}")
        if self._locks.release(host, holder):
            self._connection.execute(update(host_paces).where(host_paces.c.name == host).values(last_at=now))

    def hold(self, host: str, until: float) -> None:
        """Lets nobody take a turn at *host* before that moment."""
        self._connection.execute(update(host_paces).where(host_paces.c.name == host).values(not_before=until))


class SendSlots:
    """Moments to send at, a row of them for each name, so that all processes together keep one rate.

    A moment that was handed out and not used is lost.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def book(self, name: str, count: int, rate: float, now: float) -> float:
        """The first of *count* moments, 1 / *rate* seconds apart and none before *now*, in seconds since the epoch."""
        upsert(self._connection, send_slots, [{"name": name, "last_at": 0}])
        mine = send_slots.c.name == name
        last = float(self._connection.execute(select(send_slots.c.last_at).where(mine).with_for_update()).scalar_one())
        first = max(now, last + 1 / rate) if last < now + _LONGEST else now
        self._connection.execute(update(send_slots).where(mine).values(last_at=first + (count - 1) / rate))
        return first


class Marks:
    """When something was last done, a name each: a later run sees that the work it was started for is done."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def set(self, name: str, at: datetime) -> None:
        """Notes that *name* was done at that moment."""
        upsert(self._connection, marks, [{"name": name, "at": at}], update=("at",))

    def find(self, name: str) -> datetime | None:
        """When *name* was last done; None when it never was."""
        at: datetime | None = self._connection.scalar(select(marks.c.at).where(marks.c.name == name))
        return at

    def newest(self) -> datetime | None:
        """When anything was last done; None when nothing ever was."""
        at: datetime | None = self._connection.scalar(select(func.max(marks.c.at)))
        return at


def _ahead(seconds: float, most: float) -> float:
    """*seconds* to wait, 0 where they are more than can be: a clock that was set back must not close a thing."""
    return seconds if 0 < seconds <= most + 1 else 0.0
