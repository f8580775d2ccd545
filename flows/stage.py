"""A stage of the pipeline, run off the event loop in a workspace of its own, as a task that is tried again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, ParamSpec, TypeAlias, TypeVar

from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.context import FlowRunContext
from prefect.tasks import Task
from pydantic import AfterValidator, Field

from flows.passing import DELAYS, passing
from weekly.models import Mailing, Week, mailing
from weekly.settings import find_workspace
from weekly.workspace import Workspace, open_workspace, present

Given = ParamSpec("Given")
Result = TypeVar("Result")
Named = TypeVar("Named")


def _week(text: str | None) -> str | None:
    return None if text is None else str(Week.parse(text))


def _mailing(text: str | None) -> str | None:
    return None if text is None else str(mailing(text))


WorkspaceName: TypeAlias = Annotated[str | None, Field(max_length=1000)]
WeekName: TypeAlias = Annotated[str | None, Field(pattern=r"^\d{4}-W\d{2}$"), AfterValidator(_week)]
MailingName: TypeAlias = Annotated[
    str | None, Field(pattern=r"^\d{4}-W\d{2}(\+[1-9]\d{0,4})?$"), AfterValidator(_mailing)
]
"""What the server and the UI check before a run begins: the form, and that the year has such a week."""


def opened(workspace: str | None) -> Path:
    """The folder of the workspace that *workspace* names, or that this process stands in."""
    return find_workspace(Path(workspace) if workspace else None)


async def in_workspace(work: Callable[[Workspace], Result], workspace: str | None) -> Result:
    """What *work* makes of the workspace, on a thread of its own."""

    def run() -> Result:
        with open_workspace(opened(workspace)) as found:
            return work(found)

    return await asyncio.to_thread(run)


def patient(function: Callable[Given, Result], name: str, run_name: str | None = None) -> Task[Given, Result]:
    """*function* as a task that is tried again for as long as what fails passes by itself.

    Results are small; state lives in our store, nothing is cached in Prefect's.
    """
    return Task(
        function,
        name=name,
        task_run_name=run_name,
        retries=len(DELAYS),
        retry_delay_seconds=list(DELAYS),
        retry_condition_fn=_passes,
        cache_policy=NO_CACHE,
        persist_result=False,
    )


def stage_task(name: str, work: Callable[[Workspace, Week], Any]) -> Task[[str | None, str], Coroutine[Any, Any, Any]]:
    """*work* as a task: stages are idempotent, so a retry goes on where the failed try stopped."""
    return _task(name, work, Week.parse)


def mailing_task(
    name: str, work: Callable[[Workspace, Mailing], Any]
) -> Task[[str | None, str], Coroutine[Any, Any, Any]]:
    """The same for what takes an issue or a notice."""
    return _task(name, work, mailing)


def _task(
    name: str, work: Callable[[Workspace, Named], Any], read: Callable[[str], Named]
) -> Task[[str | None, str], Coroutine[Any, Any, Any]]:
    async def run(workspace: str | None, week: str) -> Any:
        return await in_workspace(lambda found: work(found, read(week)), workspace)

    return patient(run, name)


def _passes(_task: Task[Any, Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether the fault that ended a try passes by itself."""
    return isinstance(state.data, BaseException) and passing(state.data)


def meant_for() -> datetime:
    """The moment that this run was meant to start at; now, outside of a flow run."""
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    return (run.expected_start_time or run.start_time if run else None) or present()


def week_of(workspace: str | None, week: str | None) -> str:
    """*week*, or the last one that was over when this run was meant to start: a late run is about its own week."""
    if week:
        return week
    late = max(timedelta(0), present() - meant_for())
    found = Workspace(opened(workspace))
    return str(Week.of(found.now() - late, found.settings.newsletter.zone).shift(-1))
