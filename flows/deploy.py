"""`python -m flows.deploy` serves every flow on its schedule, for the workspace it is started in.

Prepare on Monday at 06:00 in the newsletter's time zone; look for an approval and for mails to send every ten minutes.
"""

from __future__ import annotations

import asyncio
from typing import Any

from prefect import Flow, aserve
from prefect.schedules import Cron

from flows.deliver_issue import deliver_issue
from flows.prepare_issue import prepare_issue
from flows.publish_issue import publish_issue
from weekly.settings import find_workspace, load

SCHEDULES: tuple[tuple[Flow[Any, Any], str], ...] = (
    (prepare_issue, "0 6 * * 1"),
    (publish_issue, "*/10 * * * *"),
    (deliver_issue, "*/10 * * * *"),
)


async def deploy() -> None:
    """Serves until it is stopped; one run of each flow at a time."""
    root = find_workspace()
    zone = load(root).newsletter.timezone
    await aserve(
        *[
            await flow.ato_deployment(
                "weekly", schedule=Cron(cron, timezone=zone), parameters={"workspace": str(root)}, concurrency_limit=1
            )
            for flow, cron in SCHEDULES
        ]
    )


if __name__ == "__main__":
    asyncio.run(deploy())
