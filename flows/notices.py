"""Who is told when a run fails, and of what: the address `[schedule] on_failure`, on change and then once a day.

Of a run that crashed nobody of ours may be left to tell, so the server does: `flows.automations`. What it has forgotten
is told by whoever looks next.
"""

from __future__ import annotations

import logging
import socket
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from prefect import Flow, get_client
from prefect.blocks.webhook import Webhook
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterEndTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.events.filters import EventFilter, EventNameFilter, EventRelatedFilter, EventResourceFilter
from prefect.logging.loggers import flow_run_logger
from prefect.utilities.urls import url_for

from flows.newsletters import Newsletter, block_name
from weekly.text import one_line
from weekly.workspace import present

DAY = timedelta(days=1)
BUSY = timedelta(minutes=2)
"""The time that a server has for telling of a crash itself."""
TOLD = "told"
"""The tag of a run of whose end somebody was told."""
_LONGEST = 500
_log = logging.getLogger(__name__)


async def tell_failure(flow: Flow[Any, Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Tells of a failed *flow_run* of a deployment, unless the same reason was told within a day."""
    if flow_run.deployment_id is None:
        return
    log = flow_run_logger(flow_run, flow)
    try:
        async with get_client() as client:
            name = (await client.read_deployment(flow_run.deployment_id)).name
            await _tell(client, name, flow.name, flow_run, state)
    except Exception as fault:  # noqa: BLE001 - a notice that does not arrive is no second failure
        log.warning("nobody could be told of the failure: %s", one_line(str(fault), _LONGEST))


async def tell_untold(of: Newsletter, busy: timedelta = BUSY) -> None:
    """Tells of runs that failed or crashed within a day, until *busy* ago, and of which nobody was told.

    A server keeps its events in memory: one that is killed or loses its database forgets to act on some of them.
    """
    if not of.settings.schedule.on_failure:
        return
    now = present()
    ended = FlowRunFilter(
        tags=FlowRunFilterTags(all_=[of.tag]),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.CRASHED, StateType.FAILED])),
        end_time=FlowRunFilterEndTime.model_validate({"after_": now - DAY, "before_": now - busy}),
    )
    try:
        async with get_client() as client:
            for run in await client.read_flow_runs(flow_run_filter=ended, limit=200):
                if TOLD in run.tags or run.deployment_id is None or run.state is None:
                    continue
                if run.state.is_crashed() and await _server_told(client, run.id):
                    await _mark_told(client, run)
                else:
                    await _tell(client, of.name, (await client.read_flow(run.flow_id)).name, run, run.state)
    except Exception as fault:  # noqa: BLE001 - the next look tells what this one could not
        _log.warning("%s: nobody could be told of failures: %s", of.name, one_line(str(fault), _LONGEST))


async def _tell(client: PrefectClient, newsletter: str, flow: str, run: FlowRun, state: State[Any]) -> None:
    """Tells of *run*; of failures with one reason once a day, of each crash."""
    reason = one_line(state.message or state.name or "", _LONGEST)
    if not state.is_crashed() and await _was_told(client, run.deployment_id, reason):
        return
    try:
        hook = cast("Webhook", await Webhook.aload(block_name(newsletter)))
    except ValueError:  # no such block: nobody wants to be told
        return
    answer = await hook.call(_notice(newsletter, flow, run, state, reason))
    answer.raise_for_status()
    await _mark_told(client, run)


async def _mark_told(client: PrefectClient, run: FlowRun) -> None:
    await client.update_flow_run(run.id, tags=[*run.tags, TOLD])


async def _was_told(client: PrefectClient, deployed: UUID | None, reason: str) -> bool:
    lately = FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=[deployed] if deployed else []),
        tags=FlowRunFilterTags(all_=[TOLD]),
        end_time=FlowRunFilterEndTime.model_validate({"after_": present() - DAY}),
    )
    runs = await client.read_flow_runs(flow_run_filter=lately, limit=200)
    return any(one_line(earlier.state.message or "", _LONGEST) == reason for earlier in runs if earlier.state)


async def _server_told(client: PrefectClient, run: UUID) -> bool:
    """Whether the server's automation has told of a run that crashed."""
    crashed = EventFilter(
        event=EventNameFilter(name=["prefect.flow-run.Crashed"]),
        resource=EventResourceFilter(id=[f"prefect.flow-run.{run}"]),
    )
    causes = [f"prefect.event.{event.id}" for event in (await client.read_events(crashed, limit=10)).events]
    if not causes:
        return False
    acted = EventFilter(
        event=EventNameFilter(name=["prefect.automation.action.executed"]), related=EventRelatedFilter(id=causes)
    )
    return bool((await client.read_events(acted, limit=1)).events)


def _notice(newsletter: str, flow: str, run: FlowRun, state: State[Any], reason: str) -> dict[str, str]:
    url, ended = url_for(run) or "", "crashed" if state.is_crashed() else f"failed on {socket.gethostname()}"
    return {
        "newsletter": newsletter,
        "flow": flow,
        "run": run.name,
        "state": state.name or "",
        "reason": reason,
        "url": url,
        "text": f"{newsletter}: {flow} {ended}: {reason}: {url}",
    }
