"""Writing to the ledger for all lines at once: what they have to say in the same moment is one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from weekly.models import Delivery
from weekly.store.deliveries import Deliveries, Settled

LEASE = timedelta(minutes=15)
"""After this a process on another machine that has mails in hand is taken for dead."""


class Journal:
    """The pen of one sending process. Nothing leaves before its line in the ledger is committed."""

    def __init__(self, ledger: Deliveries, holder: str) -> None:
        self._ledger, self._holder = ledger, holder
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
            # Not at once: lines that become ready in this turn of the event loop come into the same transaction.
            loop.call_soon(loop.call_soon, self._commit)
        turn = loop.create_future()
        self._waiting.append(turn)
        ours = await turn
        return sending is None or sending.id in ours

    def _commit(self) -> None:
        waiting, self._waiting = self._waiting, []
        settled, self._settled = self._settled, []
        sending, self._sending = self._sending, []
        live = [turn for turn in waiting if not turn.done()]
        try:
            ours = self._ledger.write(self._holder, settled, sending, datetime.now(UTC), LEASE)
        except Exception as error:  # noqa: BLE001 - it is raised in every line that waits
            for turn in live:
                turn.set_exception(error)
        else:
            for turn in live:
                turn.set_result(ours)
