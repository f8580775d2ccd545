"""What tasks have in common: parameters, a workspace opened off the event loop, and when they are tried again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, ParamSpec, TypeAlias, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.context import FlowRunContext
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect.states import Completed
from prefect.tasks import Task
from pydantic import AfterValidator, Field

from flows.newsletters import newsletter
from weekly.archive.foreign import refuse_foreign
from weekly.errors import WeeklyError, is_passing
from weekly.models import Week, mailing
from weekly.settings import find_workspace
from weekly.workspace import Workspace, open_workspace, present

DELAYS = (5.0, 10.0, 20.0, 30.0, 60.0, 60.0)
"""Seconds between tries: a database or a mail server that is gone for a minute or two is waited for."""
Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


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


def stage_task(
    name: str, run_name: str | None = None
) -> Callable[[Callable[Parameters, Result]], Task[Parameters, Result]]:
    """Makes a task that is tried again while its faults may pass: a stage goes on where the failed try stopped.

    Results are small; state lives in our store, nothing is cached in Prefect's.
    """
    return task(
        name=name,
        task_run_name=run_name,
        retries=len(DELAYS),
        retry_delay_seconds=list(DELAYS),
        retry_condition_fn=_may_pass,
        cache_policy=NO_CACHE,
        persist_result=False,
    )


def _may_pass(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    return isinstance(state.data, BaseException) and is_passing(state.data)


class _OneLine(logging.Filter):
    """Takes the traceback from what a person has to mend: such errors say in one line what is wrong and where."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], WeeklyError):
            record.exc_info = None
        return True


for _name in ("prefect.flow_runs", "prefect.task_runs"):
    logging.getLogger(_name).addFilter(_OneLine())


def folder(workspace: str | None) -> Path:
    """Of the workspace that *workspace* names, or that this process stands in."""
    return find_workspace(Path(workspace) if workspace else None)


async def in_workspace(workspace: str | None, work: Callable[[Workspace], Result]) -> Result:
    """What *work* makes of the workspace, opened for it on a thread of its own."""

    def run() -> Result:
        with open_workspace(folder(workspace), check=refuse_foreign) as opened:
            return work(opened)

    return await asyncio.to_thread(run)


def expected_start() -> datetime:
    """The moment that this run was meant to start at; now, outside of a flow run."""
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    return (run.expected_start_time or run.start_time if run else None) or present()


def week_of(workspace: str | None, week: str | None) -> str:
    """*week*, or the last one that was over when this run was meant to start: a late run is about its own week."""
    if week:
        return week
    late = max(timedelta(0), present() - expected_start())
    opened = Workspace(folder(workspace))
    return str(Week.of(opened.now() - late, opened.settings.newsletter.zone).shift(-1))


def run_name(verb: str, *, of_a_week: bool = False) -> Callable[[], str]:
    """What Prefect calls to name a run: *verb*, its week and its newsletter, such as `prepare 2025-W15 · mine`.

    With *of_a_week* a run without a week is named by the one that it is about.
    """

    def name() -> str:
        workspace, week = (flow_run.parameters.get(key) for key in ("workspace", "week"))
        try:
            if of_a_week:
                week = week_of(workspace, week)
            return " ".join(filter(None, (verb, week, "·", newsletter(folder(workspace)).name)))
        except WeeklyError:  # the run itself says what is wrong
            return verb

    return name


def completed(message: str, result: Any) -> Any:
    """The end of a flow that returns *result*, with what was done as its message, and in its log."""
    get_run_logger().info("%s", message)
    return Completed(message=message, data=result)
