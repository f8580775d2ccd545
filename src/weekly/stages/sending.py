"""Sending: every line takes a mail, writes down that it leaves, hands it over and writes down what became of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from weekly.errors import FetchError, StageError
from weekly.models import Outcome, State
from weekly.publishers import Line, Mailer
from weekly.stages.desk import Desk, Item
from weekly.stages.journal import Journal
from weekly.store.deliveries import Settled

DELAYS = (
    *(timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15)),
    *(timedelta(hours=hours) for hours in (1, 3, 8, 8, 12, 12, 24)),
)
"""Between the tries of a mail that is refused for now: minutes for greylisting, hours for a mailbox that is full; the
last one comes after three days, and RFC 5321, 4.5.4.1, wants that or more."""
BREAKS = 3
"""So often a line may break under one mail before that mail is left for later."""
PATIENCE = (1.0, 5.0, 0.0)
"""Seconds after each failure to connect again."""
REFUSALS = 50
"""So many permanent refusals in a row, none of them about an address, are about us."""


class Despatch:
    """One run of a mailer over the mails that a desk gives out."""

    def __init__(self, mailer: Mailer, desk: Desk, journal: Journal, tell: Callable[[int], None]) -> None:
        self._mailer, self._desk, self._journal, self._tell = mailer, desk, journal, tell
        self._done = 0
        self._broken = 0
        self._refusals = 0
        self._lost = 0
        self._fault: Exception | None = None

    def stop(self) -> None:
        """Lets every line finish the mail that it has begun, and no more."""
        self._desk.closed = True

    async def run(self) -> None:
        """Sends until nothing is due; raises what made it impossible to go on, with everything written down."""
        try:
            first = await self._mailer.open()
            async with asyncio.TaskGroup() as lines:
                lines.create_task(self._line(first))
                for _ in range(self._mailer.connections - 1):
                    lines.create_task(self._line(None))
            await self._journal.write(self._desk.refused)
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from group
        finally:
            self._desk.leave()
        if self._fault is not None:
            raise self._fault

    async def _line(self, line: Line | None) -> None:
        ready: Item | None = None
        news: list[Settled] = []
        try:
            while True:
                following = await self._desk.next(wait=ready is None)
                if ready is not None or news or self._desk.refused:
                    ready = await self._write(line, news, ready)
                    news = []
                if ready is not None and line is not None and not line.alive:
                    news, ready = [self._unsent(ready)], None
                    self._back(following)
                    continue
                if ready is None and following is None:
                    break
                if line is None or not line.alive:
                    line = await self._reopen(line)
                    if line is None:
                        self._back(following)
                        break
                ready, news = await self._exchange(line, ready, following)
        finally:
            if line is not None:
                await line.close()

    async def _write(self, line: Line | None, news: list[Settled], ready: Item | None) -> Item | None:
        """Commits, and returns the item if its content may leave."""
        refused, self._desk.refused = self._desk.refused, []
        if await self._journal.write([*news, *refused], ready.delivery if ready else None):
            return ready
        assert line is not None
        assert ready is not None
        untried = Outcome(email=ready.delivery.email, state=State.PENDING, tried=False)
        self._desk.domains.end(ready.domain, untried, time.monotonic())
        await line.close()  # with an envelope and no content: the server drops it
        return None

    def _unsent(self, item: Item) -> Settled:
        """The line died between the ledger's commit and the first byte of the content: this one did not leave."""
        detail = "the connection was lost before the message left"
        outcome = Outcome(
            email=item.delivery.email, state=State.PENDING, detail=detail, again_after=timedelta(0), tried=False
        )
        self._desk.domains.end(item.domain, outcome, time.monotonic())
        return item.delivery, outcome

    async def _exchange(
        self, line: Line, ready: Item | None, following: Item | None
    ) -> tuple[Item | None, list[Settled]]:
        outcome, refusal = await line.exchange(
            ready.message if ready else None, following.message if following else None
        )
        news: list[Settled] = []
        if ready is not None and outcome is not None:
            self._broken = 0
            news.append(self._judged(ready, outcome))
        if following is None or refusal is None:
            return following, news
        if not refusal.tried:
            self._under(following, refusal)
        else:
            news.append(self._judged(following, refusal))
        return None, news

    def _under(self, item: Item, refusal: Outcome) -> None:
        """The line broke under a mail that had not left: it goes again, but not for ever."""
        self._broken += 1
        item.breaks += 1
        if self._broken > BREAKS * self._mailer.connections:
            self._give_up(StageError(f"the mail server breaks off every time: {refusal.detail}"))
        if item.breaks >= BREAKS and self._fault is None:
            later = replace(refusal, tried=True)
            self._desk.refused.append(self._judged(item, later))
        else:
            self._back(item, refusal)

    def _back(self, item: Item | None, outcome: Outcome | None = None) -> None:
        if item is None:
            return
        again = outcome or Outcome(email=item.delivery.email, state=State.PENDING, tried=False)
        self._desk.domains.end(item.domain, again, time.monotonic())
        self._desk.put_back(item)

    def _judged(self, item: Item, outcome: Outcome) -> Settled:
        """The outcome as the ledger keeps it: with the delay that this try has, or none after the last."""
        self._desk.domains.end(item.domain, outcome, time.monotonic())
        tries = item.delivery.attempts
        if outcome.state is State.PENDING and tries >= len(DELAYS):
            outcome = Outcome(
                email=outcome.email, state=State.FAILED, detail=f"given up, {tries + 1} tries: {outcome.detail}"
            )
        elif outcome.state is State.PENDING:
            outcome = replace(outcome, again_after=DELAYS[tries])
        self._refusals = self._refusals + 1 if outcome.state is State.FAILED and not outcome.unknown else 0
        if self._refusals >= REFUSALS:
            self._give_up(StageError(f"the mail server refuses everybody: {outcome.detail}"))
        self._done += 1
        self._tell(self._done)
        return item.delivery, outcome

    def _give_up(self, fault: Exception) -> None:
        self._fault = self._fault or fault
        self.stop()

    async def _reopen(self, old: Line | None) -> Line | None:
        """Another connection; None when there is none, which ends the run only if no line has one."""
        if old is not None:
            await old.close()
        for seconds in PATIENCE:
            try:
                return await self._mailer.open()
            except FetchError as error:
                fault = error
                await asyncio.sleep(seconds)
        self._lost += 1
        if self._lost >= self._mailer.connections:
            self._give_up(fault)
        return None
