"""A stage of the pipeline, run off the event loop in a workspace of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from prefect.cache_policies import NO_CACHE
from prefect.tasks import Task, task

from weekly.models import Week
from weekly.settings import find_workspace
from weekly.workspace import Workspace, open_workspace

Result = TypeVar("Result")


async def in_workspace(work: Callable[[Workspace, Week], Result], workspace: str | None, week: str | None) -> Result:
    """What *work* makes of the week; a week of None is the last one that is over."""

    def run() -> Result:
        with open_workspace(find_workspace(Path(workspace) if workspace else None)) as opened:
            return work(opened, Week.parse(week) if week else opened.this_week)

    return await asyncio.to_thread(run)


def stage_task(name: str, work: Callable[[Workspace, Week], Any], retries: int = 2) -> Task[Any, Any]:
    """*work* as a task: stages are idempotent, so a retry goes on where the failed try stopped.

    Results are small counts; state lives in our store, and nothing is cached in Prefect's.
    """

    @task(name=name, retries=retries, retry_delay_seconds=[10, 60], cache_policy=NO_CACHE, persist_result=False)
    async def run(workspace: str | None, week: str | None) -> Any:
        return await in_workspace(work, workspace, week)

    return run
