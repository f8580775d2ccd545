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
LOST_RUNS = "weekly: runs that were taken and never began are crashed"
TAKEN = 600.0
"""Seconds in which the process of a run must have begun; on a busy machine it takes a minute or two."""
_RUNS = ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"})
_BEAT, _BEGINNING = "prefect.flow-run.heartbeat", "prefect.flow-run.Running"
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
    """Marks runs crashed that give no sign of life for *silence* seconds: nobody else knows that their worker ended.

    From their beginning on: some end before their first sign of life.
    """
    return _missed(DEAD_RUNS, {_BEGINNING, _BEAT}, {_BEAT, *_ENDS}, silence, f"no sign of life for {silence:g} s")


def lost_runs() -> Automation:
    """Marks runs crashed that a worker has taken, and that did not begin: it ended between the two."""
    begins = {_BEGINNING, "prefect.flow-run.AwaitingConcurrencySlot", *_ENDS}
    return _missed(LOST_RUNS, {"prefect.flow-run.Pending"}, begins, TAKEN, f"did not begin in {TAKEN:g} s")


def _missed(name: str, after: set[str], expect: set[str], seconds: float, message: str) -> Automation:
    """Marks runs crashed of which nothing of *expect* came within *seconds* after one of the events *after*."""
    return Automation(
        name=name,
        trigger=EventTrigger(
            after=after,
            expect=expect,
            match=_RUNS,
            match_related=_tag_resource(TAG),
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=timedelta(seconds=seconds),
        ),
        actions=[ChangeFlowRunState(name=None, state=StateType.CRASHED, force=False, message=message)],
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
