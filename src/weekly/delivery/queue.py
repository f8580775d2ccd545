"""The queue of mails to send, shared by the sessions of a mailer."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from weekly.delivery.domains import Domains
from weekly.delivery.ledger import LEASE
from weekly.errors import ParseError
from weekly.models import Delivery, Mailing, Message, Outcome, State
from weekly.settings import PerDomainSettings
from weekly.store import Store
from weekly.store.deliveries import Settled

_POLL = 0.02
"""Seconds between looks at who may go next, while pace holds everybody up."""
_HANDFUL = 32
"""Rows in hand for each session: few transactions, and little that waits for a process that dies."""
_AHEAD = 2.0
"""Seconds of the rate that are booked ahead: a process that dies wastes no more."""
_AT_ONCE = 8
"""Mails that are written while the sessions wait."""
RATE = "smtp:rate"


@dataclass(slots=True)
class QueuedMail:
    """A mail in hand."""

    delivery: Delivery
    message: Message
    domain: str
    """The domain of its recipient."""
    moment: float = 0.0
    """When the rate lets it go, in seconds of `time.monotonic`."""
    breaks: int = 0
    """How often a session broke under it."""


class SendQueue:
    """Takes rows of the ledger in hand, has their mails written, and gives them out at the pace of the settings."""

    def __init__(
        self,
        store: Store,
        week: Mailing,
        holder: str,
        write: Callable[[Delivery, datetime], Message],
        *,
        clock: Callable[[], datetime],
        sessions: int,
        limit: int | None = None,
        rate: float = 0.0,
        per_domain: PerDomainSettings | None = None,
    ) -> None:
        self._store, self._week, self._holder, self._write, self._clock = store, week, holder, write, clock
        self._rate, self._left = rate, limit
        self._handful = _HANDFUL * sessions if not rate else max(1, min(_HANDFUL * sessions, int(rate * _AHEAD)))
        self._waiting: deque[QueuedMail] = deque()
        self._taken = 0
        self._filling: asyncio.Task[None] | None = None
        self._ends = False
        """Whether the ledger gave fewer rows than it was asked for."""
        self.domains = Domains(per_domain or PerDomainSettings())
        self.closed = False
        self.refused: list[Settled] = []
        """What needs no session: it goes into the ledger with the next entry."""

    async def next(self, *, wait: bool) -> QueuedMail | None:
        """The next mail; None when there is none, or without *wait* when its moment has not come."""
        while not self.closed:
            filling = self._fill_ahead()
            if not self._waiting:
                if filling is None or not wait:
                    return None
                await asyncio.shield(filling)
                if not self._waiting and self._ends:
                    return None
                continue
            mail = self._pick()
            if mail is not None:
                self.domains.begin(mail.domain, time.monotonic())
                return mail
            if not wait:
                return None
            await asyncio.sleep(_POLL)
        return None

    def put_back(self, mail: QueuedMail) -> None:
        """A mail that did not leave is the next one again."""
        self._waiting.appendleft(mail)

    async def leave(self, settled: int) -> None:
        """Frees what nobody has tried, once *settled* mails are written down."""
        self.closed = True
        if self._filling is not None:
            await asyncio.wait([self._filling])
        rows = [mail.delivery for mail in self._waiting]
        self._waiting.clear()
        nothing_left = self._taken == settled + len(rows)
        with self._store.write() as tx:
            tx.deliveries.give_back(self._holder, rows, self._week if nothing_left else None)

    def _pick(self) -> QueuedMail | None:
        now = time.monotonic()
        for _ in range(len(self._waiting)):
            mail = self._waiting[0]
            if mail.moment > now:
                return None
            self._waiting.popleft()
            if held := self.domains.pause_left(mail.domain, now):
                detail = f"{mail.domain} refuses everything for now"
                later = Outcome(email=mail.delivery.email, state=State.PENDING, detail=detail, again_after=held)
                self.refused.append((mail.delivery, replace(later, tried=False)))
            elif self.domains.free(mail.domain, now):
                return mail
            else:
                self._waiting.append(mail)
        return None

    def _fill_ahead(self) -> asyncio.Task[None] | None:
        """What takes more rows in hand, begun before the last ones are gone; raises what went wrong with it."""
        if self._filling is not None and self._filling.done():
            filled, self._filling = self._filling, None
            filled.result()
        wanted = self._handful if self._left is None else min(self._handful, self._left)
        few = not self._waiting or (len(self._waiting) < self._handful // 2 and not self._ends)
        if self._filling is None and few and wanted > 0:
            self._filling = asyncio.get_running_loop().create_task(self._fill(wanted))
        return self._filling

    async def _fill(self, wanted: int) -> None:
        now = self._clock()
        rows, first = await asyncio.to_thread(self._reserve, wanted, now)
        self._ends = len(rows) < wanted
        self._taken += len(rows)
        if self._left is not None:
            self._left -= len(rows)
        for place, row in enumerate(rows):
            if place % _AT_ONCE == 0:
                await asyncio.sleep(0)  # others send meanwhile
            try:
                message = self._write(row, now)
            except ParseError as error:
                self.refused.append((row, Outcome(email=row.email, state=State.FAILED, detail=str(error))))
                continue
            domain = message.recipient.rpartition("@")[2].lower()
            moment = first + place / self._rate if self._rate else 0.0
            self._waiting.append(QueuedMail(row, message, domain, moment))

    def _reserve(self, wanted: int, now: datetime) -> tuple[list[Delivery], float]:
        """Rows in hand, and when the rate lets the first of them go."""
        began, first = time.monotonic(), now.timestamp()
        with self._store.write() as tx:
            rows = tx.deliveries.reserve(self._week, self._holder, wanted, now, LEASE)
            if rows and self._rate:
                first = tx.send_slots.book(RATE, len(rows), self._rate, first)
        return rows, began + first - now.timestamp()
