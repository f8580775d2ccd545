"""What came back, into the list of subscribers."""

from __future__ import annotations

from typing import Annotated

from prefect import flow
from pydantic import Field

from flows.notices import tell_failure
from flows.sweeps import drop_missed_sweeps
from flows.tasks import WorkspaceName, completed, in_workspace, run_name, stage_task
from weekly import tick
from weekly.errors import SettingsError
from weekly.workspace import Workspace


@flow(name="ingest-bounces", flow_run_name=run_name("bounces"), on_failure=[tell_failure])
async def ingest_bounces(
    workspace: WorkspaceName = None, mailbox: Annotated[str | None, Field(max_length=1000)] = None
) -> dict[str, int] | None:
    """Reads reports: hard bounces and complaints end the mail to an address, soft ones count.

    Args:
        workspace: the folder with weekly.toml; else WEEKLY_WORKSPACE, else the nearest one upwards.
        mailbox: a Maildir, an mbox file or a folder of .eml files; else [schedule] mailbox, which may name a host.
    """
    await drop_missed_sweeps()
    tally = await read_reports(workspace, mailbox)
    if tally is None:
        message = "no mailbox is named: set [schedule] mailbox in weekly.toml"
    else:
        message = ", ".join(f"{count} {kind}" for kind, count in tally.items() if count) or "no reports"
    return completed(message, tally)  # type: ignore[no-any-return]


@stage_task("read reports")
async def read_reports(workspace: str | None, mailbox: str | None) -> dict[str, int] | None:
    """What the mailbox held; None where no mailbox is named. Each report acts once, however often it is read."""
    return await in_workspace(workspace, lambda opened: _read_reports(opened, mailbox))


def _read_reports(workspace: Workspace, mailbox: str | None) -> dict[str, int] | None:
    named = workspace.settings.schedule.mailbox
    if mailbox and "://" in mailbox and mailbox != named:
        # Who may start a run is not who says where our password goes.
        raise SettingsError("mailbox: a host is taken from [schedule] mailbox in weekly.toml alone: name it there")
    place = mailbox or named
    return tick.read_reports(workspace, place) if place else None
