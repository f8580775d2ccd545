"""`python -m flows.server [WORKSPACE …]`: a Prefect server on this machine, with the flows deployed and served.

Ends with Ctrl-C, SIGTERM or SIGHUP: the flows first, then the server. WEEKLY_PREFECT_PORT is the server's port, else
4200. Whoever can start a run can send mail, so the server is bound to the loopback address, asks for a password, takes
no requests from pages of other origins, and keeps no run for longer than it is of use.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import httpx

HOST = "127.0.0.1"
SETTINGS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED": "true",
    # Runs of four weeks, where Prefect itself keeps them for ever; its events it keeps for one.
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(28 * 86400),
    # What Prefect looks at every 5 to 60 seconds, busy or not, and nothing of ours waits for: pauses, late runs, lost
    # workers, plans for the days to come. An idle server is idle.
    "PREFECT_SERVER_SERVICES_LATE_RUNS_LOOP_SECONDS": "30",
    "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_LOOP_SECONDS": "60",
    "PREFECT_SERVER_SERVICES_FOREMAN_LOOP_SECONDS": "60",
    "PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_LOOP_SECONDS": "60",
    "PREFECT_SERVER_SERVICES_CLEANUP_RECONCILER_LOOP_SECONDS": "60",
    "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "300",
    "PREFECT_SERVER_SERVICES_SCHEDULER_RECENT_DEPLOYMENTS_LOOP_SECONDS": "20",
    "PREFECT_SERVER_EVENTS_PROACTIVE_GRANULARITY": "PT15S",
}
"""What our server has unless the environment says otherwise; deploy/compose.yaml says the same."""
START_TIMEOUT = 120.0
"""Seconds until the server must answer: the first start makes its database."""


def main() -> None:
    """Starts the server, then `flows.deploy` with the same arguments, and ends both."""
    port = os.environ.get("WEEKLY_PREFECT_PORT", "4200")
    url = f"http://{HOST}:{port}/api"
    if _is_taken(int(port)):
        sys.exit(f"flows.server: {HOST}:{port} is taken: set WEEKLY_PREFECT_PORT, or run 'python -m flows.deploy'")
    password = os.environ.get("PREFECT_SERVER_API_AUTH_STRING") or _password()
    environment = {**SETTINGS, **os.environ, "PREFECT_API_URL": url}
    environment |= {"PREFECT_SERVER_API_AUTH_STRING": password, "PREFECT_API_AUTH_STRING": password}
    environment.setdefault("PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS", url.removesuffix("/api"))
    _advise(len(sys.argv) - 1, environment.get("PREFECT_SERVER_DATABASE_CONNECTION_URL", ""))
    sys.stdout.write(f"flows.server: {url.removesuffix('/api')} asks for the password in {_password_file()}\n")
    sys.stdout.flush()
    signal.signal(signal.SIGTERM, _interrupt)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as nohup has it
        signal.signal(signal.SIGHUP, _interrupt)
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # which a shell takes away from what runs in its background
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


def _password_file() -> Path:
    return Path(os.environ.get("PREFECT_HOME") or "~/.prefect").expanduser() / "weekly-password"


def _password() -> str:
    """The server's, drawn once and kept for its owner's eyes only."""
    path = _password_file()
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(f"weekly:{secrets.token_urlsafe(24)}\n", encoding="ascii")
        return path.read_text(encoding="ascii").strip()


def _advise(newsletters: int, database: str) -> None:
    if newsletters > 1 and not database.startswith("postgresql"):
        sys.stderr.write(
            "flows.server: several newsletters hold each other up on SQLite: give Prefect a PostgreSQL by"
            " PREFECT_SERVER_DATABASE_CONNECTION_URL=postgresql+asyncpg://… (docs/deploy.md)\n"
        )


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
