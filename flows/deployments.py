"""What a server holds for a newsletter: each flow on its schedule under the newsletter's name, and automations."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect import Flow
from prefect.automations import (
    Automation,
    CallWebhook,
    ChangeFlowRunState,
    EventTrigger,
    Posture,
    ResourceSpecification,
)
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy, StateType
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.deliver_issue import deliver_issue, send_issue
from flows.ingest_bounces import ingest_bounces
from flows.prepare_issue import prepare_issue
from flows.publish_issue import publish_issue
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
_RUNS = ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"})
_BEAT = "prefect.flow-run.heartbeat"
_ENDS = {f"prefect.flow-run.{name}" for name in ("Completed", "Failed", "Cancelled", "Crashed")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsletter:
    """A workspace as the server knows it."""

    root: Path
    settings: Settings
    name: str
    """Of its deployments."""

    @property
    def tag(self) -> str:
        """What its runs are marked with."""
        return f"{TAG}:{self.name}"


def newsletter(root: Path) -> Newsletter:
    """The newsletter in the workspace at *root*, named by `[schedule] name` or by its folder."""
    settings = load(root)
    folder = re.sub(r"[^A-Za-z0-9._-]+", "-", root.name).strip("-._")
    return Newsletter(root=root, settings=settings, name=settings.schedule.name or folder or TAG)


async def deployments(of: Newsletter, pool: str | None = None) -> list[RunnerDeployment]:
    """Its deployments: for the workers of *pool*, or else for whoever serves them."""
    made = [await _deployment(of, FLOWS[part], cron, pool) for part, cron in lines(of.settings).items()]
    return [*made, await _deployment(of, send_issue, "", pool)] if pool else made


async def _deployment(of: Newsletter, flow: Flow[Any, Any], cron: str, pool: str | None) -> RunnerDeployment:
    parameters: dict[str, Any] = {"workspace": str(of.root)}
    limits: dict[str, Any] = {"concurrency_limit": _QUEUES if flow is prepare_issue else _SWEEPS}
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


def dead_runs(silence: float) -> Automation:
    """Marks runs crashed that give no sign of life for *silence* seconds: nobody else knows that their worker ended."""
    return Automation(
        name="weekly: runs that give no sign of life are crashed",
        trigger=EventTrigger(
            after={_BEAT},
            expect={_BEAT, *_ENDS},
            match=_RUNS,
            match_related=_tag_resource(TAG),
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=timedelta(seconds=silence),
        ),
        actions=[
            ChangeFlowRunState(
                name=None, state=StateType.CRASHED, force=False, message=f"no sign of life for {silence:g} s"
            )
        ],
    )


def failures(of: Newsletter, webhook: UUID) -> Automation:
    """Tells the block *webhook* of the newsletter's runs that failed or crashed."""
    payload = {"newsletter": of.name, "flow": "{{ flow.name }}", "run": "{{ flow_run.name }}"}
    payload |= {"state": "{{ flow_run.state.name }}", "url": "{{ flow_run|ui_url }}"}
    payload["text"] = f"{of.name}: {payload['flow']} {payload['run']} {payload['state']}: {payload['url']}"
    return Automation(
        name=f"weekly: tell of failures of {of.name}",
        trigger=EventTrigger(
            expect={"prefect.flow-run.Failed", "prefect.flow-run.Crashed"},
            match=_RUNS,
            match_related=_tag_resource(of.tag),
            posture=Posture.Reactive,
            threshold=1,
            within=timedelta(0),
        ),
        actions=[CallWebhook(block_document_id=webhook, payload=json.dumps(payload))],
    )


def _tag_resource(name: str) -> ResourceSpecification:
    return ResourceSpecification({"prefect.resource.id": f"prefect.tag.{name}", "prefect.resource.role": "tag"})
