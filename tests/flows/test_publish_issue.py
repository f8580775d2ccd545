"""From an approved draft to the archive: at once where the server hears of the approval, else with the next sweep."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

pytest.importorskip("prefect")

from flows.publish_issue import publish_issue
from tests.flows.conftest import QUIET, WEEK
from tests.published import a_draft, subscribe
from tests.stored import stored
from weekly import pipeline
from weekly.workspace import open_workspace

pytestmark = pytest.mark.filterwarnings("default")


def draft(root):
    with open_workspace(root) as workspace, workspace.store.write() as tx:
        tx.drafts.add(a_draft(), "ed", workspace.now())


def approve(root):
    with open_workspace(root) as workspace:
        pipeline.approve(workspace, WEEK, "demo", {"thin": "two are enough"})


def issue(root):
    with open_workspace(root) as workspace:
        return stored(workspace).issues.find(WEEK)


@pytest.mark.sample(1, of="runs in workers")
def test_an_approval_starts_the_publication_and_that_the_delivery(cluster, newsletter):
    far = (datetime.now(UTC).hour + 12) % 24  # no sweep comes now, and does the work before who is told of it
    root = newsletter("approved", f'[schedule]\npublish = ""\ndeliver = "*/10 {far} * * *"\n')
    cluster.deploy(root)
    draft(root)
    with open_workspace(root) as workspace:
        subscribe(workspace, ["ada@example.org"])
    approve(root)
    (published,) = cluster.wait(lambda: cluster.completed("publish-issue/approved"))
    assert issue(root).number == 1
    assert published["state"]["message"] == "No. 1 published (2025-W15)"
    (delivered,) = cluster.wait(lambda: cluster.completed("deliver-issue/approved"))
    assert (delivered["name"], delivered["state"]["message"]) == ("deliver 2025-W15 · approved", "2025-W15: 1 sent")
    assert not delivered["auto_scheduled"]
    assert len(list((root / "maildir" / "new").iterdir())) == 1


@pytest.mark.sample(1, of="runs in workers")
def test_after_days_without_a_worker_one_sweep_is_left_of_the_many(cluster, newsletter):
    root = newsletter("away")
    cluster.deploy(root)
    with cluster.paused():
        cluster.soon("publish-issue/away", every=3)
        missed = cluster.wait(lambda: missed_runs(cluster, 8))
    states = cluster.wait(lambda: settled(cluster, missed))
    # Workers may have taken others by the time that the first begins.
    assert len(states) <= 4
    assert set(states) == {"COMPLETED"}


def settled(cluster, runs):
    """In which states those of *runs* ended that are still there, once none waits any more."""
    left = [run["state_type"] for run in cluster.runs("publish-issue/away") if run["id"] in runs]
    return left if left and {*left} <= {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"} else []


def missed_runs(cluster, count):
    """The runs that should have started by now, once there are *count*."""
    runs = [run["id"] for run in cluster.runs("publish-issue/away") if is_over(run)]
    return runs if len(runs) >= count else []


def is_over(run):
    return datetime.fromisoformat(run["expected_start_time"]) < datetime.now(UTC)


@pytest.mark.sample(1, of="runs in workers")
def test_what_was_approved_while_the_server_was_down_is_published_after_it_is_back(cluster, newsletter, caplog):
    root = newsletter("sweeping", QUIET.replace('publish = ""', 'publish = "*/10 * * * *"'))
    cluster.deploy(root)
    cluster.soon("publish-issue/sweeping", every=10)
    draft(root)
    with cluster.down():
        approve(root)
        assert "was not told" in caplog.text
        assert issue(root) is None

    def published():
        cluster.staff("ada", "bob")  # as a service manager does with a worker that gave up without its server
        return issue(root)

    cluster.wait(published)
    assert issue(root).approved_by == "demo"


@pytest.mark.sample(1, of="runs in workers")
def test_a_sweep_of_a_pool_beside_which_nobody_serves_starts_the_preparation_that_was_missed(cluster, newsletter):
    root = newsletter("missing", QUIET.replace('publish = ""', 'publish = "*/10 * * * *"'))
    cluster.deploy(root)
    with open_workspace(root) as workspace, workspace.store.write() as tx:
        tx.drafts.add(a_draft(workspace.this_week.shift(-1)), "ed", workspace.now())
        week = str(workspace.this_week)
    cluster.soon("publish-issue/missing")

    def started():
        return [run["parameters"]["week"] for run in cluster.runs("prepare-issue/missing") if "missed" in run["tags"]]

    assert cluster.wait(started) == [week]


@pytest.mark.usefixtures("server")
def test_a_run_without_a_week_finds_the_approval_that_waits_for_it(drafted):
    with open_workspace(drafted) as workspace:
        pipeline.approve(workspace, WEEK, "demo")
    published = asyncio.run(publish_issue(workspace=str(drafted)))
    assert (published["week"], published["number"]) == (str(WEEK), 1)


@pytest.mark.usefixtures("server")
def test_without_a_draft_there_is_nothing_to_publish_and_that_is_said(demo, caplog):
    assert asyncio.run(publish_issue(workspace=str(demo), week=str(WEEK))) == {"week": str(WEEK), "number": None}
    assert f"{WEEK} has no draft" in caplog.text
