"""Who is told when a run fails, and of what: the address `[schedule] on_failure`, on change and then once a day.

Of a run that crashed nobody of ours may be left to tell, so the server does: `flows.automations`.
"""

from __future__ import annotations

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
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, State
from prefect.logging.loggers import flow_run_logger
from prefect.utilities.urls import url_for

from flows.newsletters import block_name
from weekly.text import one_line
from weekly.workspace import present

DAY = timedelta(days=1)
TOLD = "told"
"""The tag of a failed run of which somebody was told."""
_LONGEST = 500


async def tell_failure(flow: Flow[Any, Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Tells of a failed *flow_run* of a deployment, unless the same reason was told within a day."""
    if flow_run.deployment_id is None:
        return
    reason = one_line(state.message or state.name or "", _LONGEST)
    log = flow_run_logger(flow_run, flow)
    try:
        async with get_client() as client:
            name = (await client.read_deployment(flow_run.deployment_id)).name
            if await _was_told(client, flow_run.deployment_id, reason):
                return
            hook = cast("Webhook", await Webhook.aload(block_name(name)))
            answer = await hook.call(_notice(name, flow.name, flow_run, reason))
            answer.raise_for_status()
            await client.update_flow_run(flow_run.id, tags=[*flow_run.tags, TOLD])
    except ValueError:  # no such block: nobody wants to be told
        return
    except Exception as fault:  # noqa: BLE001 - a notice that does not arrive is no second failure
        log.warning("nobody could be told of the failure: %s", one_line(str(fault), _LONGEST))


async def _was_told(client: PrefectClient, deployed: UUID, reason: str) -> bool:
    lately = FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=[deployed]),
        tags=FlowRunFilterTags(all_=[TOLD]),
        end_time=FlowRunFilterEndTime.model_validate({"after_": present() - DAY}),
    )
    runs = await client.read_flow_runs(flow_run_filter=lately, limit=200)
    return any(one_line(earlier.state.message or "", _LONGEST) == reason for earlier in runs if earlier.state)


def _notice(newsletter: str, flow: str, run: FlowRun, reason: str) -> dict[str, str]:
    url = url_for(run) or ""
    text = f"{newsletter}: {flow} failed on {socket.gethostname()}: {reason}: {url}"
    return {
        "newsletter": newsletter,
        "flow": flow,
        "run": run.name,
        "state": "Failed",
        "reason": reason,
        "url": url,
        "text": text,
    }
