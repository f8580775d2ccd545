"""What the server itself does about runs: those that fall silent are crashed, and of crashes somebody is told."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect import get_client
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

from flows.newsletters import TAG, Newsletter, block_name

DEAD_RUNS = "weekly: runs that give no sign of life are crashed"
_RUNS = ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"})
_BEAT = "prefect.flow-run.heartbeat"
_ENDS = {f"prefect.flow-run.{name}" for name in ("Completed", "Failed", "Cancelled", "Crashed")}


async def put(automation: Automation) -> None:
    """Creates it, or brings the one of that name up to date.

    One that is as it should be is left alone: whoever changes an automation makes it forget what it has seen, and it
    would take runs for dead whose end came before.
    """
    try:
        known = await Automation.aread(name=automation.name)
    except ValueError:  # what Prefect says when there is none
        await automation.acreate()
        return
    if _meaning(known) != _meaning(automation):
        automation.id = known.id
        await automation.aupdate()


def _meaning(automation: Automation) -> dict[str, Any]:
    told = automation.model_dump(mode="json", include={"trigger", "actions", "enabled"})
    told["trigger"].pop("id", None)
    for name in ("after", "expect", "for_each"):  # sets, in JSON in an order that differs from one to its equal
        told["trigger"][name] = sorted(told["trigger"][name])
    return told


async def tell_of_failures(of: Newsletter) -> None:
    """Leaves at the server whom to tell of failures, or takes that back where the settings name nobody."""
    if not (url := of.settings.schedule.on_failure):
        await forget_failures(of.name)
        return
    webhook = Webhook(method="POST", url=SecretStr(url))
    await put(crashes(of, await webhook.asave(block_name(of.name), overwrite=True)))


async def forget_failures(name: str) -> None:
    """Takes back whom to tell of failures of the newsletter *name*."""
    async with get_client() as client:
        for known in await client.read_automations_by_name(crashes_name(name)):
            await client.delete_automation(known.id)
    try:
        await Webhook.adelete(block_name(name))
    except ValueError:  # there is none
        return


def dead_runs(silence: float) -> Automation:
    """Marks runs crashed that give no sign of life for *silence* seconds: nobody else knows that their worker ended."""
    return Automation(
        name=DEAD_RUNS,
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


def crashes(of: Newsletter, webhook: UUID) -> Automation:
    """Tells the block *webhook* of each run of the newsletter that crashed."""
    words = f'"{of.name}: " ~ flow.name ~ " crashed: " ~ flow_run.state.message ~ ": " ~ (flow_run|ui_url)'
    told = {
        "newsletter": json.dumps(of.name),
        "flow": "flow.name",
        "run": "flow_run.name",
        "state": "flow_run.state.name",
        "reason": "flow_run.state.message",
        "url": "flow_run|ui_url",
        "text": words,
    }
    payload = ", ".join(f'"{key}": {{{{ ({value})|tojson }}}}' for key, value in told.items())
    return Automation(
        name=crashes_name(of.name),
        trigger=EventTrigger(
            expect={"prefect.flow-run.Crashed"},
            match=_RUNS,
            match_related=_tag_resource(of.tag),
            for_each={"prefect.resource.id"},  # each run by itself: of two that crash together both are told
            posture=Posture.Reactive,
            threshold=1,
            within=timedelta(0),
        ),
        actions=[CallWebhook(block_document_id=webhook, payload=f"{{{payload}}}")],
    )


def crashes_name(newsletter: str) -> str:
    """The name of the automation that tells of crashed runs."""
    return f"weekly: tell of failures of {newsletter}"


def _tag_resource(name: str) -> ResourceSpecification:
    """What an event is related to when its run has the tag *name*."""
    return ResourceSpecification({"prefect.resource.id": f"prefect.tag.{name}", "prefect.resource.role": "tag"})
