"""One run at a time does a piece of work, whoever started it: a lock in our database, not in Prefect's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prefect.logging import get_run_logger

from flows.passing import passing
from flows.stage import in_workspace, stage_task
from weekly.models import Week
from weekly.store.ports import StoreGate
from weekly.workspace import Workspace

LEASE = 2 * 3600.0
"""Seconds after which a run on another machine that never came back gives way; one on this machine does at once."""
_PACE = 0.1


def _name(week: Week) -> str:
    return f"prepare {week}"


def _enter(workspace: Workspace, week: Week) -> str:
    return StoreGate(workspace.store).enter(_name(week), _PACE, LEASE)


enter = stage_task("wait for a turn", _enter)


@asynccontextmanager
async def turn(workspace: str | None, week: str) -> AsyncIterator[None]:
    """The preparation of *week* is this run's alone until the end of the block."""
    holder = await enter(workspace, week)
    try:
        yield
    finally:
        try:
            await in_workspace(lambda found: StoreGate(found.store).leave(_name(Week.parse(week)), holder), workspace)
        except Exception as error:
            if not passing(error):
                raise
            get_run_logger().warning("the turn could not be given back: it ends with this process")
