"""Writes to the ledger for all sessions: what they report at the same moment is one transaction."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from weekly.delivery.send_counter import SendCounter
from weekly.models import Delivery
from weekly.store import Store
from weekly.store.deliveries import Settled
from weekly.store.mailings import SLOTS

LEASE = timedelta(minutes=15)
"""After this a process that has mails in hand is taken for dead, where nobody can tell whether it lives."""

TURNS = 3
"""Of the event loop, between the first session that has something to write and the commit: what else becomes ready in
them comes into the same transaction."""


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
        self._waiting: list[asyncio.Future[frozenset[int]]] = []

    async def write(self, settled: Sequence[Settled], sending: Delivery | None = None) -> bool:
        """Commits what became of mails, and that *sending* leaves now; False when it may not, being no longer ours."""
        self._settled += settled
        if sending is not None:
            self._sending.append(sending)
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._commit_after, TURNS)
        turn = loop.create_future()
        self._waiting.append(turn)
        ours = await turn
        return sending is None or sending.id in ours

    def close(self) -> None:
        """Gives back what it wrote through."""
        self._connection.close()

    def _commit_after(self, turns: int) -> None:
        if turns:
            asyncio.get_running_loop().call_soon(self._commit_after, turns - 1)
        else:
            self._commit()

    def _commit(self) -> None:
        waiting, self._waiting = self._waiting, []
        settled, self._settled = self._settled, []
        sending, self._sending = self._sending, []
        live = [turn for turn in waiting if not turn.done()]
        try:
            ours, count = self._connection.write_down(
                self._holder, self._clock(), settled=settled, sending=sending, lease=LEASE, slot=self._slot
            )
            self.settled += len(settled)
            if self._counter and self._slot is not None and count:
                self._counter.raise_to(self._slot, count)
        except Exception as error:  # noqa: BLE001 - it is raised in every session that waits
            for turn in live:
                turn.set_exception(error)
        else:
            for turn in live:
                turn.set_result(ours)
