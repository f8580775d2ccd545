"""What other packages ask of a store, each call a transaction of its own: their ports over it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from weekly import processes
from weekly.models import Spent
from weekly.net.client import Cached
from weekly.store import Store
from weekly.store.coordination import Wait

_MARGIN = 0.02
"""Seconds added to the pace: the host's clock and its scheduler are not ours."""


class StoreCache:
    """A `weekly.net.client.Cache`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def load(self, url: str) -> Cached | None:
        """The answer kept for *url*."""
        with self._store.read() as tx:
            return tx.web_cache.find(url)

    def save(self, url: str, cached: Cached) -> None:
        """Keeps the answer of *url* in the place of an earlier one."""
        now = self._store.now()
        with self._store.write() as tx:
            tx.web_cache.put(url, cached, now)


class StoreGate:
    """A `weekly.net.client.Gate` for all threads and processes that share the database.

    It waits by the clock of the machine, or of PostgreSQL's, whatever the present of the workspace is: the host does so
    too.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], float] = time.time,  # noqa: TID251 - the host's pace is kept by the machine's clock
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._store = store
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
        me = _me()

        def take() -> Wait:
            now = self._now()
            with self._store.write() as tx:
                return tx.host_paces.take(name, me, pace=pace, lease=lease, now=now)

        _await(take, lambda holder: self.leave(name, holder), self._sleep)
        return me

    def leave(self, name: str, me: str) -> None:
        """Gives back the turn that *me* took."""
        now = self._now()
        with self._store.write() as tx:
            tx.host_paces.give_back(name, me, now)

    def _now(self) -> float:
        """Asked before a transaction begins: PostgreSQL's clock is read in one of its own."""
        return self._clock() + self._store.ahead

    def hold(self, name: str, seconds: float) -> None:
        """Lets nobody take a turn at *name* for so long."""
        until = self._now() + seconds
        with self._store.write() as tx:
            tx.host_paces.hold(name, until)


class StoreLocks:
    """Locks for all threads and processes that share the database, by the clock of the machine or of PostgreSQL's."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], float] = time.time,  # noqa: TID251 - leases are those of processes, not of the newsletter
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._store = store
        self._clock = clock
        self._sleep = sleep

    def acquire(self, name: str, lease: float) -> str:
        """Waits for the lock *name* and takes it; what is returned releases it.

        A holder on this machine that has died gives way at once; one elsewhere after *lease* seconds.
        """
        me = _me()

        def take() -> Wait:
            now = self._now()
            with self._store.write() as tx:
                return tx.locks.take(name, me, lease=lease, now=now)

        _await(take, lambda holder: self.release(name, holder), self._sleep)
        return me

    def _now(self) -> float:
        return self._clock() + self._store.ahead

    def release(self, name: str, holder: str) -> None:
        """Gives back the lock that *holder* took."""
        with self._store.write() as tx:
            tx.locks.release(name, holder)


def _me() -> str:
    return f"{processes.identity()}:{threading.get_ident()}"


def _await(take: Callable[[], Wait], free: Callable[[str], None], sleep: Callable[[float], None]) -> None:
    """Asks again and again until *take* waits no more; *free*s what a process has that has ended."""
    while (wait := take()).seconds:
        if wait.holder and processes.has_ended(wait.holder):
            free(wait.holder)
        sleep(wait.seconds)


class StoreUsage:
    """A `weekly.drafting.llm.usage.ModelUsage`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def answer(self, key: str) -> str | None:
        """The answer kept under *key*."""
        with self._store.read() as tx:
            return tx.model_answers.find(key)

    def reserve(self, account: str, most: float, budget: float) -> int | None:
        """Books *most* under *account* before a call and returns the booking; None when *budget* does not hold it."""
        now = self._store.now()
        with self._store.write() as tx:
            return tx.model_answers.reserve(account, most, budget, now)

    def settle(self, booking: int, spent: Spent, key: str = "", answer: str = "") -> None:
        """Puts what the call really used in the booking's place, and keeps the answer."""
        now = self._store.now()
        with self._store.write() as tx:
            tx.model_answers.settle(booking, spent, now, key, answer)
