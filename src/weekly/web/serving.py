"""Running an application until somebody stops it; its address is the first line on stdout."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from weekly.errors import WeeklyError

GRACE = 3
"""Seconds that the requests in hand have to end when the server is stopped; some wait for news."""


@contextmanager
def listening(host: str, port: int, path: str = "") -> Iterator[tuple[socket.socket, str]]:
    """A socket that listens there, port 0 at a free one, and its address, which stands on stdout by then with *path*.

    Raises WeeklyError when the address is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        reason = error.strerror or error
        raise WeeklyError(f"{host}:{port}: {reason}: choose another with --port or --host") from error
    with listener:
        # Without it each answer waits 40 ms for the browser's acknowledgement of its first packet.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{listener.getsockname()[1]}"
        sys.stdout.write(f"{address}{path}\n")
        sys.stdout.flush()
        yield listener, address


def run(app: ASGIApp, listener: socket.socket, proxies: Sequence[str]) -> None:
    """Serves *app* until SIGINT or SIGTERM; *proxies*, addresses or networks, are believed about who asks and how.

    Tokens stand in addresses, so requests are not logged.
    """
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
    uvicorn.Server(config).run(sockets=[listener])
