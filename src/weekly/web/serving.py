"""Running an application until somebody stops it; its address is the first line on stdout."""

from __future__ import annotations

import socket
import sys

import uvicorn
from starlette.types import ASGIApp

from weekly.errors import WeeklyError


def serve(app: ASGIApp, host: str, port: int, path: str = "/") -> None:
    """Serves *app*; port 0 takes a free one. Raises WeeklyError when the address is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise WeeklyError(f"{host}:{port}: {error.strerror}: choose another with --port or --host") from error
    taken: int = listener.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host
    sys.stdout.write(f"http://{shown}:{taken}{path}\n")
    sys.stdout.flush()
    # X-Forwarded-For is believed from this machine only; tokens stand in addresses, so these are not logged.
    settings = uvicorn.Config(app, log_level="warning", access_log=False, proxy_headers=True, server_header=False)
    with listener:
        uvicorn.Server(settings).run(sockets=[listener])
