"""A newsletter at a glance: what happened, what waits for whom, what comes."""

from __future__ import annotations

import pytest

pytest.importorskip("prefect")

from datetime import timedelta

from flows.glance import glance
from tests.flows.conftest import WEEK
from tests.published import publish_issue
from weekly.models import State
from weekly.workspace import open_workspace


def test_what_happened_what_waits_and_what_comes_is_on_one_page(demo):
    with open_workspace(demo) as workspace:
        publish_issue(workspace, ["ada@example.org", "bob@example.org"])
        with workspace.store.write() as tx:
            (row,) = tx.deliveries.reserve(WEEK, "gone", 1, workspace.clock(), timedelta(minutes=1))
            tx.deliveries.write_down("gone", workspace.clock(), sending=[row])
            tx.deliveries.release(WEEK, State.UNCERTAIN, lambda _: True, workspace.clock())
        text = glance(workspace)
    assert "| 2025-W15 | published | 1 | 2 |" in text
    assert "| 1 uncertain, 1 pending, next due " in text
    assert "| 2025-W15 | owner | 1 mails of which nobody knows whether they arrived |" in text
    assert "| prepare | " in text
