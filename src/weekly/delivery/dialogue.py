"""A conversation in SMTP (RFC 5321) in which several commands are under way at once (RFC 2920).

aiosmtplib opens the connection, encrypts it and logs in; it has one command under way at a time, which is half of the
rate that a relay can take. So this takes over its transport for the messages themselves.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from weekly.text import one_line

LONGEST = 64 * 1024
"""Bytes of answers that nobody has read yet; a server that says more than this is not talking to us."""
_MOST = 100
"""Lines of one answer."""
_MARKS = (b" ", b"-", b"\r", b"")
_STATUS = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")


class SmtpReply(NamedTuple):
    """What a server answered to one command."""

    code: int
    text: str

    @property
    def good(self) -> bool:
        """Whether the command was done, or may go on."""
        return self.code < 400  # noqa: PLR2004 - the classes of replies, RFC 5321, 4.2.1

    @property
    def temporary(self) -> bool:
        """Whether another try may succeed."""
        return 400 <= self.code < 500  # noqa: PLR2004 - as above

    @property
    def status(self) -> str:
        """The enhanced status code (RFC 3463), empty when there is none."""
        match = _STATUS.match(self.text)
        return match[1] if match else ""

    def __str__(self) -> str:
        return one_line(f"{self.code} {self.text}")


@lru_cache(64)  # three of the four answers to a mail are always the same
def _reply(code: bytes, text: bytes) -> SmtpReply:
    return SmtpReply(int(code), text.decode("utf-8", "replace").strip())


class ConnectionBroken(ConnectionError):
    """The conversation ended: the connection is gone, the server fell silent or talks nonsense.

    Attributes:
        replies: what it had answered until then.
    """

    def __init__(self, message: str, replies: list[SmtpReply]) -> None:
        super().__init__(message)
        self.replies = replies


class Dialogue(asyncio.Protocol):
    """Sends commands and waits for as many answers."""

    def __init__(self, transport: asyncio.Transport, timeout: float) -> None:
        self._transport = transport
        self._timeout = timeout
        self._loop = asyncio.get_running_loop()
        self._buffer = b""
        self._replies: list[SmtpReply] = []
        self._lines: list[bytes] = []
        self._wanted = 0
        self._answer: asyncio.Future[list[SmtpReply]] | None = None
        self._asked_at = self._loop.time()
        self._watch = self._loop.call_later(timeout, self._look)
        self._fault = ""
        transport.set_protocol(self)

    @property
    def alive(self) -> bool:
        """Whether anything more can be said."""
        return not self._fault and not self._transport.is_closing()

    async def ask(self, data: Sequence[bytes], replies: int) -> list[SmtpReply]:
        """Sends *data*, in pieces, and returns the *replies* answers to it; raises ConnectionBroken."""
        if not self.alive:
            raise ConnectionBroken(self._fault or "the connection is closed", [])
        self._wanted = replies
        self._answer = self._loop.create_future()
        self._asked_at = self._loop.time()
        self._transport.writelines(data)
        return await self._answer

    def close(self) -> None:
        """Ends the connection at once."""
        self._fail("closed")

    def data_received(self, data: bytes) -> None:
        """Reads answers; one that nobody asked for ends the conversation."""
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            code, mark = line[:3], line[3:4]
            if not (code.isdigit() and b"200" <= code < b"600" and mark in _MARKS):
                self._fail(f"the server does not speak SMTP: {line[:60]!r}")
                return
            self._lines.append(line[4:])
            if mark != b"-":
                self._replies.append(_reply(code, b" ".join(self._lines)))
                self._lines.clear()
        if len(self._buffer) > LONGEST or len(self._lines) > _MOST:
            self._fail("the server answers without end")
        elif self._answer is None:
            if self._replies:
                self._fail(f"the server said {self._replies[0]}")
        elif len(self._replies) >= self._wanted:
            self._give()

    def connection_lost(self, exc: Exception | None) -> None:
        """The end, as the transport tells it."""
        self._fail(f"the connection was lost{f': {exc}' if exc else ''}")

    def _give(self) -> None:
        answer, self._answer = self._answer, None
        replies, self._replies = self._replies[: self._wanted], self._replies[self._wanted :]
        if answer is not None and not answer.done():
            answer.set_result(replies)

    def _look(self) -> None:
        """Whether the server has been silent for too long; one timer, which most answers never touch."""
        if self._fault:
            return
        waited = self._loop.time() - self._asked_at if self._answer is not None else 0.0
        if waited >= self._timeout:
            self._fail(f"no answer for {self._timeout:g} seconds")
        else:
            self._watch = self._loop.call_later(max(0.01, self._timeout - waited), self._look)

    def _fail(self, fault: str) -> None:
        """The end: whoever waits is told, and nothing more is read."""
        self._fault = self._fault or fault
        self._watch.cancel()
        self._transport.abort()
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_exception(ConnectionBroken(self._fault, self._replies))
