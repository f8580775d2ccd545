"""From the archive to the readers, by one sender or several: runs on a work pool, or processes on this machine."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from datetime import datetime
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

from flows.glance import leave_glance
from flows.newsletters import newsletter
from flows.notices import tell_failure
from flows.sender import PROGRESS, TEMPORARY
from flows.sweeps import drop_missed_sweeps, is_sweep, start_delivery
from flows.tasks import (
    MailingName,
    WorkspaceName,
    completed,
    folder,
    in_workspace,
    run_name,
    stage_task,
    week_of,
)
from weekly import due
from weekly.errors import StageError
from weekly.models import Mailing, Week, mailing
from weekly.workspace import Workspace

ROOT = Path(__file__).resolve().parent.parent
POLL = 5.0
"""Seconds between looks at what the other senders have left."""
_REST = ("failed", "uncertain", "suppressed", "pending")


@flow(name="deliver-issue", flow_run_name=run_name("deliver"), on_failure=[tell_failure])
async def deliver_issue(
    workspace: WorkspaceName = None, week: MailingName = None, senders: Annotated[int, Field(ge=1, le=64)] = 1
) -> dict[str, Any]:
    """Sends or resumes the mails of *week*; before the week is published it does nothing and says so.

    Args:
        workspace: the folder with weekly.toml; else WEEKLY_WORKSPACE, else the nearest one upwards.
        week: an issue, 2025-W15, or a notice about it, 2025-W15+1; else each of the last five weeks with mails to send.
        senders: how many send side by side; each claims its share from the ledger.
    """
    await drop_missed_sweeps()
    newest = week_of(workspace, week)
    mailings = [week] if week else await mailings_to_send(workspace, newest)
    result: dict[str, Any] = {}
    told = []
    for chosen in mailings:
        result, text = await _deliver(workspace, chosen, senders)
        told.append(text)
    if not mailings:
        told.append("nothing to send")
        # A run of the schedule is a look and no more: to count a million rows takes longer than to see that none waits.
        result = {"week": newest} if is_sweep() else await standing(workspace, newest)
        result.pop("due", None)
    return completed("; ".join(told), result)  # type: ignore[no-any-return]


@flow(name="send-issue", flow_run_name=run_name("send"), on_failure=[tell_failure])
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


@stage_task("what is left", run_name="what is left of {week}")
async def has_mails(workspace: str | None, week: str) -> bool:
    """Whether there is a mail to try now."""
    return await in_workspace(workspace, lambda opened: due.has_mails(opened, mailing(week)))


@stage_task("counts", run_name="counts of {week}")
async def standing(workspace: str | None, week: str) -> dict[str, Any]:
    """How many of the audience are sent, failed, uncertain, suppressed and pending, and when a mail is due next."""
    return await in_workspace(workspace, lambda opened: _standing(opened, mailing(week)))


def _standing(workspace: Workspace, of: Mailing) -> dict[str, Any]:
    if not due.is_published(workspace, of):
        return {"week": str(of), "audience": 0}
    with workspace.store.read() as tx:
        counts, at = tx.deliveries.counts(of), tx.deliveries.find_next_due(of)
    return {"week": str(of), **counts, "due": at.astimezone(workspace.settings.newsletter.zone) if at else None}


@stage_task("send", run_name="send {week}")
async def send(workspace: str | None, week: str) -> None:
    """Sends what is due of *week* and nobody else has in hand, until nothing is, by a process of its own."""
    command = (sys.executable, "-m", "flows.sender", str(folder(workspace)), week, str(os.getpid()))
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=pipe, stderr=pipe)
    assert process.stdout  # noqa: S101 - both were asked for
    assert process.stderr  # noqa: S101 - both were asked for
    try:
        stderr, _ = await asyncio.gather(process.stderr.read(), _log_progress(process.stdout))
        await process.wait()
    finally:
        if process.returncode is None:
            process.terminate()  # it finishes the mails it has begun
            await process.wait()
    if process.returncode:
        reason = stderr.decode(errors="replace").strip() or f"the sending process ended with {process.returncode}"
        passing = process.returncode == TEMPORARY or process.returncode < 0
        raise ChildProcessError(reason) if passing else StageError(reason)


async def _log_progress(lines: asyncio.StreamReader) -> None:
    async for line in lines:
        if line.startswith(PROGRESS.encode()):
            get_run_logger().info("%s", line.decode().strip())


async def _deliver(workspace: str | None, week: str, senders: int) -> tuple[dict[str, Any], str]:
    """How many stand where once nothing is due any more, and the same in words."""
    before = await standing(workspace, week)
    if not before["audience"] and "due" not in before:
        return before, f"{week} is not published: nothing to deliver yet"
    context = FlowRunContext.get()
    if context and context.flow_run and context.flow_run.work_pool_name:
        await _send_on_pool(workspace, week, senders - 1)
    else:
        await _send_here(workspace, week, senders)
    after = await standing(workspace, week)
    again: datetime | None = after.pop("due")
    states = [f"{after['sent']} sent", *(f"{after[state]} {state}" for state in _REST if after[state])]
    if again:
        states.append(f"next due {again:%a %H:%M}")
        of = newsletter(folder(workspace))
        await start_delivery(of, why="due", key=f"due {week} {again.isoformat()}", at=again)
    if after != {key: before.get(key) for key in after}:
        await leave_glance(workspace)
    return after, f"{week}: {', '.join(states)}"


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
    run = await arun_deployment(
        f"{send_issue.name}/{deployment.name}",
        flow_run_name=f"send {week} · {deployment.name}",
        parameters={"workspace": workspace, "week": week},
        timeout=0,
        as_subflow=False,
        tags=["sender"],
    )
    return run.id


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
