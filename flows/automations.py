"""What the server does by itself: marks dead runs, tells of failures."""

from __future__ import annotations

import json
from datetime import timedelta

from prefect.automations import (
    Automation,
    CallWebhook,
    ChangeFlowRunState,
    EventTrigger,
    Posture,
    ResourceSpecification,
)
from prefect.blocks.webhook import Webhook
from prefect.client.schemas.objects import StateType
from pydantic import SecretStr

from flows.deployments import HEARTBEAT, TAG, Newsletter, tag

SILENCE = 3 * HEARTBEAT
"""Seconds without a sign of life after which a run is taken for dead."""
_RUNS = ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"})
_BEAT = "prefect.flow-run.heartbeat"
_ENDS = {f"prefect.flow-run.{name}" for name in ("Completed", "Failed", "Cancelled", "Crashed")}


def _tagged(name: str) -> ResourceSpecification:
    return ResourceSpecification({"prefect.resource.id": f"prefect.tag.{name}", "prefect.resource.role": "tag"})


def dead_runs() -> Automation:
    """Marks runs crashed that give no sign of life: nobody else knows that they ended with their worker."""
    return Automation(
        name="weekly: runs that give no sign of life are crashed",
        trigger=EventTrigger(
            after={_BEAT},
            expect={_BEAT, *_ENDS},
            match=_RUNS,
            match_related=_tagged(TAG),
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=timedelta(seconds=SILENCE),
        ),
        actions=[
            ChangeFlowRunState(
                name=None, state=StateType.CRASHED, force=False, message=f"no sign of life for {SILENCE} s"
            )
        ],
    )


async def failures(one: Newsletter) -> Automation | None:
    """Tells `[schedule] on_failure` of the newsletter's runs that failed or crashed; None where it is empty."""
    if not one.settings.schedule.on_failure:
        return None
    block = Webhook(method="POST", url=SecretStr(one.settings.schedule.on_failure))
    saved = await block.asave(f"weekly-{_slug(one.name)}", overwrite=True)
    told = {"newsletter": one.name, "flow": "{{ flow.name }}", "run": "{{ flow_run.name }}"}
    told |= {"state": "{{ flow_run.state.name }}", "url": "{{ flow_run|ui_url }}"}
    told["text"] = f"{one.name}: {told['flow']} {told['run']} {told['state']}: {told['url']}"
    return Automation(
        name=f"weekly: tell of failures of {one.name}",
        trigger=EventTrigger(
            expect={"prefect.flow-run.Failed", "prefect.flow-run.Crashed"},
            match=_RUNS,
            match_related=_tagged(tag(one)),
            posture=Posture.Reactive,
            threshold=1,
            within=timedelta(0),
        ),
        actions=[CallWebhook(block_document_id=saved, payload=json.dumps(told))],
    )


def _slug(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in name.lower())


async def put(automation: Automation) -> None:
    """Creates it, or brings the one of that name up to date."""
    try:
        found = await Automation.aread(name=automation.name)
    except ValueError:  # what Prefect says when there is none
        await automation.acreate()
        return
    automation.id = found.id
    await automation.aupdate()
