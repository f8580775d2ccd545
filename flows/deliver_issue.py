"""From the archive to the readers."""

from __future__ import annotations

import asyncio
from typing import Any

from prefect import flow
from prefect.logging import get_run_logger

from flows.stage import in_workspace, stage_task
from weekly import pipeline
from weekly.models import Week
from weekly.workspace import Workspace


def _deliver(workspace: Workspace, week: Week) -> dict[str, int]:
    return pipeline.deliver(workspace, week)


deliver = stage_task("deliver", _deliver)


@flow(name="deliver-issue")
async def deliver_issue(workspace: str | None = None, week: str | None = None, senders: int = 1) -> dict[str, Any]:
    """Sends or resumes the mails of *week*; before the week is published it does nothing and says so.

    Args:
        workspace: the folder with weekly.toml; else WEEKLY_WORKSPACE, else the nearest one upwards.
        week: an ISO week such as 2025-W15; else the last one that is over.
        senders: how many send side by side; each claims its share from the ledger.
    """
    chosen = await in_workspace(lambda _, named: str(named), workspace, week)
    issue = await in_workspace(lambda opened, named: opened.store.issues.find(named), workspace, chosen)
    if issue is None:
        get_run_logger().info("%s is not published: nothing to deliver yet", chosen)
        return {"week": chosen, "audience": 0}
    await asyncio.gather(*(deliver(workspace, chosen) for _ in range(max(1, senders))))
    counts = await in_workspace(lambda opened, named: opened.store.deliveries.counts(named), workspace, chosen)
    return {"week": chosen, **counts}
