"""Newsletters as `weekly flows serve` has them, PostgreSQL for Prefect, and web servers, for the length of a bench."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.flows.cluster import QUICK, Cluster, end
from tests.flows.postgres import Postgres, installed


@contextlib.contextmanager
def postgresql() -> Iterator[Postgres]:
    """A PostgreSQL of its own; it has the environment of this process."""
    programs = installed()
    if programs is None:
        sys.exit("PostgreSQL is not installed (on Debian: apt-get install postgresql)")
    server = Postgres(programs)
    server.start()
    try:
        yield server
    finally:
        server.close()


def prefect_database(server: Postgres) -> str:
    """The address of a database for Prefect, as its settings name it."""
    return server.database("prefect").replace("postgresql://", "postgresql+asyncpg://")


class Quiet(BaseHTTPRequestHandler):
    """Answers without a line about each request."""

    def log_message(self, *arguments: Any) -> None:
        """Says nothing."""
        del arguments


@contextlib.contextmanager
def web_server(handler: type[Quiet]) -> Iterator[str]:
    """The address of a web server that answers by *handler*, with the slash at its end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def serving(
    place: Path, roots: list[Path], database: str, more: Mapping[str, str] | None = None
) -> Iterator[tuple[Cluster, subprocess.Popen[bytes]]]:
    """What `weekly flows serve` starts of *roots* on the settings of production and *more*, and its server's API."""
    api = Cluster(place, database)
    plain = {name: value for name, value in api.environment.items() if name not in QUICK}
    environment = {**plain, **os.environ, **(more or {}), "WEEKLY_PREFECT_PORT": str(api.port)}
    environment |= {"PREFECT_HOME": str(place / "prefect"), "PREFECT_SERVER_DATABASE_CONNECTION_URL": database}
    environment.pop("PREFECT_API_URL", None)
    with (place / "served.log").open("ab") as log:
        command = [sys.executable, "-m", "flows.server", *map(str, roots)]
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            api.wait(lambda: deployed(api, place, len(roots)), "served.log")
            yield api, process
        except BaseException:
            sys.stderr.write((place / "served.log").read_text()[-3000:])
            raise
        finally:
            end(process)
            api.close()


def deployed(api: Cluster, place: Path, newsletters: int) -> bool:
    """Whether everything is deployed: what is printed last is the line of the last newsletter."""
    password = place / "prefect" / "weekly-password"
    if not (api.answers() and password.exists()):
        return False
    api.sign_in(password.read_text().strip())
    return (place / "served.log").read_text().count("prepare-issue/") >= newsletters
