"""Writes to the ledger for all sessions: what they report at the same moment is one transaction."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from weekly.delivery.send_counter import SendCounter
from weekly.models import Delivery
from weekly.store import Store
from weekly.store.deliveries import Settled
from weekly.store.mailings import SLOTS

LEASE = timedelta(minutes=15)
"""After this a process that has mails in hand is taken for dead, where nobody can tell whether it lives."""

TURNS = 3
"""Of the event loop, before each commit: what else becomes ready in them comes into the same transaction."""


class LedgerWriter:
    """What one sending process writes. Nothing leaves before its line in the ledger is committed."""

    def __init__(
        self, store: Store, holder: str, clock: Callable[[], datetime], counter: SendCounter | None = None
    ) -> None:
        """*counter* counts beside the database what leaves; none where a message may be repeated."""
        self._holder, self._clock, self._counter = holder, clock, counter
        self._connection = store.ledger()
        self._slot = zlib.crc32(holder.encode()) % SLOTS if counter else None
        self.settled = 0
        """Mails of which it is written down what became of them."""
        self._settled: list[Settled] = []
        self._sending: list[Delivery] = []
        self._writing: asyncio.Task[None] | None = None
        self._waiting: list[asyncio.Future[frozenset[int]]] = []

    async def write(self, settled: Sequence[Settled], sending: Delivery | None = None) -> bool:
        """Commits what became of mails, and that *sending* leaves now; False when it may not, being no longer ours."""
        self._settled += settled
        if sending is not None:
            self._sending.append(sending)
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_waiting())
        ours = await turn
        return sending is None or sending.id in ours

    async def close(self) -> None:
        """Ends with the connection that it wrote through, once what is under way has been written."""
        if self._writing is not None:
            await self._writing
        self._connection.close()

    async def _write_waiting(self) -> None:
        """Commits, one batch after the other; what is reported while one is under way comes into the next."""
        while self._waiting:
            for _ in range(TURNS):
                await asyncio.sleep(0)
            await self._commit()
        self._writing = None

    async def _commit(self) -> None:
        waiting, self._waiting = self._waiting, []
        settled, self._settled = self._settled, []
        sending, self._sending = self._sending, []
        try:
            ours, count = await self._connection.write_down(
                self._holder, self._clock(), settled=settled, sending=sending, lease=LEASE, slot=self._slot
            )
            self.settled += len(settled)
            if self._counter and self._slot is not None and count:
                self._counter.raise_to(self._slot, count)
        except Exception as error:  # noqa: BLE001 - it is raised in every session that waits
            for turn in _live(waiting):
                turn.set_exception(error)
        else:
            for turn in _live(waiting):
                turn.set_result(ours)


def _live(waiting: Iterable[asyncio.Future[frozenset[int]]]) -> list[asyncio.Future[frozenset[int]]]:
    """Those of sessions that have not ended meanwhile."""
    return [turn for turn in waiting if not turn.done()]
