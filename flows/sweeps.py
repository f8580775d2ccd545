"""When runs start: by what happens, and, as a safety net, by looking once an hour; once a day where somebody serves.

An approval starts a publication, a publication a delivery, and a delivery the next one at the moment at which a refused
mail may be tried again. A line of `[schedule]` that looks more often than once an hour says that work is to be done as
soon as it is there: that is what these starts do, and its runs at Prefect come once an hour or a day.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from prefect import get_client
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.context import FlowRunContext
from prefect.exceptions import ObjectNotFound
from prefect.runtime import deployment
from prefect.states import Scheduled

from flows.newsletters import Newsletter
from weekly.archive.foreign import refuse_foreign
from weekly.due import week_to_prepare
from weekly.models import Week
from weekly.schedule import following, lines
from weekly.workspace import open_workspace, present

HOUR = timedelta(hours=1)
WATCHED = ("publish", "deliver")
"""The parts of which a query tells whether there is work."""
_FIELDS = 5


def looks_often(line: str) -> bool:
    """Whether a cron line comes more than once an hour: its work is done as soon as it is there."""
    first = following(line, present())
    second = following(line, first) if first else None
    return bool(first and second and second - first < HOUR)


def sweep_line(of: Newsletter, part: str, *, watched: bool = False) -> str:
    """The cron line of *part* at Prefect: one minute of the hours in which the line of the settings comes often.

    Another minute for each newsletter and part, so that they do not all start at once. Where whoever serves looks too
    (*watched*: `flows.watch`, by queries alone), a line of all hours comes in one of them: a run costs a process.
    """
    line = lines(of.settings)[part]
    fields = line.split()
    if part == "prepare" or len(fields) != _FIELDS or not looks_often(line):
        return line
    hour, minute = divmod(zlib.crc32(f"{of.name} {part}".encode()) % (24 * 60), 60)
    if watched and part in WATCHED and fields[1] == "*":
        fields[1] = str(hour)
    return " ".join([str(minute), *fields[1:]])


async def start_run(
    of: Newsletter, flow: str, *, why: str, key: str, week: str = "", at: datetime | None = None
) -> None:
    """Starts *flow* of the newsletter now or *at* a moment, once for each *key*; nothing where it is not deployed."""
    parameters = {"week": week} if week else {}
    name = " ".join(filter(None, (flow.partition("-")[0], week, "·", of.name)))
    async with get_client() as client:
        try:
            deployed = await client.read_deployment_by_name(f"{flow}/{of.name}")
        except ObjectNotFound:
            return
        await client.create_flow_run_from_deployment(
            deployed.id,
            name=name,
            parameters=parameters,
            state=Scheduled(scheduled_time=at) if at else None,
            idempotency_key=f"{of.name} {key}",  # which Prefect holds against all runs of a flow, whoever's they are
            tags=[why],
        )


async def is_under_way(client: PrefectClient, deployed: UUID) -> bool:
    """Whether a run of a deployment is at work, or waits for its turn."""
    at_work = _runs(deployed, StateType.RUNNING, StateType.PENDING)
    return bool(await client.read_flow_runs(flow_run_filter=at_work, limit=1) or await late_runs(client, deployed))


async def catch_up(of: Newsletter) -> None:
    """Starts the preparation that was due and did not happen, because nobody was there or its run was killed.

    Once an hour at most, while it does not succeed.
    """
    week = await asyncio.to_thread(_week_to_prepare, of)
    if week is None:
        return
    async with get_client() as client:
        try:
            deployed = await client.read_deployment_by_name(f"prepare-issue/{of.name}")
        except ObjectNotFound:
            return
        if not await is_under_way(client, deployed.id):
            key = f"missed {week} {present():%Y-%m-%dT%H}"
            await start_run(of, "prepare-issue", why="missed", key=key, week=str(week))


def _week_to_prepare(of: Newsletter) -> Week | None:
    with open_workspace(of.root, check=refuse_foreign) as workspace:
        return week_to_prepare(workspace)


async def start_delivery(of: Newsletter, *, why: str, key: str, week: str = "", at: datetime | None = None) -> None:
    """Starts `deliver-issue` from a run of a deployment, where the settings want mails sent as soon as they may be."""
    if deployment.id and looks_often(of.settings.schedule.deliver):
        await start_run(of, "deliver-issue", why=why, key=key, week=week, at=at)


def _sweep() -> FlowRun | None:
    """This run, if the schedule started it."""
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    return run if run and run.deployment_id and run.auto_scheduled else None


def is_sweep() -> bool:
    """Whether the schedule started this run, to look whether there is work."""
    return _sweep() is not None


async def drop_missed_sweeps() -> None:
    """Deletes the other runs that the schedule meant for moments that are over: this run does their work.

    After days without a worker one run is left of the many.
    """
    run = _sweep()
    if run is None or run.deployment_id is None:
        return
    async with get_client() as client:
        late = await late_runs(client, run.deployment_id)
        await _delete(client, (other for other in late if other.auto_scheduled and other.id != run.id))


async def late_runs(client: PrefectClient, deployed: UUID) -> list[FlowRun]:
    """The runs of a deployment that should have started by now."""
    late = _runs(deployed, StateType.SCHEDULED)
    late.expected_start_time = FlowRunFilterExpectedStartTime.model_validate({"before_": present()})
    return await client.read_flow_runs(flow_run_filter=late)


async def delete_waiting_runs(client: PrefectClient, deployed: UUID) -> None:
    """Deletes all runs of a deployment that is about to be deleted, whenever they should start.

    Those that an approval, a refused mail or a person has planned would outlive it, and a worker that takes up a run
    whose deployment is gone leaves it and keeps its place taken for ever (Prefect 3.8).
    """
    waiting = _runs(deployed, StateType.SCHEDULED)
    while runs := await client.read_flow_runs(flow_run_filter=waiting):
        await _delete(client, runs)


def _runs(deployed: UUID, *states: StateType) -> FlowRunFilter:
    """The runs of a deployment that are in one of these states."""
    return FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=[deployed]),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(states))),
    )


async def _delete(client: PrefectClient, runs: Iterable[FlowRun]) -> None:
    """Deletes *runs*, of which some may be gone by now."""
    for run in runs:
        with suppress(ObjectNotFound):
            await client.delete_flow_run(run.id)
