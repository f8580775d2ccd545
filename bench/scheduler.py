"""Four weeks of a newsletter through Prefect's own scheduler, and the same weeks by `weekly tick`.

    python -m bench.scheduler [WEEKS]

What `weekly flows serve` starts lives in a shifted time (`bench.shifted`), on the settings of production: Mondays come,
cron lines fall due, clocks go forward on the last Sunday. Of every second approval nobody is told, so that the daily
sweep finds it. A relay refuses every third address at first. Then `weekly tick` does the same weeks in this process, at
the moments at which the flows did them. Archive (each byte) and ledger (rows without ids and moments) must be equal.
"""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import prefect
import psycopg
from sqlalchemy import select

from bench.served import Quiet, postgresql, prefect_database, serving, web_server
from bench.shifted import ShiftedClock
from tests.delivery.relay import in_a_thread
from tests.flows.cluster import Cluster
from tests.published import subscribe
from tests.test_year import SETTINGS, START, Clock, Greylisting, blocking, posts
from weekly.delivery import send_counter
from weekly.models import Week
from weekly.review.approval_hook import FILE
from weekly.review.approve import approve
from weekly.store.tables import deliveries
from weekly.tick import tick
from weekly.workspace import Workspace, open_workspace

READERS = 12
NAME = "mine"
LEDGER = ("week", "email", "name", "language", "topics", "state", "attempts", "detail")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
AHEAD = timedelta(seconds=15)
ENDED = ["COMPLETED", "FAILED", "CRASHED", "CANCELLED"]
Moments = list[tuple[str, Week, datetime]]
"""What was done, of which week, when: `prepare`, `approve`, `publish`, `deliver`."""


@contextmanager
def blog(clock: Clock | ShiftedClock) -> Iterator[str]:
    """The address of a feed as it stands on the day of *clock*."""

    class Posts(Quiet):
        def do_GET(self) -> None:  # noqa: N802 - as http.server calls it
            text = posts(clock.now).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

    with web_server(Posts) as address:
        yield f"{address}feed.xml"


def make(root: Path, url: str, port: int, clock: Clock | ShiftedClock) -> None:
    """A newsletter of one blog with a list, known since the week before the first."""
    root.mkdir()
    text = SETTINGS.format(port=port).replace("http://127.0.0.1:9/feed.xml", url)
    (root / "weekly.toml").write_text(f'{text}[schedule]\nname = "{NAME}"\n', encoding="utf-8")
    with open_workspace(root, clock=clock) as workspace:
        subscribe(workspace, [f"reader{number}@example.net" for number in range(READERS)])


def decide(workspace: Workspace, week: Week) -> None:
    """Approves the draft of *week* over whatever blocks it, as the editor of the year does."""
    approve(workspace, week, "ed", dict.fromkeys(blocking(workspace, week), "looked at"))


class Served:
    """The newsletter at the server: what has become of its runs, and of its weeks."""

    def __init__(self, api: Cluster, runs: psycopg.Connection[Any], root: Path, clock: ShiftedClock) -> None:
        self.api, self.root, self.clock, self.moments = api, root, clock, Moments()
        self._runs = runs

    def runs(self, condition: str = "true", *values: object) -> list[tuple[Any, ...]]:
        """Name, state, moment and start of the runs that are due, from Prefect's tables: its server has work enough.

        Due are those too whose process is started already, some seconds before their moment.
        """
        names = "name, state_name, expected_start_time, start_time"
        query = f"SELECT {names} FROM flow_run WHERE expected_start_time <= %s AND {condition}"
        return self._runs.execute(query, (self.clock.now + AHEAD, *values)).fetchall()

    def settle(self) -> None:
        """Waits until everything that is due has been done."""
        self.api.wait(lambda: not self.runs("state_type <> ALL(%s::state_type[])", ENDED))

    def go(self, moment: datetime) -> None:
        """Goes on to *moment* once everything that was due has been done."""
        self.settle()
        self.clock.set(moment)

    def prepare(self, week: Week, monday: datetime) -> str:
        """Lets Monday come; how late the scheduled preparation began, once it has ended."""
        self.go(monday - MINUTE / 3)
        mine = "auto_scheduled AND name = %s AND state_type = ANY(%s::state_type[])"
        ((_, _, due, began),) = self.api.wait(lambda: self.runs(mine, f"prepare {week} · {NAME}", ENDED))
        if due != monday:
            sys.exit(f"{week} was prepared by a run that was due at {due}, not {monday}")
        with open_workspace(self.root, clock=self.clock) as workspace, workspace.store.read() as tx:
            self.moments.append(("prepare", week, tx.marks.find(f"prepared {week}")))
        return f"{(began - due).total_seconds():.0f} s after its moment"

    def publish(self, week: Week, *, told: bool) -> None:
        """Approves, and waits for the publication: by what the approval starts, or by the next sweep."""
        hook = self.root / FILE
        self.settle()  # the sweeps of the hours that were passed over: an editor approves when nothing else happens
        with open_workspace(self.root, clock=self.clock) as workspace:
            address = hook.read_text(encoding="utf-8")
            if not told:
                hook.unlink()
            decide(workspace, week)
            hook.write_text(address, encoding="utf-8")
            if not told:
                self.go(self.clock.now + DAY)

            def published() -> Any:
                with workspace.store.read() as tx:
                    return tx.issues.find(week)

            issue = self.api.wait(published)
            with workspace.store.read() as tx:
                (approval,) = tx.drafts.approvals_of(week, issue.hash)
        self.moments += [("approve", week, approval.at), ("publish", week, issue.published_at)]

    def deliver(self, week: Week) -> None:
        """Waits until every mail is sent, going on to the moment at which refused ones may be tried again."""
        with open_workspace(self.root, clock=self.clock) as workspace:

            def waiting() -> tuple[int, datetime | None]:
                with workspace.store.read() as tx:
                    return tx.deliveries.counts(week)["pending"], tx.deliveries.find_next_due(week)

            def tried() -> bool:
                pending, due = waiting()
                return not pending or (due is not None and due > self.clock.now)

            while True:
                self.api.wait(tried)
                pending, due = waiting()
                self.moments.append(("deliver", week, self.clock.now))
                if not pending or due is None:
                    return
                self.go(due)


def by_flows(folder: Path, root: Path, clock: ShiftedClock, weeks: int) -> Moments:
    """Runs the weeks at a Prefect server; what was done when."""
    os.environ |= clock.environment  # of whatever is started from here on, not of this process
    with ExitStack() as opened:
        database = prefect_database(opened.enter_context(postgresql()))
        api, _ = opened.enter_context(serving(folder, [root], database))
        runs = opened.enter_context(psycopg.connect(database.replace("+asyncpg", ""), autocommit=True))
        served = Served(api, runs, root, clock)
        for number in range(weeks):
            began, monday = time.perf_counter(), (START + timedelta(weeks=number)).replace(hour=6)
            week = Week.of(monday, START.tzinfo).shift(-1)
            late = served.prepare(week, monday)
            served.go(monday + (2 + number) * HOUR)
            served.publish(week, told=number % 2 == 0)
            served.deliver(week)
            took = time.perf_counter() - began
            print(f"  {week}: prepared {late}; {took:.0f} s", flush=True)
        served.go(served.clock.now + MINUTE)
        states = Counter((name.split()[0], state) for name, state, _, _ in served.runs())
    for name in clock.environment:
        os.environ.pop(name)
    print(f"  runs: {', '.join(f'{verb} {state.lower()} {count}' for (verb, state), count in sorted(states.items()))}")
    if bad := [state for _, state in states if state in {"Failed", "Crashed"}]:
        sys.exit(f"runs ended badly: {bad}")
    return served.moments


def by_tick(root: Path, clock: Clock, moments: Moments) -> None:
    """Does the same at the same *moments* by `weekly tick`."""
    with open_workspace(root, clock=clock) as workspace:
        list(tick(workspace))
        for what, week, moment in moments:
            clock.now = moment
            if what == "deliver":  # by the next line that is due after what was refused here may be tried again
                with workspace.store.read() as tx:
                    clock.now = max(moment, tx.deliveries.find_next_due(week) or moment) + 10 * MINUTE
            if what == "approve":
                decide(workspace, week)
            elif errors := [step.text for step in tick(workspace) if step.error]:
                sys.exit(f"tick: {errors}")


def archive(root: Path) -> dict[str, bytes]:
    """Each file of the archive by its path, manifests included, but for the count of mails, which names its ledger."""
    whole = root / "archive"
    places = [path for path in sorted(whole.rglob("*")) if path.is_file() and path.name != send_counter.NAME]
    return {str(path.relative_to(whole)): path.read_bytes() for path in places}


def ledger(root: Path) -> list[tuple[Any, ...]]:
    """Each row of the ledger, without ids and moments."""
    columns = [deliveries.c[name] for name in LEDGER]
    with open_workspace(root) as workspace, workspace.store.database.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(*columns[:2]))]


def main(weeks: int) -> None:
    """Runs both, and ends with 1 where they differ."""
    os.environ["WEEKLY_SECRET"] = secrets.token_hex(32)
    print(f"Prefect {prefect.__version__}, {weeks} weeks from {START:%F}, served", flush=True)
    with tempfile.TemporaryDirectory() as place:
        folder, flows, ticks = Path(place), Path(place) / "flows", Path(place) / "tick"
        folder.chmod(0o755)  # PostgreSQL, which is another user, reads the shift
        shifted, clock = ShiftedClock(folder, START), Clock(START)
        with blog(shifted) as url, in_a_thread(Greylisting(shifted)) as port:
            make(flows, url, port, shifted)
            moments = by_flows(folder, flows, shifted, weeks)
        with blog(clock) as url, in_a_thread(Greylisting(clock)) as port:
            make(ticks, url, port, clock)
            by_tick(ticks, clock, moments)
        files, rows = (archive(flows), archive(ticks)), (ledger(flows), ledger(ticks))
    differing = sorted(name for name in files[0].keys() | files[1].keys() if files[0].get(name) != files[1].get(name))
    print(f"  archive: {len(files[0])} files by the flows, {len(files[1])} by tick, {len(differing)} differ")
    other = len({*rows[0]} ^ {*rows[1]})
    print(f"  ledger: {len(rows[0])} rows by the flows, {len(rows[1])} by tick, {other} differ")
    if differing or rows[0] != rows[1] or not files[0]:
        sys.exit(f"not equal: {differing[:5]} {set(rows[0]) ^ set(rows[1])}"[:2000])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4)
