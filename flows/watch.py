"""Whoever serves flows looks every ten minutes, by queries alone, for work that nothing has started.

An approval that came while the server was down, mails that a person decided to try again, a notice about a correction,
a preparation that was killed; and for failures that nobody was told of.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from prefect import get_client

from flows.newsletters import Newsletter
from flows.notices import tell_untold
from flows.sweeps import catch_up, is_under_way, looks_often, start_run
from weekly import due
from weekly.archive.foreign import refuse_foreign
from weekly.schedule import lines
from weekly.text import one_line
from weekly.workspace import open_workspace, present

EVERY = 600.0
"""Seconds between looks."""
_log = logging.getLogger(__name__)


async def watch(newsletters: Sequence[Newsletter], every: float = EVERY) -> None:
    """Looks now and then *every* so many seconds, until it is cancelled; what goes wrong is logged."""
    while True:
        for of in newsletters:
            try:
                for flow in await asyncio.to_thread(flows_with_work, of):
                    await _start(of, flow)
                await catch_up(of)
                await tell_untold(of)
            except Exception as error:  # noqa: BLE001 - the next look finds what this one missed
                _log.warning("%s: nobody could look for work: %s", of.name, one_line(str(error), 300))
        await asyncio.sleep(every)


def flows_with_work(of: Newsletter) -> list[str]:
    """The flows that have something to do now and may do it as soon as it is there."""
    often = {part: looks_often(line) for part, line in lines(of.settings).items()}
    with open_workspace(of.root, check=refuse_foreign) as workspace:
        newest = workspace.this_week
        publish = often["publish"] and due.weeks_to_publish(workspace, newest)
        deliver = often["deliver"] and due.mailings_to_send(workspace, newest)
    return [flow for flow, work in (("publish-issue", publish), ("deliver-issue", deliver)) if work]


async def _start(of: Newsletter, flow: str) -> None:
    """Starts *flow*, unless a run of it is at work or waits already."""
    async with get_client() as client:
        if await is_under_way(client, (await client.read_deployment_by_name(f"{flow}/{of.name}")).id):
            return
    await start_run(of, flow, why="watched", key=f"watched {present().isoformat()}")
