"""Workers, the server and PostgreSQL killed in the middle of preparing, publishing and delivering.

    python -m bench.flow_kills [ROUNDS] [SEED]

Each round (else 20) has a newsletter of its own at one Prefect server with two workers, and kills one of the three at a
random moment of one of the flows: workers and server by -9 with all that runs in them, PostgreSQL, which holds the
newsletters too, by `immediate`. What was killed comes back at once, as by a service manager. Then sweeps come, as every
hour, until everything is sent; nobody mends anything. At the end nothing may be lost, doubled or stuck, what is not
certain is listed, and of each run that crashed and each reason of a failure one notice has come.
"""

from __future__ import annotations

import contextlib
import io
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle, product
from pathlib import Path
from typing import Any

from bench.served import Quiet, postgresql, prefect_database, web_server
from flows.automations import TAKEN
from flows.notices import BUSY
from tests.flows.cluster import Cluster, kill
from tests.flows.postgres import Postgres
from tests.flows.receiver import Receiver
from tests.published import a_draft, counts, deliveries, subscribe
from tests.test_year import blocking
from weekly import pipeline
from weekly.archive.publish import published_issue
from weekly.archive.verify import verify
from weekly.cli import main as run_weekly
from weekly.models import Week
from weekly.workspace import open_workspace, present

WEEK = Week.parse("2025-W15")
READERS, FAR = 120, 0.2
"""Subscribers of each newsletter, and seconds that the mail server takes for each mail."""
STAGES, VICTIMS = ("prepare", "publish", "deliver"), ("worker", "server", "PostgreSQL")
MOMENT = {"prepare": 5.0, "publish": 2.0, "deliver": 5.0}
"""The latest moment of a kill, in seconds after its run has begun."""
LONGEST = 1200.0
"""Seconds after the last kill in which everything must be done."""
LIVE = {"RUNNING", "PENDING", "CANCELLING"}
SETTINGS = """
[database]
url = "{database}"
[smtp]
host = "127.0.0.1"
port = {port}
security = "none"
[schedule]
on_failure = "{hook}"
"""
AWAY = 3.0
"""Seconds without PostgreSQL."""


@contextlib.contextmanager
def listener(told: list[dict[str, str]]) -> Iterator[str]:
    """The address of a hook that keeps what it is told."""

    class Listens(Quiet):
        def do_POST(self) -> None:  # noqa: N802 - as http.server calls it
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

    with web_server(Listens) as address:
        yield address


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A newsletter, which of its flows is hit, what is killed, and when."""

    root: Path
    stage: str
    victim: str
    after: float
    """Seconds after the run has begun."""

    @property
    def name(self) -> str:
        return self.root.name


def drawn(place: Path, count: int, seed: int) -> list[Round]:
    """*count* rounds, each pair of flow and victim as often as the others, in an order drawn by *seed*."""
    chance = random.Random(seed)
    pairs = [pair for _, pair in zip(range(count), cycle(product(STAGES, VICTIMS)), strict=False)]
    chance.shuffle(pairs)
    return [
        Round(root=place / f"round{number}", stage=stage, victim=victim, after=chance.uniform(0, MOMENT[stage]))
        for number, (stage, victim) in enumerate(pairs, 1)
    ]


def make(each: Round, demo: str, **settings: Any) -> None:
    """A newsletter that waits to be prepared, or is drafted."""
    each.root.mkdir()
    (each.root / "weekly.toml").write_text(demo + SETTINGS.format(**settings), encoding="utf-8")
    with open_workspace(each.root) as workspace:
        subscribe(workspace, [f"reader{number}@{each.name}.example.org" for number in range(READERS)])
        if each.stage != "prepare":
            with workspace.store.write() as tx:
                tx.drafts.add(a_draft(WEEK), "ed", workspace.now())


def begin(each: Round, cluster: Cluster) -> str:
    """Starts what is to be hit; the id of its run, once that is at work."""
    if each.stage == "prepare":
        with (
            open_workspace(each.root) as workspace,
            workspace.store.write() as tx,
        ):
            tx.drafts.add(a_draft(WEEK.shift(-1)), "ed", workspace.now())
        cluster.run(f"prepare-issue/{each.name}", week=str(WEEK))
    else:
        approve(each)
    until = time.monotonic() + LONGEST
    while time.monotonic() < until:
        for run in cluster.runs(f"{each.stage}-issue/{each.name}"):
            if run["state"]["type"] not in {"SCHEDULED", "PENDING"}:
                return str(run["id"])
        time.sleep(0.2)
    sys.exit(f"{each.name}: {each.stage} did not begin")


def approve(each: Round) -> None:
    with open_workspace(each.root) as workspace:
        pipeline.approve(workspace, WEEK, "ed", dict.fromkeys(blocking(workspace, WEEK), "looked at"))


def strike(each: Round, cluster: Cluster, database: Postgres, run: str) -> None:
    """Kills, and brings back what was killed."""
    time.sleep(each.after)
    if each.victim == "PostgreSQL":
        database.stop()
        time.sleep(AWAY)
        database.start()
    elif each.victim == "server":
        cluster.crash()
    else:
        at_work = cluster.at_work_on(run)
        kill(at_work[0] if at_work else cluster.workers["ada"])
    cluster.wait(cluster.answers)
    cluster.staff("ada", "bob")


def sweep(each: Round, cluster: Cluster) -> bool:
    """Does what an hour brings to a newsletter that is not done: its editor, and both sweeps; whether it is done."""
    with open_workspace(each.root) as workspace:
        with workspace.store.read() as tx:
            drafted, whole = bool(tx.drafts.tip(WEEK)[0]), tx.issues.completeness([WEEK]).get(WEEK, False)
            approved = bool(tx.drafts.approvals(WEEK))
        done = whole and not counts(workspace, WEEK)["pending"]
    if done:
        return True
    if drafted and not approved:
        approve(each)
    for flow in ("deliver",) if whole else ("publish",):
        runs = cluster.runs(f"{flow}-issue/{each.name}")
        if not any(run["state"]["type"] in {"RUNNING", "PENDING"} or is_due(run) for run in runs):
            cluster.soon(f"{flow}-issue/{each.name}")
    return False


def is_due(run: dict[str, Any]) -> bool:
    """Whether a run waits that should have begun."""
    waits = run["state"]["type"] == "SCHEDULED"
    return waits and datetime.fromisoformat(run["expected_start_time"]) < present()


def is_old(run: dict[str, Any]) -> bool:
    """Whether a run has been in its state for so long that it must be over: sweeps come all the time."""
    return present() - datetime.fromisoformat(run["state"]["timestamp"]) > timedelta(seconds=TAKEN)


def causes(runs: list[dict[str, Any]]) -> Counter[str]:
    """Of what a notice should have come, and once: each run that crashed, and each reason for which a flow failed."""
    crashed = [run["id"] for run in runs if run["state"]["type"] == "CRASHED"]
    failed = {f"{run['flow_id']} {run['state']['message']}" for run in runs if run["state"]["type"] == "FAILED"}
    return Counter([*crashed, *failed])


def causes_told(notices: list[dict[str, str]], runs: list[dict[str, Any]]) -> Counter[str]:
    """Of which causes notices came; one that is about no run of these is a cause by itself."""
    told = Counter[str]()
    for notice in notices:
        run = next((run for run in runs if run["id"] in notice["url"]), None)
        told.update(causes([run]) if run else [notice["text"]])
    return told


def faults(each: Round, cluster: Cluster, accepted: Counter[str], told: list[dict[str, str]]) -> Counter[str]:
    """How many mails of a newsletter stand where, how many notices came, and what is wrong, which begins with "!"."""
    with open_workspace(each.root) as workspace:
        states = {row["email"]: row["state"] for row in deliveries(workspace, WEEK)}
        broken = [fault for issue in verify(workspace) for fault in issue.faults]
        number = published_issue(workspace, WEEK).number
    times = {email: accepted[email] for email in states}
    sent, listed = ({email for email in states if states[email] == state} for state in ("sent", "uncertain"))
    runs = cluster.post("/flow_runs/filter", {"flow_runs": {"tags": {"all_": [f"weekly:{each.name}"]}}})
    ended = Counter(run["state"]["type"] for run in runs)
    notices = [notice for notice in told if notice["newsletter"] == each.name]
    wrong = {
        "lost": len(sent | listed) != READERS or any(not times[email] for email in sent),
        "doubled": max(times.values()) > 1 or number != 1,
        "accepted, and not known": any(times[email] for email in states.keys() - sent - listed),
        "other bytes in the archive": broken,
        "stuck": any(run["state"]["type"] in LIVE and is_old(run) for run in runs),
        "a notice too many or too few": causes_told(notices, runs) != causes(runs),
    }
    found = Counter({"notices": len(notices), "crashed runs": ended["CRASHED"], "failed runs": ended["FAILED"]})
    return found + Counter(states.values()) + Counter(f"! {name}" for name, bad in wrong.items() if bad)


def newsletters(rounds: list[Round], place: Path, database: Postgres, port: int, hook: str) -> None:
    """Makes a newsletter for each round, of the demo's settings."""
    with contextlib.redirect_stdout(io.StringIO()):
        run_weekly(["demo", str(place / "demo")])
    demo = (place / "demo" / "weekly.toml").read_text(encoding="utf-8").partition("[maildir]")[0]
    for each in rounds:
        make(each, demo, database=database.database(each.name), port=port, hook=hook)


def recover(rounds: list[Round], cluster: Cluster) -> None:
    """Lets sweeps come until everything is sent and those who are dead are known to be, and one more to each."""
    began, left = time.monotonic(), rounds
    while left := [each for each in left if not sweep(each, cluster)]:
        if time.monotonic() - began > LONGEST:
            sys.exit(f"stuck: {', '.join(each.name for each in left)}")
        cluster.staff("ada", "bob")
        time.sleep(5)
    print(f"  everything is sent {time.monotonic() - began:.0f} s after the last kill", flush=True)
    wait_idle(cluster)
    time.sleep(BUSY.total_seconds())  # the server's last notices
    for each in rounds:
        cluster.soon(f"publish-issue/{each.name}")
    wait_idle(cluster)


def wait_idle(cluster: Cluster) -> None:
    """Until no run is at work, those of the dead included."""
    live = {"flow_runs": {"state": {"type": {"any_": sorted(LIVE)}}}}
    cluster.wait(lambda: not cluster.post("/flow_runs/count", live))


def main(count: int, seed: int) -> None:
    """Runs the rounds, and ends with 1 where something is wrong."""
    told: list[dict[str, str]] = []
    receiver = Receiver(delay=FAR)
    with tempfile.TemporaryDirectory() as place, postgresql() as database, listener(told) as hook:
        cluster = Cluster(Path(place), prefect_database(database))
        try:
            cluster.start()
            rounds = drawn(Path(place), count, seed)
            newsletters(rounds, Path(place), database, receiver.port, hook)
            with cluster.in_this_process():
                cluster.deploy(*(each.root for each in rounds))
            cluster.staff("ada", "bob")
            for each in rounds:
                began = time.monotonic()
                strike(each, cluster, database, begin(each, cluster))
                print(f"  {each.name}: {each.victim} in {each.stage}, {time.monotonic() - began:.0f} s", flush=True)
            recover(rounds, cluster)
            found = {each: faults(each, cluster, receiver.accepted, told) for each in rounds}
        finally:
            cluster.close()
            receiver.close()
    totals = sum(found.values(), Counter())
    print(f"{len(rounds)} rounds, seed {seed}: {', '.join(f'{number} {state}' for state, number in totals.items())}")
    for each, states in found.items():
        if wrong := [name for name in states if name.startswith("!")]:
            print(f"  {each.name}, {each.victim} in {each.stage}: {' '.join(wrong)}: {dict(states)}")
    sys.exit(any(name.startswith("!") for name in totals))


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(*given, *(20, 1)[len(given) :])
