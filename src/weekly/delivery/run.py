"""Sending: every session takes a mail, writes down that it leaves, hands it over and writes down what became of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from weekly.delivery.brake import Brake
from weekly.delivery.ledger import LedgerWriter
from weekly.delivery.mailer import MailSession, SessionMailer
from weekly.delivery.queue import QueuedMail, SendQueue
from weekly.errors import FetchError, Gone, StageError
from weekly.models import Outcome, State
from weekly.store.deliveries import Settled

DELAYS = (
    *(timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15)),
    *(timedelta(hours=hours) for hours in (1, 3, 8, 8, 12, 12, 24)),
)
"""Between the tries of a mail that is refused for now: minutes for greylisting, hours for a mailbox that is full; the
last one comes after three days, and RFC 5321, 4.5.4.1, wants that or more."""
BREAKS = 3
"""So often a session may break under one mail before that mail is left for later."""
PAUSES = (1.0, 5.0, 0.0)
"""Seconds after each failure to connect again."""


class SendRun:
    """One run of a mailer over the mails that a queue gives out."""

    def __init__(
        self,
        mailer: SessionMailer,
        queue: SendQueue,
        ledger: LedgerWriter,
        tell: Callable[[int], None],
        *,
        accepted: int = 0,
    ) -> None:
        """*accepted* mails of the mailing have left before."""
        self._mailer, self._queue, self._ledger, self._tell = mailer, queue, ledger, tell
        self._brake = Brake(accepted)
        self._done = 0
        self._broken = 0
        self._lost = 0
        self._fault: Exception | None = None

    def stop(self) -> None:
        """Lets every session finish the mail that it has begun, and no more."""
        self._queue.closed = True

    async def run(self) -> None:
        """Sends until nothing is due; raises what made it impossible to go on, with everything written down."""
        try:
            first = await self._mailer.open()
            async with asyncio.TaskGroup() as sessions:
                sessions.create_task(self._send(first))
                for _ in range(self._mailer.connections - 1):
                    sessions.create_task(self._send(None))
            await self._ledger.write([*self._queue.refused, *self._brake.end()])
            self._heed_brake()
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from group
        finally:
            await self._ledger.close()
            await self._queue.leave(self._ledger.settled)
        if self._fault is not None:
            raise self._fault

    async def _send(self, session: MailSession | None) -> None:
        ready: QueuedMail | None = None
        news: list[Settled] = []
        try:
            while True:
                waits = ready is None
                following = await self._queue.next(wait=waits)
                if ready is not None or news or self._queue.refused:
                    ready = await self._write(session, news, ready)
                    news = []
                if ready is not None and session is not None and not session.alive:
                    news, ready = [self._unsent(ready)], None
                    self._put_back(following)
                    continue
                if ready is None and following is None:
                    if waits:
                        break
                    continue  # what was taken away is perhaps to be had again
                if session is None or not session.alive:
                    session = await self._reopen(session)
                    if session is None:
                        self._put_back(following)
                        break
                ready, news = await self._exchange(session, ready, following)
        finally:
            if session is not None:
                await session.close()

    async def _write(
        self, session: MailSession | None, news: list[Settled], ready: QueuedMail | None
    ) -> QueuedMail | None:
        """Commits, and returns the mail if its content may leave."""
        refused, self._queue.refused = self._queue.refused, []
        if await self._ledger.write([*news, *refused], ready.delivery if ready else None):
            return ready
        assert session is not None  # noqa: S101 - what was not written had a session
        assert ready is not None  # noqa: S101 - the same
        untried = Outcome(email=ready.delivery.email, state=State.PENDING, tried=False)
        self._queue.domains.end(ready.domain, untried, time.monotonic())
        await session.close()  # with an envelope and no content: the server drops it
        return None

    def _unsent(self, mail: QueuedMail) -> Settled:
        """The session died between the ledger's commit and the first byte of the content: this one did not leave."""
        detail = "the connection was lost before the message left"
        outcome = Outcome(
            email=mail.delivery.email, state=State.PENDING, detail=detail, again_after=timedelta(0), tried=False
        )
        self._queue.domains.end(mail.domain, outcome, time.monotonic())
        return mail.delivery, outcome

    async def _exchange(
        self, session: MailSession, ready: QueuedMail | None, following: QueuedMail | None
    ) -> tuple[QueuedMail | None, list[Settled]]:
        outcome, refusal = await session.exchange(
            ready.message if ready else None, following.message if following else None
        )
        news: list[Settled] = []
        if ready is not None and outcome is not None:
            self._broken = 0
            news += self._judge(ready, outcome)
        if following is None or refusal is None:
            return following, news
        if not refusal.tried:
            self._retry(following, refusal)
        else:
            news += self._judge(following, refusal)
        return None, news

    def _retry(self, mail: QueuedMail, refusal: Outcome) -> None:
        """The session broke under a mail that had not left: it goes again, but not for ever."""
        self._broken += 1
        mail.breaks += 1
        if self._broken > BREAKS * self._mailer.connections:
            self._give_up(StageError(f"the mail server breaks off every time: {refusal.detail}"))
        if mail.breaks >= BREAKS and self._fault is None:
            later = replace(refusal, tried=True)
            self._queue.refused += self._judge(mail, later)
        else:
            self._put_back(mail, refusal)

    def _put_back(self, mail: QueuedMail | None, outcome: Outcome | None = None) -> None:
        if mail is None:
            return
        again = outcome or Outcome(email=mail.delivery.email, state=State.PENDING, tried=False)
        self._queue.domains.end(mail.domain, again, time.monotonic())
        self._queue.put_back(mail)

    def _judge(self, mail: QueuedMail, outcome: Outcome) -> list[Settled]:
        """What the ledger gets now: each outcome with the delay that this try has, or none after the last."""
        self._queue.domains.end(mail.domain, outcome, time.monotonic())
        self._done += 1
        self._tell(self._done)
        tries = mail.delivery.attempts
        if outcome.state is State.PENDING and tries >= len(DELAYS):
            detail = f"given up, {tries + 1} tries: {outcome.detail}"
            return [(mail.delivery, Outcome(email=outcome.email, state=State.FAILED, detail=detail))]
        if outcome.state is State.PENDING:
            outcome = replace(outcome, again_after=DELAYS[tries])
        settled = self._brake.judge((mail.delivery, outcome))
        self._heed_brake()
        return settled

    def _heed_brake(self) -> None:
        if self._brake.fault:
            said = f"the mail server refuses everybody: {self._brake.fault}"
            self._give_up(StageError(f"{said}; nobody is blamed for it, their mails are tried again in an hour"))

    def _give_up(self, fault: Exception) -> None:
        self._fault = self._fault or fault
        self.stop()

    async def _reopen(self, old: MailSession | None) -> MailSession | None:
        """Another session; None when there is none to be had, which ends the run only if nobody has one."""
        if old is not None:
            await old.close()
        for seconds in PAUSES:
            try:
                return await self._mailer.open()
            except Gone as error:
                self._give_up(error)
                return None
            except FetchError as error:
                fault = error
                await asyncio.sleep(seconds)
        self._lost += 1
        if self._lost >= self._mailer.connections:
            self._give_up(fault)
        return None
