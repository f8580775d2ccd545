"""The deployments of a newsletter: each flow on its schedule, under the newsletter's name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import Flow
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.deliver_issue import deliver_issue, send_issue
from flows.ingest_bounces import ingest_bounces
from flows.newsletters import TAG, Newsletter
from flows.prepare_issue import prepare_issue
from flows.publish_issue import publish_issue
from flows.sweeps import sweep_line
from weekly.schedule import lines
from weekly.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
HEARTBEAT = 30
"""Seconds between a run's signs of life; Prefect allows no fewer."""
FLOWS: dict[str, Flow[Any, Any]] = {
    "prepare": prepare_issue,
    "publish": publish_issue,
    "deliver": deliver_issue,
    "bounces": ingest_bounces,
}
_QUEUE = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE)
"""One run of each flow of a newsletter at a time; others wait at the server, where they hold no slot of a worker."""


async def deployments(of: Newsletter, pool: str | None = None) -> list[RunnerDeployment]:
    """Its deployments: for the workers of *pool*, or else for whoever serves them."""
    crons = {part: sweep_line(of, part, watched=not pool) for part in lines(of.settings)}
    made = [await _deployment(of, FLOWS[part], cron, pool) for part, cron in crons.items()]
    return [*made, await _deployment(of, send_issue, "", pool)] if pool else made


async def _deployment(of: Newsletter, flow: Flow[Any, Any], cron: str, pool: str | None) -> RunnerDeployment:
    parameters: dict[str, Any] = {"workspace": str(of.root)}
    limits: dict[str, Any] = {"concurrency_limit": _QUEUE}
    if flow is deliver_issue:
        parameters["senders"] = of.settings.schedule.senders
    if flow is send_issue:
        limits = {}  # as many as deliver-issue asks for
    if pool:
        variables = {"working_dir": str(ROOT), "env": {"PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(HEARTBEAT)}}
        limits |= {"work_pool_name": pool, "job_variables": variables}
    schedule = Cron(cron, timezone=of.settings.newsletter.timezone) if cron else None
    return await flow.ato_deployment(
        of.name,
        schedules=[schedule] if schedule else [],
        parameters=parameters,
        tags=[TAG, of.tag],
        description=f"{of.settings.newsletter.title}: {(flow.description or '').splitlines()[0]}",
        entrypoint_type=EntrypointType.MODULE_PATH,
        **limits,
    )


def asks_arxiv(settings: Settings) -> bool:
    """Whether its preparations ask arXiv itself, at its pace."""
    return bool(settings.sources.arxiv.enabled and settings.sources.arxiv.pace and not settings.http.replay)
