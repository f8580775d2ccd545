"""What every answer of ours carries and every request of strangers is held to."""

from __future__ import annotations

import time
from collections import OrderedDict, deque

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 64 * 1024
"""Bytes of a form."""
POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' https: data:; font-src 'self'; "
    "form-action 'self'; base-uri 'self'; frame-ancestors 'none'"
)
"""No scripts at all, no frames; styles stand in the archive's own pages."""


class Guard:
    """Adds the headers that keep a page to itself, and refuses bodies that are larger than any form of ours."""

    def __init__(self, app: ASGIApp, *, policy: str = POLICY, largest: int = LARGEST) -> None:
        self._app, self._largest = app, largest
        self._headers = {
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            # Links in mails carry tokens: no other site learns where its visitor came from.
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        taken = 0

        async def bounded() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._largest:
                raise _TooLarge
            return message

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, bounded, marked)
        except _TooLarge:
            await PlainTextResponse("too large", status_code=413)(scope, receive, marked)


class _TooLarge(Exception):
    pass


class Limits:
    """How often somebody may do something: so many times in so many seconds, each name for itself.

    Kept in memory: a restart forgives. At most *names* names are known; the longest unseen is forgotten.
    """

    def __init__(self, times: int, seconds: float, *, names: int = 10_000) -> None:
        self._times, self._seconds, self._names = times, seconds, names
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def allow(self, name: str) -> bool:
        """Whether *name* may do it once more, which is then counted."""
        now = time.monotonic()
        seen = self._seen.setdefault(name, deque())
        self._seen.move_to_end(name)
        while len(self._seen) > self._names:
            self._seen.popitem(last=False)
        while seen and seen[0] <= now - self._seconds:
            seen.popleft()
        if len(seen) >= self._times:
            return False
        seen.append(now)
        return True
