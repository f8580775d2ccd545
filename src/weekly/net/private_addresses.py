"""A transport for httpx that refuses private addresses and ends every answer at a deadline.

A name is resolved once, its addresses are checked, and the connection goes to a checked address: a name server that
answers differently a moment later changes nothing. httpx bounds each read alone; here a request as a whole is bounded
too, so that a host which sends a byte now and then cannot hold us.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import httpcore
import httpx

from weekly.errors import Refused

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver: TypeAlias = Callable[[str], Sequence[str]]
"""From a host's name to its addresses; raises OSError when it has none."""

_MOST_ADDRESSES = 4
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_UNICAST = ipaddress.ip_network("2000::/3")
"""What is given out of IPv6 for the Internet at all, https://www.iana.org/assignments/ipv6-unicast-address-assignments."""
_SPECIAL = ipaddress.ip_network("3fff::/20"), ipaddress.ip_network("192.88.99.0/24")
"""Documentation (RFC 9637) and the relays of 6to4 (RFC 7526), which Python 3.11 takes for public."""
_LOCAL_NAMES = frozenset({"localhost", "local", "internal", "lan", "home", "intranet", "corp", "arpa"})
"""Ends of names that mean something within a network alone: RFC 6761, 6762, 8375 and ICANN's .internal, and custom."""


def resolve(host: str) -> list[str]:
    """The addresses of *host*, the system's favourite first."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]).partition("%")[0] for row in found))


def private(text: str) -> bool:
    """Whether the address is not one of the public Internet (the IANA special-purpose registries), or hides such a one.

    https://www.iana.org/assignments/iana-ipv4-special-registry, https://www.iana.org/assignments/iana-ipv6-special-registry
    """
    address: Address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        embedded = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if embedded is None and address in _NAT64:
            embedded = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if embedded is None and address not in _UNICAST:
            return True
        address = embedded or address
    special = any(address in network for network in _SPECIAL if network.version == address.version)
    return special or not address.is_global or address.is_multicast


def has_local_name(host: str) -> bool:
    """Whether *host* is a name that a network knows for itself: without a dot, or under an end such as `.internal`."""
    labels = host.rstrip(".").lower().split(".")
    return len(labels) == 1 or labels[-1] in _LOCAL_NAMES


def literal(host: str) -> str:
    """*host* when it is written as an address, else empty."""
    try:
        return str(ipaddress.ip_address(host.strip("[]").partition("%")[0]))
    except ValueError:
        return ""


def refusal(host: str, address: str) -> str:
    """Why *host* is not asked, and the mend."""
    return (
        f"{host} leads into a private network ({address}), not asked: "
        f"if that is meant, add {host!r} to [http] allow_private"
    )


class Network(httpx.BaseTransport):
    """A transport over sockets that connects to public addresses and to hosts that the owner named.

    A request may carry the extension `deadline`, a moment of `time.monotonic()` after which nothing more is read.
    """

    def __init__(
        self,
        *,
        hosts: Collection[str] = (),
        services: Collection[tuple[str, int]] = (),
        resolver: Resolver = resolve,
        backend: httpcore.NetworkBackend | None = None,
    ) -> None:
        """*hosts*, and the host and port pairs *services*, may be private."""
        self._guard = _SafeBackend(frozenset(hosts), frozenset(services), resolver, backend or httpcore.SyncBackend())

        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=32,
            max_keepalive_connections=8,
            keepalive_expiry=10.0,
            network_backend=self._guard,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, its body still to be read; raises Refused for private addresses, httpx's errors for the rest."""
        url = request.url
        self._guard.clock.until = request.extensions.get("deadline")
        asked = httpcore.Request(
            method=request.method,
            url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        with _as_httpx(request):
            answer = self._pool.handle_request(asked)
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_ResponseStream(answer, request), extensions=answer.extensions
        )

    def close(self) -> None:
        """Closes the connections."""
        self._pool.close()


@contextmanager
def _as_httpx(request: httpx.Request) -> Iterator[None]:
    try:
        yield
    except (httpcore.ConnectTimeout, httpcore.PoolTimeout) as error:
        raise httpx.ConnectTimeout(str(error), request=request) from error
    except httpcore.ConnectError as error:
        raise httpx.ConnectError(str(error), request=request) from error
    except httpcore.TimeoutException as error:
        raise httpx.ReadTimeout(str(error), request=request) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
        raise httpx.NetworkError(str(error), request=request) from error


class _ResponseStream(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response, request: httpx.Request) -> None:
        self._answer = answer
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx(self._request):
            yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _Clock(threading.local):
    """The deadline of the request that this thread is at."""

    until: float | None = None

    def cut(self, timeout: float | None) -> float | None:
        """What is left of *timeout* before the deadline."""
        if self.until is None:
            return timeout
        left = self.until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("still sending at the deadline")
        return left if timeout is None else min(timeout, left)


class _SafeBackend(httpcore.NetworkBackend):
    """Connects to checked addresses only."""

    def __init__(
        self,
        hosts: frozenset[str],
        services: frozenset[tuple[str, int]],
        resolver: Resolver,
        backend: httpcore.NetworkBackend,
    ) -> None:
        self.clock = _Clock()
        self._hosts = hosts
        self._services = services
        self._resolver = resolver
        self._backend = backend

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address of *host* that takes one."""
        *others, last = self._addresses(host, port)
        for address in others:
            try:
                return self._connect(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connect(last, port, timeout, local_address, socket_options)

    def _connect(self, address: str, port: int, timeout: float | None, *rest: Any) -> httpcore.NetworkStream:
        return _Timed(self._backend.connect_tcp(address, port, self.clock.cut(timeout), *rest), self.clock)

    def _addresses(self, host: str, port: int) -> Sequence[str]:
        try:
            addresses = self._resolver(host)[:_MOST_ADDRESSES]
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"no such host: {host}") from error
        if not addresses:
            raise httpcore.ConnectError(f"no such host: {host}")
        if host not in self._hosts and (host, port) not in self._services:
            for address in addresses:
                if private(address):
                    raise Refused(refusal(host, address), url=host)
        return addresses


class _Timed(httpcore.NetworkStream):
    """A connection that reads and writes until the deadline of the request that uses it."""

    def __init__(self, stream: httpcore.NetworkStream, clock: _Clock) -> None:
        self._stream = stream
        self._clock = clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._clock.cut(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._clock.cut(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self._stream.start_tls(ssl_context, server_hostname, self._clock.cut(timeout))
        return _Timed(inner, self._clock)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
