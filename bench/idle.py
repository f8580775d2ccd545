"""What ten newsletters cost that have nothing to do: CPU of the server, of whoever serves, of runs and of PostgreSQL.

    python -m bench.idle [SECONDS]

In parts of one core, over SECONDS (else 300) from a minute after deploying; then those of a Prefect server to which
nothing is deployed. From /proc, with processes that have ended meanwhile: other work makes no difference to it.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import psutil

from bench.prefect_week import make
from bench.served import postgresql, prefect_database, serving
from flows.server import SETTINGS
from tests.flows.cluster import QUICK, Cluster, started
from tests.flows.postgres import Postgres
from weekly.cli import main as run_weekly

NEWSLETTERS, SETTLED, READERS = 10, 60, 100
WANTED = 2.0
"""Percent of a core."""


def seconds(processes: Iterable[psutil.Process]) -> float:
    """CPU of *processes*, and of their children that have ended."""
    times = [process.cpu_times() for process in processes]
    return sum(each.user + each.system + each.children_user + each.children_system for each in times)


def tree(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


def postmaster(server: Postgres) -> psutil.Process:
    return psutil.Process(int((server.folder / "data" / "postmaster.pid").read_text().split()[0]))


def measured(parts: dict[str, psutil.Process], length: float) -> dict[str, float]:
    """Percent of a core that each of *parts* with its children used in *length* seconds; what it had run, apart."""

    def now() -> dict[str, float]:
        found = {name: seconds(tree(process)) for name, process in parts.items()}
        if "serving" in parts:
            own = parts["serving"].cpu_times()
            found["runs"] = found["serving"] - own.user - own.system
            found["serving"] = own.user + own.system
        return found

    before, began = now(), time.monotonic()
    time.sleep(length)
    after, took = now(), time.monotonic() - began
    return {name: 100 * (after[name] - before[name]) / took for name in after}


def tell(title: str, used: dict[str, float]) -> None:
    parts = ", ".join(f"{name} {percent:.2f}" for name, percent in used.items())
    print(f"{title}: {sum(used.values()):.2f} % of a core: {parts}", flush=True)


def alone(place: Path, server: Postgres, length: float) -> None:
    """A Prefect server to which nothing is deployed."""
    api = Cluster(place, server.database("alone").replace("postgresql://", "postgresql+asyncpg://"))
    environment = {name: value for name, value in api.environment.items() if name not in QUICK}
    command = ["prefect", "server", "start", "--host", "127.0.0.1", "--port", str(api.port)]
    with started(command, {**SETTINGS, **environment}, place / "alone.log") as process:
        api.wait(api.answers)
        time.sleep(SETTLED)
        used = measured({"server": psutil.Process(process.pid), "PostgreSQL": postmaster(server)}, length)
    api.close()
    tell("a server alone", used)


def main(length: float) -> None:
    """Measures both."""
    with tempfile.TemporaryDirectory() as folder, postgresql() as server:
        place = Path(folder)
        run_weekly(["demo", str(place / "demo")])
        roots = [place / f"letter{number}" for number in range(NEWSLETTERS)]
        for root in roots:
            make(root, place / "demo", root.name, READERS)
        with serving(place, roots, prefect_database(server)) as (api, process):
            prefect, serves = sorted(psutil.Process(process.pid).children(), key=lambda child: child.create_time())
            time.sleep(SETTLED)
            began = datetime.now(UTC)
            parts = {"server": prefect, "serving": serves, "PostgreSQL": postmaster(server)}
            used = measured(parts, length)
            since = {"flow_runs": {"start_time": {"after_": began.isoformat(), "is_null_": False}}}
            runs = api.post("/flow_runs/count", since)
        tell(f"{NEWSLETTERS} newsletters, {length:.0f} s, {runs} runs", used)
        if runs:
            each = used["runs"] * length / 100 / runs
            print(
                f"  a run: {each:.2f} s of CPU of its own; the most that {WANTED:g} % allow in an hour: {72 / each:.0f}"
            )
        alone(place, server, min(length, 120.0))


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 300.0)
