"""Sending something to a service, once: what may have arrived is never sent again by itself.

Asking is repeatable, telling is not (RFC 9110, 9.2.2): only what surely did not arrive is tried again, because no
connection was made or because the service said that it is not ready.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from weekly.errors import FetchError, NotRecorded, Refused, Throttled, Unanswered, Unreachable
from weekly.net.client import Client
from weekly.net.retries import Backoff, retry_after
from weekly.text import one_line

LIMIT = 256 * 1024
"""Bytes of an answer that are read."""
TRIES = 3
_WHOLE = 3
"""Timeouts that a whole request may take."""
_NOT_READY = frozenset({httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE})
_GATEWAYS = frozenset({httpx.codes.BAD_GATEWAY, httpx.codes.GATEWAY_TIMEOUT})
"""A proxy's word that it has no answer of the service behind it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a service answered."""

    status: int
    text: str

    @property
    def data(self) -> dict[str, Any]:
        """The JSON object of the answer, empty when it holds none."""
        try:
            data = json.loads(self.text)
        except (ValueError, RecursionError):
            return {}
        return data if isinstance(data, dict) else {}


def send(
    client: Client,
    url: str,
    body: Mapping[str, Any],
    *,
    headers: Mapping[str, str] | None = None,
    method: str = "POST",
    shown: str = "",
) -> Reply:
    """What the service at *url* answers to *body*, as JSON; a good answer (2xx) only.

    *shown* stands for the address in errors, where the address itself is a secret. Raises Unanswered when nobody
    knows whether it arrived, another FetchError when it surely did not or was refused.
    """
    name = shown or url
    try:
        client.refuse_unsafe(url)
    except Refused as error:
        raise _refusal(url, name) from error
    backoff = Backoff(TRIES, client.settings.timeout, client.settings.max_wait)
    while True:
        started = time.monotonic()
        try:
            return _send(client, method, url, body, headers or {}, name)
        except (Unreachable, Throttled) as error:
            wait = error.wait if isinstance(error, _NotReadyError) else 0.0
            pause = backoff.pause(error, time.monotonic() - started, wait)
            if pause is None:
                raise
        client.sleep(pause)


class _NotReadyError(Throttled):
    wait = 0.0


def _send(
    client: Client, method: str, url: str, body: Mapping[str, Any], headers: Mapping[str, str], name: str
) -> Reply:
    data = json.dumps(body, ensure_ascii=False).encode()
    # A connection of its own: one that was kept open may be dead, and then nobody knows whether this arrived.
    own = {"content-type": "application/json; charset=utf-8", "connection": "close", **headers}
    deadline = time.monotonic() + _WHOLE * client.settings.timeout
    try:
        with client.http.stream(
            method, url, content=data, headers=own, extensions={"deadline": deadline}, follow_redirects=False
        ) as answer:
            return _check_reply(answer, _read(answer), name)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise Unreachable(f"{name}: cannot be reached: {type(error).__name__}", url=name) from error
    except httpx.TransportError as error:
        raise Unanswered(f"{name}: no answer came ({type(error).__name__}): look there", url=name) from error
    except (httpx.InvalidURL, UnicodeError) as error:
        raise FetchError(f"{name}: not an address", url=name) from error
    except NotRecorded as error:
        raise Refused(f"{name}: not asked while a recording is replayed", url=name) from error
    except Refused as error:
        raise _refusal(url, name) from error


def _read(answer: httpx.Response) -> str:
    """The body up to the limit; a status that came is an answer, even if its body breaks off."""
    parts, size = [], 0
    try:
        for part in answer.iter_bytes():
            parts.append(part)
            size += len(part)
            if size > LIMIT:
                break
    except (httpx.TransportError, httpx.DecodingError):
        pass
    return b"".join(parts)[:LIMIT].decode("utf-8", "replace")


def _check_reply(answer: httpx.Response, text: str, name: str) -> Reply:
    status = answer.status_code
    if answer.is_success:
        return Reply(status, text)
    said = one_line(text, 160)
    if status in _NOT_READY:
        refusal = _NotReadyError(f"{name}: not ready (HTTP {status}), try again later", url=name, status=status)
        refusal.wait = retry_after({k.lower(): v for k, v in answer.headers.items()})
        raise refusal
    if status in _GATEWAYS:
        raise Unanswered(f"{name}: no answer came through (HTTP {status}): look there", url=name, status=status)
    if answer.is_redirect:
        raise FetchError(f"{name}: leads elsewhere (HTTP {status}): write the address that it leads to", url=name)
    raise FetchError(f"{name}: refused (HTTP {status}): {said}".rstrip(": "), url=name, status=status)


def _refusal(url: str, name: str) -> Refused:
    """Why it is not asked, without the address's path, which may be a secret."""
    try:
        host = urlsplit(url).hostname or "it"
    except ValueError:
        host = "it"
    mend = f"if that is meant, add {host!r} to [http] allow_private"
    return Refused(f"{name}: {host} is no public web address, not asked: {mend}", url=name)
