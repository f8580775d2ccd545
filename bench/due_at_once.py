"""Monday at six with ten newsletters: how late runs begin that are due at once, while preparations wait for arXiv.

    python -m bench.due_at_once [hourly]

In a shifted time (`bench.shifted`) `weekly flows serve` has ten newsletters that ask the stand-in beside the repository
at arXiv's pace. At six o'clock ten preparations are due, which take turns; with "hourly" also ten looks for approvals
and ten readings of reports, by lines that all owners set to the full hour. Each draft is approved as soon as it is
there; the approval starts a publication, and that a delivery. Lateness counts from the moment that a run was first
planned for to its start, however often it was put off.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

import psycopg

from bench.data import SHARED
from bench.flows import SETTINGS
from bench.served import postgresql, prefect_database, serving
from bench.shifted import ShiftedClock
from tests.delivery.relay import Relay, in_a_thread
from tests.published import counts, subscribe
from tests.test_year import blocking
from weekly.models import Week
from weekly.review.approve import approve
from weekly.workspace import Workspace, open_workspace

NEWSLETTERS, READERS, SETTLED, WANTED = 10, 25, 20, 60.0
ZONE = ZoneInfo("Asia/Shanghai")
SIX = datetime(2025, 4, 14, 6, tzinfo=ZONE)
WEEK = Week.of(SIX, ZONE).shift(-1)
MORE = """
[schedule]
mailbox = "reports"
{lines}
[smtp]
host = "127.0.0.1"
port = {port}
security = "none"
"""
PLANNED = """
    SELECT run.name, run.tags, run.state_type, EXTRACT(epoch FROM run.start_time - first.due)
    FROM flow_run AS run, LATERAL (
        SELECT (state_details ->> 'scheduled_time')::timestamptz AS due FROM flow_run_state
        WHERE flow_run_id = run.id AND type = 'SCHEDULED' ORDER BY "timestamp" LIMIT 1
    ) AS first
    WHERE first.due >= %s AND run.start_time IS NOT NULL
"""
HOURLY = 'publish = "0 * * * *"\nbounces = "0 * * * *"'
KINDS = {"approved": "after an approval", "published": "after a publication"}


def make(root: Path, url: str, port: int, clock: ShiftedClock, lines: str) -> None:
    root.mkdir()
    (root / "reports").mkdir()
    address = 'timezone = "Asia/Shanghai"\nfrom = "Weekly <weekly@weekly.example>"\npostal_address = "1 Street"\n'
    settings = SETTINGS.format(url=url).replace("items = 30", f"items = 3\n{address}") + MORE.format(
        port=port, lines=lines
    )
    (root / "weekly.toml").write_text(settings, encoding="utf-8")
    with open_workspace(root, clock=clock) as workspace:
        subscribe(workspace, [f"reader{number}@example.net" for number in range(READERS)])


def approve_what_waits(workspaces: list[Workspace]) -> list[Workspace]:
    """Approves the drafts that have come; those whose draft has not."""
    waiting = []
    for workspace in workspaces:
        with workspace.store.read() as tx:
            drafted = bool(tx.drafts.tip(WEEK)[0])
        if drafted:
            approve(workspace, WEEK, "ed", dict.fromkeys(blocking(workspace, WEEK), "looked at"))
        else:
            waiting.append(workspace)
    return waiting


def morning(roots: list[Path], clock: ShiftedClock) -> float:
    """Approves each draft when it comes; the seconds until everything is delivered."""
    began = time.monotonic()
    with ExitStack() as opened:
        workspaces = [opened.enter_context(open_workspace(root, clock=clock)) for root in roots]
        waiting = workspaces
        while waiting or any(counts(each, WEEK)["sent"] < READERS for each in workspaces):
            waiting = approve_what_waits(waiting)
            time.sleep(2)
    return time.monotonic() - began


def lateness(database: str) -> dict[str, list[float]]:
    """Seconds from the moment that each run was first planned for to its start, by what started it."""
    late = defaultdict(list)
    with psycopg.connect(database.replace("+asyncpg", "")) as connection:
        for name, tags, state, seconds in connection.execute(PLANNED, (SIX,)):
            kind = next((said for tag, said in KINDS.items() if tag in tags), "of the schedule")
            ended = "" if state == "COMPLETED" else f", {state}"
            late[f"{name.split()[0]} {kind}{ended}"].append(float(seconds))
    return late


def served(folder: Path, roots: list[Path], clock: ShiftedClock) -> dict[str, list[float]]:
    """Serves the newsletters from ten to six until everything is delivered; how late the runs began."""
    os.environ |= clock.environment  # of whatever is started from here on, not of this process
    with postgresql() as server:
        database = prefect_database(server)
        with serving(folder, roots, database):
            clock.set(SIX - timedelta(seconds=30))
            print(f"{len(roots)} newsletters, all delivered after {morning(roots, clock):.0f} s", flush=True)
            time.sleep(SETTLED)
        return lateness(database)


def main(lines: str) -> None:
    """Runs the morning; ends with 1 if something but a preparation began more than a minute late."""
    if not SHARED.is_dir():
        return
    wire = [sys.executable, str(SHARED / "wire" / "wire.py"), "--data", str(SHARED / "data")]
    with (
        subprocess.Popen(wire, stdout=subprocess.PIPE, text=True) as source,
        in_a_thread(Relay(extensions=())) as port,
        tempfile.TemporaryDirectory() as place,
    ):
        try:
            folder = Path(place)
            folder.chmod(0o755)  # PostgreSQL, which is another user, reads the shift
            clock = ShiftedClock(folder, SIX - timedelta(minutes=10))
            url = source.stdout.readline().split()[0]
            roots = [folder / f"letter{number}" for number in range(NEWSLETTERS)]
            for root in roots:
                make(root, url, port, clock, lines)
            late = served(folder, roots, clock)
        finally:
            source.terminate()
    for kind, seconds in sorted(late.items()):
        print(f"  {kind}: {len(seconds)} runs, {median(seconds):.0f} s late, at most {max(seconds):.0f} s")
    if any(max(seconds) > WANTED for kind, seconds in late.items() if not kind.startswith("prepare")):
        sys.exit(f"wanted: at most {WANTED:.0f} s")


if __name__ == "__main__":
    main(HOURLY if "hourly" in sys.argv else "")
