"""From an approved draft to the archive."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.logging import get_run_logger

from flows.stage import WeekName, WorkspaceName, stage_task, week_of
from weekly import pipeline
from weekly.errors import NotApproved
from weekly.models import Week
from weekly.workspace import Workspace

LOOKS_BACK = 5
"""Weeks whose drafts are looked at: an editor may approve last month's issue today."""


def _ready(workspace: Workspace, newest: Week) -> list[str]:
    """The weeks with something to publish, the oldest first, *newest* always among them.

    That is an approval that holds, or an issue that a killed run left unfinished.
    """
    weeks = [newest.shift(-back) for back in range(LOOKS_BACK - 1, 0, -1)]
    return [*(str(week) for week in weeks if _open(workspace, week)), str(newest)]


def _open(workspace: Workspace, week: Week) -> bool:
    with workspace.store.read() as tx:
        issue = tx.issues.find(week)
        return not issue.files if issue else bool(tx.drafts.approvals(week))


def _publish(workspace: Workspace, week: Week) -> dict[str, Any]:
    with workspace.store.read() as tx:
        nothing = not tx.issues.has(week) and tx.drafts.find(week) is None
    if nothing:
        return {"week": str(week), "number": None, "why": f"{week} has no draft"}
    try:
        issue = pipeline.publish(workspace, week)
    except NotApproved as reason:
        return {"week": str(week), "number": None, "why": str(reason)}
    return {"week": issue.week, "number": issue.number, "hash": issue.hash}


ready = stage_task("look for approvals", _ready)
publish = stage_task("publish", _publish)


@flow(name="publish-issue")
async def publish_issue(workspace: WorkspaceName = None, week: WeekName = None) -> dict[str, Any]:
    """Publishes *week* if its draft is approved as it stands; without an approval it does nothing and says so.

    Args:
        workspace: the folder with weekly.toml; else WEEKLY_WORKSPACE, else the nearest one upwards.
        week: an ISO week such as 2025-W15; else every approved one of the last five that are over.
    """
    chosen = [week] if week else await ready(workspace, week_of(workspace, None))
    result: dict[str, Any] = {}
    for one in chosen:
        result = await publish(workspace, one)
        if why := result.pop("why", ""):
            get_run_logger().info("nothing to publish yet: %s", why)
    return result
