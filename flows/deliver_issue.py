"""From the archive to the readers, by one sender or several: runs on a work pool, or processes on this machine."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from prefect import flow, get_client
from prefect.client.schemas.objects import State
from prefect.context import FlowRunContext
from prefect.deployments import arun_deployment
from prefect.logging import get_run_logger
from prefect.runtime import deployment
from prefect.states import Cancelled
from pydantic import Field

from flows import due
from flows.sender import TEMPORARY
from flows.tasks import MailingName, WorkspaceName, folder, in_workspace, stage_task, week_of
from weekly.errors import StageError
from weekly.models import Week, mailing

ROOT = Path(__file__).resolve().parent.parent
POLL = 5.0
"""Seconds between looks at what the other senders have left."""


@flow(name="deliver-issue")
async def deliver_issue(
    workspace: WorkspaceName = None, week: MailingName = None, senders: Annotated[int, Field(ge=1, le=64)] = 1
) -> dict[str, Any]:
    """Sends or resumes the mails of *week*; before the week is published it does nothing and says so.

    Args:
        workspace: the folder with weekly.toml; else WEEKLY_WORKSPACE, else the nearest one upwards.
        week: an issue, 2025-W15, or a notice about it, 2025-W15+1; else each of the last five weeks with mails to send.
        senders: how many send side by side; each claims its share from the ledger.
    """
    newest = week_of(workspace, week)
    mailings = [week] if week else (await mailings_to_send(workspace, newest) or [newest])
    result: dict[str, Any] = {}
    for chosen in mailings:
        result = await _deliver(workspace, chosen, senders)
    return result


@flow(name="send-issue")
async def send_issue(workspace: WorkspaceName = None, week: MailingName = None) -> None:
    """Sends the share of *week* that it can get; `deliver-issue` starts as many of these as it wants senders.

    Args:
        workspace: the folder with weekly.toml; else WEEKLY_WORKSPACE, else the nearest one upwards.
        week: an issue, 2025-W15, or a notice about it, 2025-W15+1; else the last one that is over.
    """
    await send(workspace, week_of(workspace, week))


@stage_task("look for mails to send")
async def mailings_to_send(workspace: str | None, newest: str) -> list[str]:
    """The issues and notices with mails to send now, the oldest first."""
    mailings = await in_workspace(workspace, lambda opened: due.mailings_to_send(opened, Week.parse(newest)))
    return [str(mailing) for mailing in mailings]


@stage_task("published")
async def is_published(workspace: str | None, week: str) -> bool:
    """Whether there is an issue of *week*."""
    return await in_workspace(workspace, lambda opened: due.is_published(opened, mailing(week)))


@stage_task("what is left")
async def has_mails(workspace: str | None, week: str) -> bool:
    """Whether there is a mail to try now."""
    return await in_workspace(workspace, lambda opened: due.has_mails(opened, mailing(week)))


@stage_task("counts")
async def counts(workspace: str | None, week: str) -> dict[str, int]:
    """How many of the audience are sent, failed, uncertain, suppressed and pending."""
    return await in_workspace(workspace, lambda opened: due.counts(opened, mailing(week)))


@stage_task("send")
async def send(workspace: str | None, week: str) -> None:
    """Sends what is due of *week* and nobody else has in hand, until nothing is, by a process of its own."""
    command = (sys.executable, "-m", "flows.sender", str(folder(workspace)), week, str(os.getpid()))
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stderr=asyncio.subprocess.PIPE)
    try:
        _, stderr = await process.communicate()
    finally:
        if process.returncode is None:
            process.terminate()  # it finishes the mails it has begun
            await process.wait()
    if process.returncode:
        reason = stderr.decode(errors="replace").strip() or f"the sending process ended with {process.returncode}"
        passing = process.returncode == TEMPORARY or process.returncode < 0
        raise ChildProcessError(reason) if passing else StageError(reason)


async def _deliver(workspace: str | None, week: str, senders: int) -> dict[str, Any]:
    if not await is_published(workspace, week):
        get_run_logger().info("%s is not published: nothing to deliver yet", week)
        return {"week": week, "audience": 0}
    context = FlowRunContext.get()
    if context and context.flow_run and context.flow_run.work_pool_name:
        await _send_on_pool(workspace, week, senders - 1)
    else:
        await _send_here(workspace, week, senders)
    return {"week": week, **await counts(workspace, week)}


async def _send_here(workspace: str | None, week: str, senders: int) -> None:
    """Raises what made one of the senders fail, after the others have ended."""
    outcomes = await asyncio.gather(*(send(workspace, week) for _ in range(senders)), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome


async def _send_on_pool(workspace: str | None, week: str, others: int) -> None:
    """Sends beside *others* runs of this newsletter's `send-issue`, and what a killed one of them leaves behind."""
    runs = [await _start_sender(workspace, week) for _ in range(others)]
    await send(workspace, week)
    while running := sum(state.is_running() for state in (await _states(runs)).values()):
        if not await has_mails(workspace, week):
            break
        get_run_logger().info("%d of %d other senders are still at work on %s", running, others, week)
        await asyncio.sleep(POLL)
        await send(workspace, week)
    await _cancel_waiting(runs)
    if runs and await has_mails(workspace, week):
        await send(workspace, week)


async def _start_sender(workspace: str | None, week: str) -> UUID:
    name, parameters = f"{send_issue.name}/{deployment.name}", {"workspace": workspace, "week": week}
    return (await arun_deployment(name, parameters=parameters, timeout=0, as_subflow=False, tags=["sender"])).id


async def _states(runs: Sequence[UUID]) -> dict[UUID, State]:
    async with get_client() as client:
        states = {run: (await client.read_flow_run(run)).state for run in runs}
    return {run: state for run, state in states.items() if state}


async def _cancel_waiting(runs: Sequence[UUID]) -> None:
    """Cancels those of *runs* for which no worker had room: there is nothing left for them."""
    async with get_client() as client:
        for run, state in (await _states(runs)).items():
            if state.is_scheduled() or state.is_pending():
                await client.set_flow_run_state(run, Cancelled(message="everything is sent"), force=True)
