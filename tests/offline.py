"""Watches that no test asks the network: what is not on this machine is refused at once, and fails the test."""

from __future__ import annotations

import errno
import ipaddress
import socket
import sys

seen: list[str] = []
"""What was asked for."""


def watch() -> None:
    """From now on, and for the whole life of the process: a hook cannot be taken away again."""
    sys.addaudithook(_look)


def _look(event: str, arguments: tuple[object, ...]) -> None:
    # Audit events: https://docs.python.org/3/library/audit_events.html
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        _refuse_far(arguments[1][0])
    elif event == "socket.getaddrinfo":
        _refuse_far(arguments[0])


def _refuse_far(host: object) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if not name or name == "localhost":
        return
    try:
        here = ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        here = False
    if not here:
        seen.append(str(name))
        raise OSError(errno.ENETUNREACH, f"a test asks for {name}", socket.SOCK_STREAM)
