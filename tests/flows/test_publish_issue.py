"""From an approved draft to the archive: at once where the server hears of the approval, else with the next sweep."""

from __future__ import annotations

import asyncio

import pytest

pytest.importorskip("prefect")

from flows.publish_issue import publish_issue
from tests.flows.conftest import QUIET, WEEK
from tests.published import a_draft
from tests.stored import stored
from weekly import pipeline
from weekly.workspace import open_workspace

pytestmark = [pytest.mark.xdist_group("prefect"), pytest.mark.filterwarnings("default")]


def draft(root):
    with open_workspace(root) as workspace, workspace.store.write() as tx:
        tx.drafts.add(a_draft(), "ed", workspace.now())


def approve(root):
    with open_workspace(root) as workspace:
        pipeline.approve(workspace, WEEK, "demo", {"thin": "two are enough"})


def issue(root):
    with open_workspace(root) as workspace:
        return stored(workspace).issues.find(WEEK)


def test_an_approval_starts_the_publication(cluster, newsletter):
    root = newsletter("approved")
    cluster.deploy(root)
    draft(root)
    approve(root)
    cluster.wait(lambda: cluster.completed("publish-issue/approved"))
    assert issue(root).number == 1


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
