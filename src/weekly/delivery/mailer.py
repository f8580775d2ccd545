"""Where an approved issue goes: the archive on disk, and the mail to each subscriber."""

from __future__ import annotations

from typing import Protocol

from weekly.models import Message, Outcome


class MailSession(Protocol):
    """One way to hand mail over, a message at a time; a mailer opens several of them."""

    alive: bool
    """Whether it can be used again."""

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


class Mailer(Protocol):
    """What hands mail over."""

    repeatable: bool
    """Whether handing over the same message twice leaves one mail, so that an interrupted one may be repeated."""
    connections: int
    """How many sessions it may have open at a time."""

    async def open(self) -> MailSession:
        """A session; raises Unreachable when there is none to be had."""
        ...
