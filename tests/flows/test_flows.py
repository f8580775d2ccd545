"""The flows run under a real Prefect and do what the plain stages do."""

from __future__ import annotations

import asyncio

import pytest

prefect = pytest.importorskip("prefect")

from prefect.testing.utilities import prefect_test_harness  # noqa: E402

from flows.deliver_issue import deliver_issue  # noqa: E402
from flows.prepare_issue import prepare_issue  # noqa: E402
from flows.publish_issue import publish_issue  # noqa: E402
from weekly import pipeline  # noqa: E402
from weekly.models import Week  # noqa: E402
from weekly.publishers.archive import hashes  # noqa: E402
from weekly.store.subscribers import Subscriber  # noqa: E402
from weekly.workspace import open_workspace  # noqa: E402

WEEK = "2025-W15"
pytestmark = [
    pytest.mark.xdist_group("prefect"),
    # Prefect's own server and its database drivers, not ours.
    pytest.mark.filterwarnings("default"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_HOME", str(tmp_path_factory.mktemp("prefect")))
        patch.setenv("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
        with prefect_test_harness(server_startup_timeout=120):
            yield


async def week_by_flows(root):
    prepared = await prepare_issue(workspace=str(root), week=WEEK)
    waiting = await publish_issue(workspace=str(root), week=WEEK)
    early = await deliver_issue(workspace=str(root), week=WEEK)
    with open_workspace(root) as workspace:
        pipeline.approve(workspace, Week.parse(WEEK), "demo")
    published = await publish_issue(workspace=str(root), week=WEEK)
    delivered = await deliver_issue(workspace=str(root), week=WEEK, senders=2)
    return prepared, waiting, early, published, delivered


@pytest.mark.usefixtures("server")
def test_the_flows_end_in_the_issue_that_the_plain_stages_make(demo, demo_week):
    with open_workspace(demo) as workspace, workspace.store.database.write() as connection:
        readers = [Subscriber(email=f"reader{number}@example.org") for number in range(120)]
        workspace.store.subscribers.put(connection, readers, workspace.now())
    prepared, waiting, early, published, delivered = asyncio.run(week_by_flows(demo))
    assert prepared["sources"]["arxiv"] == "ok"
    assert prepared["funnel"]["selected"] == 12
    assert waiting == {"week": WEEK, "number": None}
    assert early == {"week": WEEK, "audience": 0}
    assert published["number"] == 1
    assert (delivered["audience"], delivered["sent"]) == (120, 120)
    assert hashes(demo / "archive") == hashes(demo_week / "archive")
    assert len(list((demo / "maildir" / "new").iterdir())) == 120
