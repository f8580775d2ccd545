"""The port for sending mail: what SMTP, a Maildir and a plugin's mailer have in common."""

from __future__ import annotations

from typing import Protocol

from weekly.models import Message, Outcome


class MailSession(Protocol):
    """A session that sends one message at a time; a mailer opens several of them."""

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
    """Sends mail by sessions: SMTP, a Maildir, a plugin."""

    repeatable: bool
    """Whether handing over the same message twice leaves one mail, so that an interrupted one may be repeated."""
    connections: int
    """How many sessions it may have open at a time."""

    async def open(self) -> MailSession:
        """A session; raises Unreachable when there is none to be had."""
        ...
