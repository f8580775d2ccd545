"""The senders beside the first: runs of one deployment on the work pool, or processes on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import UUID

from prefect import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.context import FlowRunContext
from prefect.deployments import arun_deployment
from prefect.runtime import deployment
from prefect.states import Cancelled

from flows.sending import send

PAUSE = 5.0
"""Seconds between looks at what the others have left."""


def pooled() -> bool:
    """Whether this run came from a work pool, whose workers can take others."""
    context = FlowRunContext.get()
    return bool(context and context.flow_run and context.flow_run.work_pool_name)


async def call(workspace: str | None, week: str, count: int) -> list[UUID]:
    """Starts *count* runs of this newsletter's `send-issue` deployment."""
    name = f"send-issue/{deployment.name}"
    parameters = {"workspace": workspace, "week": week}
    runs = [await _call(name, parameters) for _ in range(count)]
    return [run.id for run in runs]


async def _call(name: str, parameters: dict[str, str | None]) -> FlowRun:
    return await arun_deployment(name, parameters=parameters, timeout=0, as_subflow=False, tags=["sender"])


async def working(runs: Sequence[UUID]) -> int:
    """How many of *runs* have begun and not ended."""
    async with get_client() as client:
        states = [(await client.read_flow_run(run)).state for run in runs]
    return sum(bool(state and state.is_running()) for state in states)


async def dismiss(runs: Sequence[UUID]) -> None:
    """Cancels those of *runs* for which no worker had room: there is nothing left for them."""
    async with get_client() as client:
        for run in runs:
            state = (await client.read_flow_run(run)).state
            if state and (state.is_scheduled() or state.is_pending()):
                await client.set_flow_run_state(run, Cancelled(message="everything is sent"), force=True)


async def side_by_side(workspace: str | None, week: str, count: int) -> None:
    """*count* sending processes here; raises what made one of them fail, after the others have ended."""
    ended = await asyncio.gather(*(send(workspace, week) for _ in range(count)), return_exceptions=True)
    for error in ended:
        if isinstance(error, BaseException):
            raise error
