"""How long an editor's work holds the database up, and fifty saves at once: python -m bench.locks [--postgresql]."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from sqlalchemy import event

from bench.kills import postgresql
from bench.week import SETTINGS, SHARED
from tests.published import subscribe
from tests.stored import stored
from tests.web.review.conftest import HOME, WEEK, TestClient, visiting
from weekly import pipeline
from weekly.models import Level, Status
from weekly.review import decide, edit
from weekly.review.approve import findings
from weekly.workspace import open_workspace

ROUNDS, MANY, AUDIENCE = 30, 50, 1000
SETTING_UP = "setting up"


def main():
    if not SHARED.is_dir():
        return
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        served = "--postgresql" in sys.argv
        url = stack.enter_context(postgresql(folder)) if served else "sqlite:///.weekly/weekly.db"
        real_week(folder / "week", url)
        workspace = stack.enter_context(open_workspace(folder / "week"))
        draft, statuses = stored(workspace).drafts.find(WEEK).draft, stored(workspace).candidates.statuses(WEEK)
        name = "PostgreSQL" if served else "SQLite"
        print(f"{name}, {len(draft.cards)} cards, {len(statuses)} candidates, {AUDIENCE} subscribers")
        held = Held(workspace.store.database.engine)
        review(workspace, held, draft.cards, [one for one in statuses if one not in {card.id for card in draft.cards}])
        publish(workspace, held, draft)
        for what, taken in held.taken.items():
            if not what.startswith(SETTING_UP):
                print(f"{what}, the lock held:", spread(taken))
        print(f"{MANY} saves at once:", spread(saves(workspace, draft.cards)))


def real_week(root, url):
    """The week of the stand-in of the sources, drafted."""
    root.mkdir()
    wire = [sys.executable, str(SHARED / "wire" / "wire.py"), "--data", str(SHARED / "data")]
    with subprocess.Popen(wire, stdout=subprocess.PIPE, text=True) as server:
        try:
            settings = SETTINGS.format(url=server.stdout.readline().split()[0], overlap=2)
            (root / "weekly.toml").write_text(f'{settings}[database]\nurl = "{url}"\n', encoding="utf-8")
            command = [sys.executable, "-m", "weekly", "--workspace", str(root), "run", "--week", str(WEEK)]
            subprocess.run(command, capture_output=True, check=True)
        finally:
            server.terminate()


class Held:
    """Milliseconds from the beginning of each writing transaction to the end of its commit, by what was done.

    Of the clock on the wall, and of the processor: on a machine that others keep busy the two are far apart.
    """

    def __init__(self, engine):
        self.what, self.taken, self._began = "", defaultdict(list), {}
        event.listen(engine, "begin", self._begin)  # after the listener that begins SQLite's
        event.listen(engine, "checkin", self._end)

    def _begin(self, connection):
        if not connection.get_execution_options().get("weekly_reads"):
            self._began[threading.get_ident()] = time.perf_counter(), time.thread_time()

    def _end(self, *_):
        if began := self._began.pop(threading.get_ident(), None):
            wall, processor = began
            self.taken[self.what].append(1000 * (time.perf_counter() - wall))
            self.taken[f"{self.what}, processor"].append(1000 * (time.thread_time() - processor))


def review(workspace, held, cards, others):
    for turn in range(ROUNDS):
        card = cards[turn % len(cards)].id
        held.what = "decide"
        decide.decide(workspace, WEEK, others[turn], Status.ACCEPTED, "ada")
        decide.decide(workspace, WEEK, others[turn], Status.REJECTED, "ada")
        held.what = "edit"
        edit.edit(workspace, WEEK, card, {"body": f"A text of its own, number {turn}."}, "*", "ada")
        held.what = "move"
        decide.move(workspace, WEEK, card, 1, "ada")
        held.what = "approve"
        pipeline.approve(workspace, WEEK, "ada", overrides(workspace, stored(workspace).drafts.find(WEEK).draft))


def overrides(workspace, draft):
    return {one.check: "seen" for one in findings(workspace, draft) if one.level is Level.BLOCK}


def publish(workspace, held, draft):
    """The same draft as the issue of one week after the other."""
    held.what = SETTING_UP
    subscribe(workspace, [f"{number}@example.org" for number in range(AUDIENCE)])
    for turn in range(1, ROUNDS + 1):
        held.what, week = SETTING_UP, WEEK.shift(turn)
        with workspace.store.write() as tx:
            revision = tx.drafts.add(replace(draft, week=str(week)), "ada", workspace.now())
            tx.drafts.approve(revision, "ada", workspace.now(), {})
        held.what = "publish"
        pipeline.publish(workspace, week)


def saves(workspace, cards):
    """Milliseconds of each of as many requests as there are, all at once, each from a thread of its own."""
    gate = threading.Barrier(MANY)
    with visiting(workspace) as first:

        def save(turn):
            client = TestClient(
                first.app, cookies=dict(first.cookies), headers={"If-Match": "*", "Accept": "application/json"}
            )
            gate.wait()
            began = time.perf_counter()
            body = {"body": f"One of many, number {turn}."}
            client.put(f"{HOME}/card", params={"id": cards[turn % len(cards)].id}, json=body).raise_for_status()
            return 1000 * (time.perf_counter() - began)

        with ThreadPoolExecutor(MANY) as pool:
            return list(pool.map(save, range(MANY)))


def spread(taken):
    ordered = sorted(taken)
    median, high = ordered[len(ordered) // 2], ordered[int(0.95 * len(ordered))]
    return f"median {median:.1f} ms, p95 {high:.1f} ms, worst {ordered[-1]:.1f} ms of {len(ordered)}"


if __name__ == "__main__":
    main()
