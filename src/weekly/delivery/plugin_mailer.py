"""A mailer that a plugin brings: after a fault the mail in hand is accounted for, and the run ends and says why."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import timedelta
from functools import partial
from threading import Thread
from typing import Any, TypeVar

from weekly.deadline import Budget
from weekly.delivery.mailer import Mailer, MailSession, OneByOne, SessionMailer
from weekly.errors import Gone, OverBudget, WeeklyError
from weekly.models import Message, Outcome, State
from weekly.plugins import fault

T = TypeVar("T")


class PluginMailer:
    """A `SessionMailer` over what a plugin brings; after a fault it opens no session any more."""

    def __init__(self, name: str, theirs: Mailer | SessionMailer | None, budget: Budget, why_not: str = "") -> None:
        """*budget* is for each step of a session; *why_not* is why there is none of *theirs*."""
        self._name, self._budget, self._why_not = name, budget, why_not
        self._theirs = theirs if theirs is None or isinstance(theirs, SessionMailer) else _InPlace(theirs)
        self.repeatable = bool(getattr(self._theirs, "repeatable", False))
        self.connections: int = getattr(self._theirs, "connections", 1)
        self._loop: _Loop | None = None
        self._sessions = 0

    @property
    def failed(self) -> str:
        """Its fault, with its name and the mend; empty while it has none."""
        return self._why_not and f"mailer {self._name} {self._why_not}: mend or uninstall the plugin"

    async def open(self) -> PluginSession:
        """A session; raises Gone after a fault of the plugin, and what the plugin raises when it says so."""
        if self._theirs is None or self.failed:
            raise Gone(self.failed)
        self._loop = self._loop or _Loop()
        self._sessions += 1
        try:
            return PluginSession(self, await self.call(self._theirs.open))
        except Exception as error:
            self.leave()
            if isinstance(error, WeeklyError) and not isinstance(error, OverBudget):
                raise
            raise Gone(self.fail(error)) from error

    async def call(self, step: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What *step* of the plugin returns. It runs on a loop of its own, so that it may block that."""
        loop = self._loop
        assert loop is not None  # noqa: S101 - a session is open
        return await asyncio.to_thread(self._budget.call, lambda: loop.run(step()))

    def fail(self, error: Exception) -> str:
        """Opens no session any more, because of *error*; returns what is said of it."""
        self._why_not = self._why_not or fault(error)
        return self.failed

    def leave(self) -> None:
        """One session less; the loop ends with the last."""
        self._sessions -= 1
        if not self._sessions and self._loop:
            self._loop.stop()
            self._loop = None


class PluginSession:
    """A `MailSession` over the plugin's."""

    def __init__(self, mailer: PluginMailer, theirs: MailSession) -> None:
        self._mailer, self._theirs = mailer, theirs

    @property
    def alive(self) -> bool:
        """Whether another message can go this way."""
        return not self._mailer.failed and self._theirs.alive

    async def exchange(
        self, content: Message | None, envelope: Message | None
    ) -> tuple[Outcome | None, Outcome | None]:
        """What the plugin says; nobody knows how far *content* came where it does not."""
        try:
            return await self._mailer.call(partial(self._theirs.exchange, content, envelope))
        except Exception as error:  # noqa: BLE001 - a plugin's fault is its own
            why = self._mailer.fail(error)
        state = State.PENDING if self._mailer.repeatable else State.UNCERTAIN
        outcome = Outcome(email=content.recipient, state=state, detail=why) if content else None
        return outcome, _not_tried(envelope, why) if envelope else None

    async def close(self) -> None:
        """Says goodbye."""
        with suppress(Exception):
            await self._mailer.call(self._theirs.close)
        self._mailer.leave()


class _InPlace(OneByOne):
    """Sends where it is asked: nobody else waits for this loop."""

    async def exchange(
        self, content: Message | None, envelope: Message | None
    ) -> tuple[Outcome | None, Outcome | None]:
        """Sends *content*."""
        del envelope
        return (self.outcome(content) if content is not None else None), None


class _Loop:
    """An event loop in a thread of its own: what blocks it keeps nobody waiting, and no process from ending."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._loop = self._runner.get_loop()
        Thread(target=self._live, daemon=True).start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What *work* returns; to be asked in another thread."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def stop(self) -> None:
        """Ends the loop, and what still waits there."""
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _live(self) -> None:
        with self._runner:
            self._loop.run_forever()


def _not_tried(envelope: Message, why: str) -> Outcome:
    at_once = timedelta(0)
    return Outcome(email=envelope.recipient, state=State.PENDING, detail=why, again_after=at_once, tried=False)
