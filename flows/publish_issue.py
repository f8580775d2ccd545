"""From an approved draft to the archive."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.logging import get_run_logger

from flows import due
from flows.tasks import WeekName, WorkspaceName, in_workspace, stage_task, week_of
from weekly import pipeline
from weekly.errors import NotApproved
from weekly.models import Week
from weekly.workspace import Workspace


@flow(name="publish-issue")
async def publish_issue(workspace: WorkspaceName = None, week: WeekName = None) -> dict[str, Any]:
    """Publishes *week* if its draft is approved as it stands; without an approval it does nothing and says so.

    Args:
        workspace: the folder with weekly.toml; else WEEKLY_WORKSPACE, else the nearest one upwards.
        week: an ISO week such as 2025-W15; else every approved one of the last five that are over.
    """
    weeks = [week] if week else await weeks_to_publish(workspace, week_of(workspace, None))
    result: dict[str, Any] = {}
    for chosen in weeks:
        result = await publish(workspace, chosen)
        if why := result.pop("why", ""):
            get_run_logger().info("nothing to publish yet: %s", why)
    return result


@stage_task("look for approvals")
async def weeks_to_publish(workspace: str | None, newest: str) -> list[str]:
    """The weeks with something to publish, the oldest first, *newest* always among them."""
    weeks = await in_workspace(workspace, lambda opened: due.weeks_to_publish(opened, Week.parse(newest)))
    return [str(week) for week in weeks]


@stage_task("publish")
async def publish(workspace: str | None, week: str) -> dict[str, Any]:
    """The issue's number and hash; without a number, why there is none."""
    return await in_workspace(workspace, lambda opened: _publish(opened, Week.parse(week)))


def _publish(workspace: Workspace, week: Week) -> dict[str, Any]:
    with workspace.store.read() as tx:
        nothing = not tx.issues.has(week) and not tx.drafts.tip(week)[0]
    if nothing:
        return {"week": str(week), "number": None, "why": f"{week} has no draft"}
    try:
        issue = pipeline.publish(workspace, week)
    except NotApproved as reason:
        return {"week": str(week), "number": None, "why": str(reason)}
    return {"week": issue.week, "number": issue.number, "hash": issue.hash}
