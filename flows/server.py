"""`python -m flows.server [WORKSPACE …]`: a Prefect server on SQLite, with the flows deployed and served.

Ends with Ctrl-C or SIGTERM: the flows first, then the server. WEEKLY_PREFECT_PORT is the server's port, else 4200.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

import httpx

HOST = "127.0.0.1"
START_TIMEOUT = 120.0
"""Seconds until the server must answer: the first start makes its database."""


def main() -> None:
    """Starts the server, then `flows.deploy` with the same arguments, and ends both."""
    port = os.environ.get("WEEKLY_PREFECT_PORT", "4200")
    url = f"http://{HOST}:{port}/api"
    if _is_taken(int(port)):
        sys.exit(f"flows.server: {HOST}:{port} is taken: set WEEKLY_PREFECT_PORT, or run 'python -m flows.deploy'")
    environment = {**os.environ, "PREFECT_API_URL": url}
    environment.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    signal.signal(signal.SIGTERM, _interrupt)
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", HOST, "--port", port]
    # Sessions of their own: Ctrl-C reaches only this process, which ends them in the right order.
    server = subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603 - our own arguments
    try:
        wait_until_it_answers(server, url)
        command = [sys.executable, "-m", "flows.deploy", *sys.argv[1:]]
        served = subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603 - the same
        try:
            status = served.wait()
        finally:
            end(served)
    except KeyboardInterrupt:
        status = 0
    finally:
        end(server)
    sys.exit(status)


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise KeyboardInterrupt


def _is_taken(port: int) -> bool:
    try:
        socket.create_server((HOST, port)).close()
    except OSError:
        return True
    return False


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/health").is_success
    except httpx.HTTPError:
        return False


def wait_until_it_answers(server: subprocess.Popen[bytes], url: str) -> None:
    """Ends this process with one line if *server* ends before."""
    until = time.monotonic() + START_TIMEOUT
    with httpx.Client(base_url=url, timeout=2, trust_env=False) as client:
        while not _answers(client):
            if server.poll() is not None:
                sys.exit(f"flows.server: the Prefect server ended with {server.returncode} before it answered")
            if time.monotonic() > until:
                sys.exit(f"flows.server: the Prefect server does not answer at {url}")
            time.sleep(0.3)


def end(process: subprocess.Popen[bytes], seconds: float = 20.0) -> None:
    """Asks it to end, and ends it if it does not."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


if __name__ == "__main__":
    main()
