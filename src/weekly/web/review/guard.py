"""What stands before every page: headers that keep content inert, a limit for each client, own posts only."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-src 'self'; "
    "frame-ancestors 'none'"
)
"""For our pages (https://www.w3.org/TR/CSP3/)."""
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""For the mail in its frame: styles as mails have them, pictures from here, nothing else."""
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class ReviewGuard:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, *, rate: float = 100, burst: int = 400, clients: int = 10_000) -> None:
        """*rate* requests a second are answered for one client, *burst* at once."""
        self._app = app
        self._rate, self._burst, self._clients = rate, burst, clients
        self._left: dict[str, tuple[float, float]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuses, or passes on and adds the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if not self._room(scope["client"][0] if scope.get("client") else ""):
            refusal = PlainTextResponse("Too many requests: wait a second.\n", 429, {"Retry-After": "1"})
            await refusal(scope, receive, send)
            return
        if scope["method"] not in _SAFE and not _own(headers, scope):
            await PlainTextResponse("This came from another site.\n", 403)(scope, receive, send)
            return

        async def protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer.setdefault("Content-Security-Policy", CONTENT_POLICY)
                answer.setdefault("X-Content-Type-Options", "nosniff")
                answer.setdefault("Referrer-Policy", "same-origin")
                answer.setdefault("Cross-Origin-Opener-Policy", "same-origin")
                answer.setdefault("Cache-Control", "no-cache" if scope["path"].startswith("/static/") else "no-store")
            await send(message)

        await self._app(scope, receive, protected)

    def _room(self, client: str) -> bool:
        """Takes one of the client's requests; the bucket fills again with time."""
        now = time.monotonic()
        left, since = self._left.get(client, (float(self._burst), now))
        left = min(self._burst, left + (now - since) * self._rate)
        if len(self._left) >= self._clients and client not in self._left:
            self._left.clear()
        self._left[client] = (max(0.0, left - 1), now)
        return left >= 1


def _own(headers: Headers, scope: Scope) -> bool:
    """Whether a request that changes something comes from our own page (https://www.w3.org/TR/fetch-metadata/)."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    if origin is None:
        return True  # no browser: browsers that lack the first header send the second with every post
    try:
        return urlsplit(origin).netloc == headers.get("host", "") and bool(scope["scheme"])
    except ValueError:
        return False
