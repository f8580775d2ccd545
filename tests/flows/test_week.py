"""The flows one after another: a week from the sources to the readers."""

from __future__ import annotations

import asyncio

import pytest

pytest.importorskip("prefect")

from flows.deliver_issue import deliver_issue
from flows.prepare_issue import prepare_issue
from flows.publish_issue import publish_issue
from tests.flows.conftest import WEEK
from tests.published import subscribe
from weekly import pipeline
from weekly.archive.folder import hashes
from weekly.workspace import open_workspace

pytestmark = [
    pytest.mark.filterwarnings("default"),
    pytest.mark.usefixtures("server"),
]


async def week_by_flows(root):
    place = {"workspace": str(root), "week": str(WEEK)}
    prepared = await prepare_issue(**place)
    waiting = await publish_issue(**place)
    early = await deliver_issue(**place)
    with open_workspace(root) as workspace:
        pipeline.approve(workspace, WEEK, "demo")
    published = await publish_issue(**place)
    delivered = await deliver_issue(**place, senders=2)
    return prepared, waiting, early, published, delivered


def test_the_flows_end_in_the_issue_that_the_plain_stages_make(demo, demo_week):
    with open_workspace(demo) as workspace:
        subscribe(workspace, [f"reader{number}@example.org" for number in range(120)])
    prepared, waiting, early, published, delivered = asyncio.run(week_by_flows(demo))
    assert prepared["sources"]["arxiv"] == "ok"
    assert prepared["funnel"]["selected"] == 12
    assert waiting == {"week": str(WEEK), "number": None}
    assert early == {"week": str(WEEK), "audience": 0}
    assert published["number"] == 1
    assert (delivered["audience"], delivered["sent"]) == (120, 120)
    assert hashes(demo / "archive") == hashes(demo_week / "archive")
    assert len(list((demo / "maildir" / "new").iterdir())) == 120
