"""What hands mail over: the port that a plugin fills with one method, and the wider one that a relay wants."""

from __future__ import annotations

import asyncio
from typing import Protocol, runtime_checkable

from weekly.errors import Unanswered, WeeklyError
from weekly.models import Message, Outcome, State


class Mailer(Protocol):
    """What hands mail over, a message at a time.

    An entry point of the group `weekly.mailers` names a factory: `create(context) -> Mailer | SessionMailer | None`,
    None when the settings do not ask for it. A mailer that has `repeatable = True` leaves one mail where it is handed
    the same message twice, so that an interrupted one may be repeated.
    """

    def send(self, message: Message) -> Outcome:
        """What became of *message*. It may take its time: it runs in a thread.

        Raises Unanswered when nobody knows whether it was taken, another WeeklyError when it was not and may be tried
        again later.
        """
        ...


class MailSession(Protocol):
    """A session that sends one message at a time; a mailer opens several of them."""

    @property
    def alive(self) -> bool:
        """Whether it can be used again."""
        ...

    async def exchange(
        self, content: Message | None, envelope: Message | None
    ) -> tuple[Outcome | None, Outcome | None]:
        """What became of *content*, and why *envelope* is refused; None when its content may come next.

        *content* is a message whose envelope was accepted before. A refusal is an outcome, not an exception;
        one that was not `tried` says that the session broke before the message left: nobody refused it.
        """
        ...

    async def close(self) -> None:
        """Says goodbye."""
        ...


@runtime_checkable
class SessionMailer(Protocol):
    """A mailer with several sessions at a time, each of which takes the next envelope beside a content."""

    repeatable: bool
    """Whether handing over the same message twice leaves one mail."""
    connections: int
    """How many sessions it may have open at a time."""

    async def open(self) -> MailSession:
        """A session; raises Unreachable when there is none to be had."""
        ...


class OneByOne:
    """The `SessionMailer` that any mailer makes, and its only session."""

    connections = 1
    alive = True

    def __init__(self, mailer: Mailer) -> None:
        self._mailer = mailer
        self.repeatable = bool(getattr(mailer, "repeatable", False))

    async def open(self) -> OneByOne:
        """Itself."""
        return self

    async def exchange(
        self, content: Message | None, envelope: Message | None
    ) -> tuple[Outcome | None, Outcome | None]:
        """Sends *content*; nothing is known of an envelope before its content is sent."""
        del envelope
        return (await asyncio.to_thread(self.outcome, content) if content is not None else None), None

    async def close(self) -> None:
        """Nothing to close."""

    def outcome(self, message: Message) -> Outcome:
        """What became of *message*, whatever the mailer says of it."""
        try:
            return self._mailer.send(message)
        except Unanswered as error:
            return Outcome(email=message.recipient, state=State.UNCERTAIN, detail=str(error))
        except WeeklyError as error:
            return Outcome(email=message.recipient, state=State.PENDING, detail=str(error))
