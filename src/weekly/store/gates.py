"""Turns at a host, one at a time and a pace apart, across the threads and processes that share the database."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import select, update

from weekly import processes
from weekly.store.database import Database
from weekly.store.tables import host_paces as gates

_POLL = 0.1
_MARGIN = 0.02
"""Seconds added to the pace: the host's clock and its scheduler are not ours."""


class Gates:
    """A `weekly.http.Gate` whose clock stands in the database."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._database = database
        self._clock = clock
        self._sleep = sleep

    @contextmanager
    def turn(self, name: str, pace: float, lease: float) -> Iterator[None]:
        """A turn at *name*: alone, and at least *pace* seconds after the end of the turn before.

        A holder on this machine that has died gives way at once; one elsewhere after *lease* seconds.
        """
        if not name or not pace:
            yield
            return
        me = self.enter(name, pace + _MARGIN, lease)
        try:
            yield
        finally:
            self.leave(name, me)

    def enter(self, name: str, pace: float, lease: float) -> str:
        """Waits for a turn and takes it; what is returned gives it back."""
        me = f"{processes.identity()}:{threading.get_ident()}"
        while (wait := self._take(name, me, pace, lease)) > 0:
            self._sleep(wait)
        return me

    def hold(self, name: str, seconds: float) -> None:
        """Lets nobody take a turn at *name* for so long."""
        with self._database.write() as connection:
            mine = gates.c.name == name
            connection.execute(update(gates).where(mine).values(not_before=self._clock() + seconds))

    def _take(self, name: str, me: str, pace: float, lease: float) -> float:
        """Takes the turn and returns 0, or returns the seconds after which to ask again."""
        with self._database.write() as connection:
            row = connection.execute(select(gates).where(gates.c.name == name).with_for_update()).first()
            now = self._clock()
            if row is None:
                self._database.upsert(connection, gates, [{"name": name, "holder": "", "lease_until": 0, "last_at": 0}])
                return _POLL / 10
            here = gates.c.name == name
            if row.holder and _ahead(row.lease_until - now, lease) and not processes.has_ended(row.holder):
                return _POLL
            if row.holder:
                # Whoever died in a turn may have a request on its way: the pace counts from now.
                connection.execute(update(gates).where(here).values(holder="", last_at=now))
                return pace
            wait = max(_ahead(row.last_at + pace - now, pace), _ahead(row.not_before - now, lease))
            if wait > 0:
                return wait
            connection.execute(update(gates).where(here).values(holder=me, lease_until=now + lease, last_at=now))
            return 0.0

    def leave(self, name: str, me: str) -> None:
        """Gives back the turn that *me* took."""
        with self._database.write() as connection:
            mine = (gates.c.name == name) & (gates.c.holder == me)
            connection.execute(update(gates).where(mine).values(holder="", last_at=self._clock()))


def _ahead(seconds: float, most: float) -> float:
    """*seconds* to wait, 0 where they are more than can be: a clock that was set back must not close a gate."""
    return seconds if 0 < seconds <= most + 1 else 0.0
