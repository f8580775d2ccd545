"""From the sources to a draft: by the scheduler, twice at once, without a database for a while."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from datetime import datetime

import pytest
from sqlalchemy import func, select

prefect = pytest.importorskip("prefect")

from flows.prepare_issue import collect, prepare_issue, week_lock  # noqa: E402
from tests.conftest import ROOT  # noqa: E402
from tests.flows.conftest import WEEK  # noqa: E402
from tests.stored import stored  # noqa: E402
from weekly.store.tables import source_runs  # noqa: E402
from weekly.testing import workspace  # noqa: E402
from weekly.workspace import open_workspace  # noqa: E402

pytestmark = pytest.mark.filterwarnings("default")


@pytest.mark.sample(1, of="runs in workers")
def test_a_scheduled_run_drafts_the_week_and_leaves_what_it_found(cluster, newsletter, weekly):
    root = newsletter("scheduled")
    cluster.deploy(root)
    told = json.loads(weekly("--workspace", root, "schedule", "next", "--json").out)
    due = datetime.fromisoformat(next(row["next"] for row in told if row["what"] == "prepare"))
    planned = cluster.wait(lambda: cluster.runs("prepare-issue/scheduled"))
    assert min(datetime.fromisoformat(run["expected_start_time"]) for run in planned) == due

    cluster.soon("prepare-issue/scheduled")
    ran = cluster.wait(lambda: cluster.completed("prepare-issue/scheduled"))
    assert ran[0]["auto_scheduled"]
    with open_workspace(root) as workspace:
        assert len(stored(workspace).drafts.find(WEEK).draft.cards) == 12
    kept = cluster.post("/artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [ran[0]["id"]]}}})
    left = {artifact["key"]: artifact["type"] for artifact in kept if artifact["key"]}
    assert left == {
        "health-scheduled-2025-w15": "table",
        "draft-scheduled-2025-w15": "markdown",
        "review-scheduled-2025-w15": "markdown",
        "glance-scheduled": "markdown",
    }
    assert ran[0]["name"] == "prepare 2025-W15 · scheduled"
    assert ran[0]["state"]["message"].startswith("draft v1 of 12 cards from ")
    assert "arxiv ok" in ran[0]["state"]["message"]
    (glance,) = [artifact["data"] for artifact in kept if artifact["key"] == "glance-scheduled"]
    assert "| 2025-W15 | drafted |  | 12 |" in glance
    assert "a draft of 12 cards to review" in glance


PREPARE = """
import asyncio, json, sys
from flows.prepare_issue import prepare_issue
print("ready", flush=True)
sys.stdin.readline()
print(json.dumps(asyncio.run(prepare_issue(workspace=sys.argv[1], week=sys.argv[2]))))
"""


def test_a_week_that_two_processes_prepare_at_once_is_prepared_once(server, demo):
    command = [sys.executable, "-c", PREPARE, str(demo), str(WEEK)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=server.environment, cwd=ROOT, **pipes) as other:
        assert other.stdout.readline() == "ready\n"
        other.stdin.write("go\n")
        other.stdin.flush()
        first = asyncio.run(prepare_issue(workspace=str(demo), week=str(WEEK)))
        second = json.loads(other.communicate(timeout=300)[0].splitlines()[-1])
    assert first == second
    with open_workspace(demo) as workspace:
        with workspace.store.read() as tx:
            runs = tx.connection.execute(select(source_runs.c.source)).scalars().all()
        assert stored(workspace).drafts.find(WEEK).number == 1
    assert sorted(runs) == sorted(first["sources"])


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("week", ["2025-W60", "last week", "2025-15"])
def test_a_week_that_is_none_is_refused_before_the_run_begins(demo, week):
    with pytest.raises(prefect.exceptions.ParameterTypeError):
        asyncio.run(prepare_issue(workspace=str(demo), week=week))


DEAD = """
[http]
max_wait = 0
[sources.arxiv]
enabled = false
[sources.github]
api_url = "http://127.0.0.1:1"
web_url = "http://127.0.0.1:1"
queries = ["a"]
"""


@pytest.mark.usefixtures("server")
def test_a_source_that_is_down_is_asked_again_and_is_then_a_verdict(tmp_path):
    with workspace(tmp_path / "w", DEAD):
        asked = collect.with_options(retry_delay_seconds=0)(str(tmp_path / "w"), str(WEEK), "github")
        assert asyncio.run(asked)["verdict"] == "down"
    with open_workspace(tmp_path / "w") as opened, opened.store.read() as tx:
        assert tx.connection.scalar(select(func.count()).select_from(source_runs)) == 2


def test_a_database_that_is_gone_for_a_while_is_waited_for(server, demo, whole_postgres_of_its_own):
    database = whole_postgres_of_its_own
    with (demo / "weekly.toml").open("a") as settings:
        settings.write(f'[database]\nurl = "{database.database("gone")}"\n')
    database.stop()
    back = threading.Thread(target=lambda: (server.wait(lambda: server.waiting("wait for a turn")), database.start()))
    back.start()
    try:
        made = asyncio.run(prepare_issue(workspace=str(demo), week=str(WEEK)))
    finally:
        back.join()
    assert made["funnel"]["selected"] == 12


@prefect.flow
async def stopped_while_locked(root, database):
    async with week_lock(str(root), str(WEEK)):
        database.stop()


def test_a_lock_that_cannot_be_given_back_is_a_warning(server, demo, whole_postgres_of_its_own, caplog):
    database = whole_postgres_of_its_own
    with (demo / "weekly.toml").open("a") as settings:
        settings.write(f'[database]\nurl = "{database.database("gone")}"\n')
    asyncio.run(stopped_while_locked(demo, database))
    assert "the lock could not be given back" in caplog.text
    database.start()
