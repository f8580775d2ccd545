"""Whoever serves finds by queries what nothing has started, and starts it once."""

from __future__ import annotations

import asyncio

import pytest

pytest.importorskip("prefect")

from flows.newsletters import newsletter
from flows.watch import flows_with_work, watch
from tests.flows.conftest import WEEK
from tests.published import publish_issue
from weekly import pipeline
from weekly.workspace import open_workspace

pytestmark = pytest.mark.filterwarnings("default")


def test_an_approval_that_nobody_heard_of_and_mails_that_are_due_are_work(drafted, demo):
    assert flows_with_work(newsletter(drafted)) == []
    with open_workspace(drafted) as workspace:
        pipeline.approve(workspace, WEEK, "demo")
    assert flows_with_work(newsletter(drafted)) == ["publish-issue"]
    with open_workspace(demo) as workspace:
        publish_issue(workspace, ["ada@example.org"])
    assert flows_with_work(newsletter(demo)) == ["deliver-issue"]
    with (demo / "weekly.toml").open("a") as settings:
        settings.write('[schedule]\ndeliver = "0 8 * * *"\n')
    assert flows_with_work(newsletter(demo)) == []


async def look_often(of):
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(watch([of], every=0.2), 4)


def test_work_is_started_once_however_often_one_looks(server, demo):
    with open_workspace(demo) as workspace:
        publish_issue(workspace, ["ada@example.org"])
    server.deploy(demo)
    with server.paused():
        asyncio.run(look_often(newsletter(demo)))
        (run,) = [run for run in server.runs("deliver-issue/workspace") if not run["auto_scheduled"]]
    server.undeploy()
    assert run["name"] == "deliver · workspace"
    assert "watched" in run["tags"]
