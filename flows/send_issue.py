"""One of several senders, as a run of its own: wherever a worker of the pool has room."""

from __future__ import annotations

from prefect import flow

from flows.sending import send
from flows.stage import MailingName, WorkspaceName, week_of


@flow(name="send-issue")
async def send_issue(workspace: WorkspaceName = None, week: MailingName = None) -> None:
    """Sends the share of *week* that it can get; `deliver-issue` starts as many of these as it wants senders.

    Args:
        workspace: the folder with weekly.toml; else WEEKLY_WORKSPACE, else the nearest one upwards.
        week: an issue, 2025-W15, or a notice about it, 2025-W15+1; else the last one that is over.
    """
    await send(workspace, week_of(workspace, week))
