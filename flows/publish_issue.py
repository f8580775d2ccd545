"""From an approved draft to the archive."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.logging import get_run_logger

from flows.stage import in_workspace, stage_task
from weekly import pipeline
from weekly.models import Week
from weekly.workspace import Workspace


def _approved(workspace: Workspace, week: Week) -> tuple[str, bool]:
    """Whether there is something to publish: an approval that holds, or an issue that a killed run left unfinished."""
    issue = workspace.store.issues.find(week)
    return str(week), issue is not None or workspace.store.drafts.approval(week) is not None


def _publish(workspace: Workspace, week: Week) -> dict[str, Any]:
    issue = pipeline.publish(workspace, week)
    return {"week": issue.week, "number": issue.number, "hash": issue.hash}


publish = stage_task("publish", _publish)


@flow(name="publish-issue")
async def publish_issue(workspace: str | None = None, week: str | None = None) -> dict[str, Any]:
    """Publishes *week* if its draft is approved as it stands; without an approval it does nothing and says so.

    Args:
        workspace: the folder with weekly.toml; else WEEKLY_WORKSPACE, else the nearest one upwards.
        week: an ISO week such as 2025-W15; else the last one that is over.
    """
    chosen, ready = await in_workspace(_approved, workspace, week)
    if not ready:
        get_run_logger().info("%s is not approved: nothing to publish yet", chosen)
        return {"week": chosen, "number": None}
    published: dict[str, Any] = await publish(workspace, chosen)
    return published
