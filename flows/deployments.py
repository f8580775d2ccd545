"""What is deployed for a newsletter: each flow on its schedule, under the newsletter's name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefect import Flow
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.deliver_issue import deliver_issue
from flows.ingest_bounces import ingest_bounces
from flows.prepare_issue import prepare_issue
from flows.publish_issue import publish_issue
from flows.send_issue import send_issue
from weekly.schedule import lines
from weekly.settings import Settings, load

ROOT = Path(__file__).resolve().parent.parent
TAG = "weekly"
HEARTBEAT = 30
"""Seconds between a run's signs of life; Prefect allows no fewer."""
FLOWS: dict[str, Flow[Any, Any]] = {
    "prepare": prepare_issue,
    "publish": publish_issue,
    "deliver": deliver_issue,
    "bounces": ingest_bounces,
}
_QUEUES = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE)
_SWEEPS = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
"""What looks every ten minutes has no need to queue: after an outage, one run does the work of all that were missed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsletter:
    """A workspace as the server knows it."""

    root: Path
    settings: Settings
    name: str
    """Of its deployments."""


def newsletter(root: Path) -> Newsletter:
    """The newsletter in the workspace at *root*, named by `[schedule] name` or by its folder."""
    settings = load(root)
    folder = re.sub(r"[^A-Za-z0-9._-]+", "-", root.name).strip("-._")
    return Newsletter(root=root, settings=settings, name=settings.schedule.name or folder or TAG)


async def deployments(one: Newsletter, pool: str | None = None) -> list[RunnerDeployment]:
    """Its deployments: for the workers of *pool*, or else for whoever serves them."""
    due = lines(one.settings)
    made = [await _deployment(one, FLOWS[what], cron, pool) for what, cron in due.items()]
    return [*made, await _deployment(one, send_issue, "", pool)] if pool else made


async def _deployment(one: Newsletter, flow: Flow[Any, Any], cron: str, pool: str | None) -> RunnerDeployment:
    parameters: dict[str, Any] = {"workspace": str(one.root)}
    limits: dict[str, Any] = {"concurrency_limit": _QUEUES if flow is prepare_issue else _SWEEPS}
    if flow is deliver_issue:
        parameters["senders"] = one.settings.schedule.senders
    if flow is send_issue:
        limits = {}  # as many as deliver-issue asks for
    if pool:
        variables = {"working_dir": str(ROOT), "env": {"PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(HEARTBEAT)}}
        limits |= {"work_pool_name": pool, "job_variables": variables}
    schedule = Cron(cron, timezone=one.settings.newsletter.timezone) if cron else None
    return await flow.ato_deployment(
        one.name,
        schedules=[schedule] if schedule else [],
        parameters=parameters,
        tags=[TAG, tag(one)],
        description=f"{one.settings.newsletter.title}: {(flow.description or '').splitlines()[0]}",
        entrypoint_type=EntrypointType.MODULE_PATH,
        **limits,
    )


def tag(one: Newsletter) -> str:
    """What its runs are marked with."""
    return f"{TAG}:{one.name}"
