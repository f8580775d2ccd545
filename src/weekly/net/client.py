"""The one HTTP client: timeouts, pace, retries, conditional requests, size limits, recordings."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol, TypeAlias
from urllib.parse import urlsplit

import httpx

from weekly.errors import FetchError, Gone, NotRecorded, Refused, Silent, Throttled, Unreachable
from weekly.net.address_secrets import AddressSecrets, is_as_safe
from weekly.net.private_addresses import Network, literal, private, refusal
from weekly.net.proxies import ProxiedNetwork
from weekly.net.recording import Recording, ReplayTransport
from weekly.net.retries import TRIES, Backoff, retry_after
from weekly.net.unpacking import LIMIT, gunzipped
from weekly.settings import HttpSettings

REDIRECTS = 5
SURE_AFTER = timedelta(hours=20)
"""When it is said again that an address moved or is gone it is believed: the next day, give or take some hours."""
_PERMANENT = frozenset({301, 308})
_REDIRECTS = _PERMANENT | {302, 303, 307}
_ENCODINGS = frozenset({"", "identity", "none", "gzip", "x-gzip", "deflate"})
"""What httpx decodes piece by piece with a bounded growth; encodings stacked on each other have none."""
# It would write addresses, with their secrets, where somebody wants to know everything.
logging.getLogger("httpx").setLevel(logging.WARNING)
_LIMITED, _SECONDARY, _MINUTE = frozenset({403, 429}), b"secondary rate limit", 60.0
"""A limit that is told in words alone, and how long to wait then:
https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api."""
_WHOLE = 3
"""Timeouts that a whole request may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cached:
    """What is kept of an address: the last good answer and what a server needs to say that it still holds."""

    etag: str = ""
    last_modified: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    moved_to: str = ""
    """Where it has moved for good."""
    gone: bool = False
    """Given up for good."""
    hint: str = ""
    """What was said once, and is believed when it is said again a day later: that it is gone, or where it moved."""
    hint_at: str = ""
    """When it was first said, in ISO 8601."""


class Cache(Protocol):
    """Where good answers are kept between runs."""

    def load(self, url: str) -> Cached | None:
        """The answer kept for *url*."""

    def save(self, url: str, cached: Cached) -> None:
        """Keeps the answer of *url* in the place of an earlier one."""


class Gate(Protocol):
    """Where requests to one host wait for their turn, across threads and processes."""

    def turn(self, name: str, pace: float, lease: float) -> AbstractContextManager[None]:
        """A turn at *name*: alone, at least *pace* seconds after the turn before, over within *lease* seconds."""

    def hold(self, name: str, seconds: float) -> None:
        """Lets nobody take a turn at *name* for so long: the host has asked for it."""


class NoCache:
    """A `Cache` that keeps nothing, for who works without a database."""

    def load(self, url: str) -> None:
        """Nothing."""

    def save(self, url: str, cached: Cached) -> None:
        """Nothing is kept."""


class NoGate:
    """A `Gate` where nobody else waits, for who works without a database."""

    def turn(self, name: str, pace: float, lease: float) -> AbstractContextManager[None]:
        """At once."""
        del name, pace, lease
        return nullcontext()

    def hold(self, name: str, seconds: float) -> None:
        """Nobody comes again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A good answer (status 200), fetched now or kept from before and confirmed by the server."""

    url: str
    body: bytes
    headers: Mapping[str, str]
    not_modified: bool = False
    moved_to: str = ""
    """Where the address has moved for good, when every redirect on the way said so."""


Broken: TypeAlias = Callable[[Answer], FetchError | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPolicy:
    """The policy for requests to a host: pace, what counts as throttling, tries, size."""

    gate: str = ""
    pace: float = 0.0
    throttling: Callable[[int, Mapping[str, str]], bool] = field(default=lambda status, _: status in {429, 503})
    said: Callable[[bytes], str] = field(default=lambda _: "")
    """What a refusal says in its body, in one line, for the error's message."""
    tries: int = TRIES
    """How often in a row the same kind of failure is borne."""
    limit: int = LIMIT
    secrets: Mapping[str, str] = field(default_factory=dict)
    """What stands in addresses for what: `${TOKEN}` for its value, where `secret_origin` says."""
    secret_origin: str = ""
    """Scheme and host, `https://a.example`."""


class Client:
    """The client that every source shares; `fetcher` gives each its own counters and policy."""

    def __init__(
        self,
        settings: HttpSettings,
        *,
        cache: Cache | None = None,
        gate: Gate | None = None,
        allowed: Collection[str] = (),
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """*allowed* are addresses whose host and port may be private because the owner named them in the settings."""
        self.settings = settings
        self.cache = cache or NoCache()
        self.gate = gate or NoGate()
        self.services = frozenset(map(_service, allowed))
        self.sleep = sleep
        self.offline = bool(settings.replay)
        self.recording = Recording(Path(settings.record)) if settings.record else None
        self.http = httpx.Client(
            transport=ReplayTransport(Recording(Path(settings.replay)))
            if self.offline
            else transport or self._network(),
            timeout=settings.timeout,
            headers={"user-agent": settings.user_agent, "accept-encoding": "gzip, deflate"},
            trust_env=not self.offline,
        )

    def fetcher(self, name: str, policy: RequestPolicy | None = None) -> Fetcher:
        """A view of the client for the source *name*."""
        return Fetcher(self, name, policy or RequestPolicy())

    def refuse_unsafe(self, url: str) -> None:
        """Raises Refused for what is not the web, and for addresses written as private ones that nobody named.

        Names are judged by what they resolve to, which `weekly.net.private_addresses` does when it connects.
        """
        try:
            parts = urlsplit(url)
            host, service = parts.hostname or "", _service(url)
        except ValueError:
            raise Refused(f"{url[:200]}: not an address", url=url) from None
        if parts.scheme not in {"http", "https"} or not host:
            raise Refused(f"{url[:200]}: only http and https addresses are asked", url=url)
        written = literal(host)
        if (
            written
            and private(written)
            and not (self.offline or service in self.services or host in self.settings.allow_private)
        ):
            raise Refused(f"{url[:200]}: {refusal(host, written)}", url=url)

    def close(self) -> None:
        """Closes the connections."""
        self.http.close()

    def _network(self) -> httpx.BaseTransport:
        """The sockets, guarded, and the proxies over them."""
        hosts, services = self.settings.allow_private, self.services
        return ProxiedNetwork(Network(hosts=hosts, services=services), hosts=hosts, services=services)


def _service(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


class _AgainError(Exception):
    """A try that failed and may be repeated after *wait* seconds."""

    def __init__(self, error: FetchError, wait: float = 0.0) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait = wait


@dataclass(frozen=True, slots=True)
class _RawAnswer:
    status: int
    headers: dict[str, str]
    body: bytes


class Fetcher:
    """One source's way to the network; it counts what it does there."""

    def __init__(self, client: Client, name: str, policy: RequestPolicy) -> None:
        self._client = client
        self.name = name
        self.policy = policy
        self.requests = 0
        self.retries = 0
        self.not_modified = 0
        self._seconds = 0.0
        self._secrets = AddressSecrets(values=policy.secrets, origin=policy.secret_origin)

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        broken: Broken = lambda _: None,
        keep: bool = True,
        tries: int | None = None,
    ) -> Answer:
        """The answer of *url*; raises a FetchError that says who failed and how.

        Args:
            url: an http or https address.
            headers: further request headers; they are not sent to another host that a redirect leads to.
            broken: what is wrong with an answer, None when nothing is; a broken one is asked for again.
            keep: whether the answer is kept for conditional requests of later runs.
            tries: another number of tries than the policy names.
        """
        settings = self._client.settings
        self._seconds = 0.0
        backoff = Backoff(tries or self.policy.tries, settings.timeout, settings.max_wait)
        while True:
            try:
                return self._try(url, headers or {}, broken, keep=keep)
            except _AgainError as again:
                spent, self._seconds = self._seconds, 0.0
                pause = None if self._client.offline else backoff.pause(again.error, spent, again.wait)
                if pause is None:
                    again.error.retries = backoff.retries
                    raise again.error from again
            self.retries += 1
            self._client.sleep(pause)

    def kept(self, url: str) -> Cached:
        """What is kept of *url*."""
        return self._client.cache.load(url) or Cached()

    def moved(self, url: str, to: str, at: datetime) -> bool:
        """Whether *url* is asked for at *to* from now on: it is, once it said so a day before *at* as well."""
        kept = self.kept(url)
        if kept.moved_to == to:
            return True
        if not self._is_said_again(url, f"moved to {to}", at):
            return False
        self._client.cache.save(url, replace(kept, moved_to=to, hint="", hint_at=""))
        return True

    def retire(self, url: str, at: datetime) -> bool:
        """Whether *url* is Gone from now on without being asked: it is, once it said so a day before *at* as well."""
        if self.kept(url).gone:
            return True
        if not self._is_said_again(url, "gone", at):
            return False
        self._client.cache.save(url, Cached(gone=True))
        return True

    def _is_said_again(self, url: str, hint: str, at: datetime) -> bool:
        kept = self.kept(url)
        if kept.hint == hint:
            return at - datetime.fromisoformat(kept.hint_at) >= SURE_AFTER
        self._client.cache.save(url, replace(kept, hint=hint, hint_at=at.isoformat()))
        return False

    def final_address(self, url: str) -> str:
        """Where the redirects of *url* end, *url* itself when it has none; no body is read. Asked once, then kept."""
        kept = self._kept(url)
        if kept is not None and kept.moved_to:
            return kept.moved_to
        at = url
        for _ in range(REDIRECTS):
            self._client.refuse_unsafe(at)
            try:
                reply = self._ask(at, {}, body=False)
            except NotRecorded:
                break  # nor did the run that was recorded follow it
            except _AgainError as again:
                raise again.error from again
            if reply.status not in _REDIRECTS or "location" not in reply.headers:
                break
            at = _joined(at, reply.headers["location"])
            if urlsplit(at).netloc != urlsplit(url).netloc:
                break  # what lies behind is another host's matter
        self._client.cache.save(url, Cached(moved_to=at))
        return at

    def status(self, url: str) -> int:
        """The HTTP status at the end of the redirects of *url*, asked once; no body is read.

        Raises a FetchError when nobody answers, and Refused for addresses that are not asked.
        """
        at = url
        for _ in range(REDIRECTS + 1):
            self._client.refuse_unsafe(at)
            try:
                reply = self._ask(at, {}, body=False)
            except _AgainError as again:
                raise again.error from again
            if reply.status not in _REDIRECTS or "location" not in reply.headers:
                return reply.status
            at = _joined(at, reply.headers["location"])
        raise Refused(f"{url}: more than {REDIRECTS} redirects: correct the address", url=url)

    def _kept(self, url: str) -> Cached | None:
        return None if self._client.recording else self._client.cache.load(url)

    def _try(self, url: str, headers: Mapping[str, str], broken: Broken, *, keep: bool) -> Answer:
        kept = self._kept(url) if keep else None
        if kept is not None and kept.gone:
            raise Gone(f"{url}: gone for good (HTTP 410), no longer asked", url=url, status=410)
        answer = self._follow(url, headers, kept)
        if fault := broken(answer):
            raise _AgainError(fault)
        if keep and not answer.not_modified:
            self._client.cache.save(
                url,
                Cached(
                    etag=answer.headers.get("etag", ""),
                    last_modified=answer.headers.get("last-modified", ""),
                    headers=answer.headers,
                    body=answer.body,
                    moved_to=kept.moved_to if kept else "",
                    hint=kept.hint if kept and answer.moved_to else "",
                    hint_at=kept.hint_at if kept and answer.moved_to else "",
                ),
            )
        return answer

    def _follow(self, url: str, headers: Mapping[str, str], kept: Cached | None) -> Answer:
        """The answer at the end of the redirects."""
        moved = kept.moved_to if kept else ""
        at, permanent = moved or url, True
        for _ in range(REDIRECTS + 1):
            self._client.refuse_unsafe(at)
            own = is_as_safe(at, url)
            reply = self._ask(at, {**(headers if own else {}), **_conditions(kept)})
            if reply.status in _REDIRECTS and "location" in reply.headers:
                at = self._secrets.hide(_joined(at, reply.headers["location"]))
                permanent = permanent and reply.status in _PERMANENT
                moved = at if permanent else moved
                continue
            if reply.status == httpx.codes.NOT_MODIFIED and kept is not None:
                self.not_modified += 1
                return Answer(url=at, body=kept.body, headers=kept.headers, not_modified=True, moved_to=moved)
            if reply.status != httpx.codes.OK:
                raise self._failure(at, reply)
            return Answer(url=at, body=reply.body, headers=reply.headers, moved_to=moved)
        raise Refused(f"{url}: more than {REDIRECTS} redirects: correct the address", url=url)

    def _failure(self, url: str, reply: _RawAnswer) -> Exception:
        status = reply.status
        said = self.policy.said(reply.body)
        told = f": {said}" if said else ""
        secondary = status in _LIMITED and _SECONDARY in reply.body.lower()
        if secondary or self.policy.throttling(status, reply.headers):
            wait = retry_after(reply.headers) or (_MINUTE if secondary else 0.0)
            if self.policy.gate and 0 < wait <= self._client.settings.max_wait:
                self._client.gate.hold(self.policy.gate, wait)
            message = f"{url}: told to slow down (HTTP {status}{told})"
            return _AgainError(Throttled(f"{message}, try again later", url=url, status=status), wait)
        if status == httpx.codes.GONE:
            return Gone(f"{url}: gone for good (HTTP 410)", url=url, status=status)
        error = FetchError(f"{url}: answered HTTP {status}{told}", url=url, status=status)
        return _AgainError(error) if status >= httpx.codes.INTERNAL_SERVER_ERROR else error

    def _ask(self, url: str, headers: Mapping[str, str], *, body: bool = True) -> _RawAnswer:
        """One request, alone at its gate, within its total time; the body is read up to the limit."""
        client, settings = self._client, self._client.settings
        whole = _WHOLE * settings.timeout
        pace = 0.0 if client.offline else self.policy.pace
        with client.gate.turn(self.policy.gate, pace, whole + 60), _as_ours(url, settings.timeout):
            self.requests += 1
            started = time.monotonic()
            extensions = {"deadline": started + whole}
            try:
                with client.http.stream(
                    "GET",
                    url if client.offline else self._secrets.fill(url),
                    headers=dict(headers),
                    extensions=extensions,
                ) as response:
                    content = self._read(url, response, started + whole) if body else b""
            finally:
                self._seconds += time.monotonic() - started
        content = self._secrets.hide_in(content)
        reply = _RawAnswer(response.status_code, {k.lower(): v for k, v in response.headers.items()}, content)
        if client.recording:
            shown = httpx.Headers([(key, self._secrets.hide(value)) for key, value in response.headers.multi_items()])
            client.recording.save("GET", url, reply.status, shown, content)
        return reply

    def _read(self, url: str, response: httpx.Response, deadline: float) -> bytes:
        length = response.headers.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length[:18]) > self.policy.limit:
            raise Refused(f"{url}: {int(length[:18]):,} bytes are more than the {self.policy.limit:,} taken", url=url)
        encoding = response.headers.get("content-encoding", "").strip().lower()
        if encoding not in _ENCODINGS:
            raise Refused(f"{url}: sent as {encoding[:40]!r} although only gzip was asked for, not taken", url=url)
        parts, size = [], 0
        try:
            for part in response.iter_bytes():
                size += len(part)
                if size > self.policy.limit:
                    raise Refused(f"{url}: more than the {self.policy.limit:,} bytes taken", url=url)
                if time.monotonic() > deadline:
                    raise httpx.ReadTimeout("still sending at the deadline")
                parts.append(part)
        except httpx.NetworkError as error:
            message = f"{url}: the answer is broken: cut off after {size:,} bytes"
            raise _AgainError(FetchError(message, url=url)) from error
        # httpx does not know the old name of gzip (RFC 9110, section 8.4.1.3).
        whole = b"".join(parts)
        return gunzipped(whole, url, self.policy.limit) if encoding == "x-gzip" else whole


@contextmanager
def _as_ours(url: str, timeout: float) -> Iterator[None]:
    """Errors of httpx as ours."""
    deadline = time.monotonic() + _WHOLE * timeout
    try:
        yield
    except httpx.TimeoutException as error:
        dripping = time.monotonic() >= deadline
        waited = f"still sending after {_WHOLE * timeout:g} s" if dripping else f"no answer within {timeout:g} s"
        raise _AgainError(Silent(f"{url}: {waited}", url=url)) from error
    except httpx.TransportError as error:
        reason = str(error) or type(error).__name__
        raise _AgainError(Unreachable(f"{url}: cannot be reached: {reason}", url=url)) from error
    except httpx.DecodingError as error:
        raise _AgainError(FetchError(f"{url}: the answer is broken: {error}", url=url)) from error
    except (httpx.InvalidURL, UnicodeError) as error:
        raise Refused(f"{url[:200]}: not an address: {error}", url=url) from error
    except Refused as error:
        if error.url == url:
            raise
        raise Refused(f"{url[:200]}: {error}", url=url) from error


def _joined(url: str, location: str) -> str:
    try:
        return str(httpx.URL(url).join(location))
    except (httpx.InvalidURL, ValueError) as error:
        raise Refused(f"{url}: redirects to what is no address: {location[:80]!r}", url=url) from error


def _conditions(kept: Cached | None) -> dict[str, str]:
    """The headers that ask for the answer only if it changed (RFC 9110, section 13)."""
    if kept is None:
        return {}
    pairs = {"if-none-match": kept.etag, "if-modified-since": kept.last_modified}
    return {name: value for name, value in pairs.items() if value and value.isascii() and value.isprintable()}
