"""From an approved draft to the archive."""

from __future__ import annotations

from typing import Any

from prefect import flow

from flows.glance import leave_glance
from flows.newsletters import newsletter
from flows.notices import tell_failure, tell_untold
from flows.sweeps import catch_up, drop_missed_sweeps, is_sweep, start_delivery
from flows.tasks import (
    WeekName,
    WorkspaceName,
    completed,
    folder,
    in_workspace,
    run_name,
    stage_task,
    week_of,
)
from weekly import due
from weekly.archive.publish import published_issue
from weekly.models import Week
from weekly.tick import publish_approved
from weekly.workspace import Workspace


@flow(name="publish-issue", flow_run_name=run_name("publish"), on_failure=[tell_failure])
async def publish_issue(workspace: WorkspaceName = None, week: WeekName = None) -> dict[str, Any]:
    """Publishes *week* if its draft is approved as it stands; without an approval it does nothing and says so.

    Args:
        workspace: the folder with weekly.toml; else WEEKLY_WORKSPACE, else the nearest one upwards.
        week: an ISO week such as 2025-W15; else every approved one of the last five that are over.
    """
    await drop_missed_sweeps()
    if is_sweep():
        of = newsletter(folder(workspace))
        await catch_up(of)
        await tell_untold(of)
    newest = week_of(workspace, None)
    weeks = [week] if week else await weeks_to_publish(workspace, newest)
    result: dict[str, Any] = {"week": newest, "number": None}
    told = []
    for chosen in weeks:
        result = await publish(workspace, chosen)
        why = result.pop("why", "")
        told.append(f"nothing to publish yet: {why}" if why else f"No. {result['number']} published ({chosen})")
        if not why:
            await leave_glance(workspace)
            of = newsletter(folder(workspace))
            await start_delivery(of, why="published", key=f"published {chosen} {result['hash'][:16]}", week=chosen)
    return completed("; ".join(told) or "nothing to publish: no approval waits", result)  # type: ignore[no-any-return]


@stage_task("look for approvals")
async def weeks_to_publish(workspace: str | None, newest: str) -> list[str]:
    """The weeks with something to publish, the oldest first."""
    weeks = await in_workspace(workspace, lambda opened: due.weeks_to_publish(opened, Week.parse(newest)))
    return [str(week) for week in weeks]


@stage_task("publish", run_name="publish {week}")
async def publish(workspace: str | None, week: str) -> dict[str, Any]:
    """The issue's number and hash; without a number, why there is none."""
    return await in_workspace(workspace, lambda opened: _publish(opened, Week.parse(week)))


def _publish(workspace: Workspace, week: Week) -> dict[str, Any]:
    number, why = publish_approved(workspace, week)
    if number is None:
        return {"week": str(week), "number": None, "why": why}
    return {"week": str(week), "number": number, "hash": published_issue(workspace, week).hash}
