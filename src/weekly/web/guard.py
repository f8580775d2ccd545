"""Middleware of every page: security headers, rate limits for each client, refusal of cross-site posts."""

from __future__ import annotations

import logging
import sys
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, ip_address, ip_network
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from weekly.text import one_line

ARCHIVE_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' https: data:; font-src 'self'; "
    "form-action 'self'; base-uri 'self'; frame-ancestors 'none'"
)
"""For what subscribers see (https://www.w3.org/TR/CSP3/): no scripts, no frames; styles stand in the pages."""
REVIEW_POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-src 'self'; "
    "frame-ancestors 'none'"
)
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""For the mail in a frame of the review page: styles as mails have them, pictures from here, nothing else."""
_MINUTE = 60.0
_log = logging.getLogger(__name__)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class RateLimit:
    """How often somebody may do something: *times* at once, which come back evenly within *seconds*.

    Kept in memory: a restart forgives. At most *names* names are known; the longest unseen is forgotten.
    """

    def __init__(
        self, times: int, seconds: float, *, names: int = 10_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._times, self._seconds, self._names, self._clock = times, seconds, names, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def is_spent(self, name: str) -> bool:
        """Whether *name* may not do it now; nothing is counted."""
        return self._remaining(name, self._clock()) < 1

    def _remaining(self, name: str, now: float) -> float:
        left, since = self._left.get(name, (float(self._times), now))
        return min(self._times, left + (now - since) * self._times / self._seconds)

    def allow(self, name: str) -> bool:
        """Whether *name* may do it once more, which is then counted."""
        now = self._clock()
        left = self._remaining(name, now)
        allowed = left >= 1
        self._left[name] = (left - 1 if allowed else left, now)
        self._left.move_to_end(name)
        if len(self._left) > self._names:
            self._left.popitem(last=False)
        return allowed


class Refusals:
    """Tells the owner of what limits have refused: a line at once, then one a minute with how many there were since.

    Whoever asks a million times fills no disk with it.
    """

    def __init__(self, place: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._place, self._clock = place, clock
        self._since: dict[str, tuple[float, int]] = {}

    def note(self, what: str, who: str = "") -> None:
        """*what*, of a few kinds, was refused, to *who*."""
        now = self._clock()
        told_at, count = self._since.get(what, (-_MINUTE, 0))
        if now - told_at < _MINUTE:
            self._since[what] = told_at, count + 1
            return
        self._since[what] = now, 0
        more = f", and {count} before since the last such line" if count else ""
        by = f" (from {one_line(who, 80)})" if who else ""
        _log.warning("%s: %s%s%s", self._place, what, by, more)
        sys.stderr.write(f"{self._place}: {what}{by}{more}\n")


class Guard:
    """ASGI middleware around an application.

    It adds *headers* where an answer has none of that name, refuses bodies of more than *largest* bytes with 413 (of
    addresses that end as *uploads* has them, more than it has for them), what *limit* does not allow a client with 429,
    which *refusals* tells the owner, and with *own_posts* whatever would change something and comes from another site
    with 403.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        headers: Mapping[str, str],
        largest: int,
        limit: RateLimit | None = None,
        own_posts: bool = False,
        uploads: Mapping[str, int] | None = None,
        refusals: Refusals | None = None,
    ) -> None:
        self._app, self._largest, self._limit, self._own_posts = app, largest, limit, own_posts
        self._uploads, self._refusals = uploads or {}, refusals
        self._headers = {
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Opener-Policy": "same-origin",
            **headers,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuses, or passes on and adds the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        taken = 0
        largest = next((most for end, most in self._uploads.items() if scope["path"].endswith(end)), self._largest)

        async def receive_bounded() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > largest:
                raise HTTPException(413, f"More than {largest:,} bytes are not taken.")
            return message

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    answer.setdefault(name, value)
            await send(message)

        await (self._refusal(scope) or self._app)(scope, receive_bounded, send_marked)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        if self._limit and not self._limit.allow(who := caller(HTTPConnection(scope))):
            if self._refusals:
                self._refusals.note("requests come faster than the limit of one client", who)
            return PlainTextResponse("Too many requests: wait a second.\n", 429, {"Retry-After": "1"})
        if self._own_posts and scope["method"] not in _SAFE and not _is_same_origin(Headers(scope=scope)):
            return PlainTextResponse("This came from another site.\n", 403)
        return None


def caller(connection: HTTPConnection) -> str:
    """Who asks, as far as the network says; `[serve] trusted_proxies` are believed when they name somebody else.

    Of an IPv6 address its network: everybody at home has 2^64 of these (RFC 6177).
    """
    host = connection.client.host if connection.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv4Address):
        return host
    return str(address.ipv4_mapped or ip_network((int(address), 64), strict=False))


def _is_same_origin(headers: Headers) -> bool:
    """Whether a request that changes something comes from our own page (https://www.w3.org/TR/fetch-metadata/)."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    if origin is None:
        return True  # no browser: browsers that lack the first header send the second with every post
    try:
        return urlsplit(origin).netloc == headers.get("host", "")
    except ValueError:
        return False
