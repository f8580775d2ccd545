"""Where the lines of a mailer get their next mail from."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from weekly.errors import ParseError
from weekly.models import Delivery, Mailing, Message, Outcome, State
from weekly.publishers.pacing import Domains
from weekly.settings import PerDomainSettings
from weekly.stages.journal import LEASE
from weekly.store import Store
from weekly.store.deliveries import Settled
from weekly.store.slots import SendSlots

_POLL = 0.02
"""Seconds between looks at who may go next, while pace holds everybody up."""
_HANDFUL = 32
"""Rows in hand for each line: few transactions, and little that waits for a process that dies."""
_AHEAD = 2.0
"""Seconds of the rate that are booked ahead: a process that dies wastes no more."""
RATE = "smtp:rate"


@dataclass(slots=True)
class Item:
    """A mail in hand."""

    delivery: Delivery
    message: Message
    domain: str
    """The domain of its reader."""
    moment: float = 0.0
    """When the rate lets it go, in seconds since the epoch."""
    breaks: int = 0
    """How often a line broke under it."""


class Desk:
    """Takes rows of the ledger in hand, has their letters written, and gives them out at the pace of the settings."""

    def __init__(
        self,
        store: Store,
        week: Mailing,
        holder: str,
        write: Callable[[Delivery, datetime], Message],
        *,
        lines: int,
        limit: int | None = None,
        rate: float = 0.0,
        per_domain: PerDomainSettings | None = None,
    ) -> None:
        self._store, self._week, self._holder, self._write = store, week, holder, write
        self._rate, self._left = rate, limit
        self._handful = _HANDFUL * lines if not rate else max(1, min(_HANDFUL * lines, int(rate * _AHEAD)))
        self._waiting: deque[Item] = deque()
        self.domains = Domains(per_domain or PerDomainSettings())
        self.closed = False
        self.refused: list[Settled] = []
        """What needs no line: it goes into the ledger with the next entry."""

    async def next(self, *, wait: bool) -> Item | None:
        """The next mail; None when there is none, or without *wait* when its moment has not come."""
        while not self.closed:
            if not self._waiting:
                self._fill()
            if not self._waiting:
                return None
            item = self._pick()
            if item is not None:
                self.domains.begin(item.domain, time.monotonic())
                return item
            if not wait:
                return None
            await asyncio.sleep(_POLL)
        return None

    def put_back(self, item: Item) -> None:
        """A mail that did not leave is the next one again."""
        self._waiting.appendleft(item)

    def leave(self) -> None:
        """Frees what nobody has tried."""
        self.closed = True
        rows = [item.delivery for item in self._waiting]
        self._waiting.clear()
        with self._store.database.write() as connection:
            self._store.deliveries.give_back(connection, self._holder, rows)

    def _pick(self) -> Item | None:
        now, clock = time.monotonic(), time.time()
        for _ in range(len(self._waiting)):
            item = self._waiting[0]
            if item.moment > clock:
                return None
            self._waiting.popleft()
            if held := self.domains.held(item.domain, now):
                detail = f"{item.domain} refuses everything for now"
                later = Outcome(email=item.delivery.email, state=State.PENDING, detail=detail, again_after=held)
                self.refused.append((item.delivery, replace(later, tried=False)))
            elif self.domains.free(item.domain, now):
                return item
            else:
                self._waiting.append(item)
        return None

    def _fill(self) -> None:
        wanted = self._handful if self._left is None else min(self._handful, self._left)
        if wanted <= 0:
            return
        now, store = datetime.now(UTC), self._store
        with store.database.write() as connection:
            rows = store.deliveries.reserve(connection, self._week, self._holder, wanted, now, LEASE)
            first = SendSlots(connection).book(RATE, len(rows), self._rate, time.time()) if rows and self._rate else 0.0
        if self._left is not None:
            self._left -= len(rows)
        for place, row in enumerate(rows):
            try:
                message = self._write(row, now)
            except ParseError as error:
                self.refused.append((row, Outcome(email=row.email, state=State.FAILED, detail=str(error))))
                continue
            domain = message.recipient.rpartition("@")[2].lower()
            self._waiting.append(Item(row, message, domain, first + place / self._rate if self._rate else 0.0))
