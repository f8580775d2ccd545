"""Deploys the flows of one or several newsletters, each on its own schedule.

python -m flows.deploy [WORKSPACE …]              serves them until it is stopped
python -m flows.deploy --pool NAME [WORKSPACE …]  leaves them to the workers of a pool and ends

The times are `[schedule]` in each weekly.toml; `weekly schedule next` shows them.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from prefect import get_client
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.runner import Runner
from prefect.settings import get_current_settings
from prefect.workers.utilities import get_default_base_job_template_for_infrastructure_type

from flows import automations
from flows.catching_up import missed
from flows.collecting import ARXIV
from flows.deployments import HEARTBEAT, Newsletter, deployments, newsletter
from flows.prepare_issue import prepare_issue
from weekly.errors import WeeklyError, WorkspaceError
from weekly.review import approval_hook
from weekly.settings import find_workspace
from weekly.workspace import open_workspace


async def deploy(roots: Sequence[Path], pool: str | None = None) -> None:
    """Deploys the newsletters at *roots*; without a *pool*, serves them until it is stopped."""
    newsletters = [newsletter(root) for root in roots]
    async with get_client() as client:
        await _refuse_doubles(client, newsletters)
        await client.upsert_global_concurrency_limit_by_name(ARXIV, 1)
        if pool:
            await _make_pool(client, pool)
    runner = None if pool else Runner(pause_on_shutdown=True)
    for deployment in [one for each in newsletters for one in await deployments(each, pool)]:
        await (runner.aadd_deployment(deployment) if runner else deployment.aapply())
        sys.stdout.write(f"{deployment.flow_name}/{deployment.name}\n")
    async with get_client() as client:
        for each in newsletters:
            await _announce(client, each)
            await _catch_up(client, each)
    await automations.put(automations.dead_runs())
    for each in newsletters:
        if (tells := await automations.failures(each)) is not None:
            await automations.put(tells)
    sys.stdout.flush()
    if runner:
        await runner.start()


async def _refuse_doubles(client: PrefectClient, newsletters: Sequence[Newsletter]) -> None:
    """Raises WorkspaceError where another workspace has the name: its deployments would be taken from it."""
    taken: dict[str, str] = {}
    for one in newsletters:
        other = taken.setdefault(one.name, str(one.root))
        try:
            found = await client.read_deployment_by_name(f"{prepare_issue.name}/{one.name}")
            other = str(found.parameters.get("workspace") or one.root) if other == str(one.root) else other
        except ObjectNotFound:
            pass
        if other != str(one.root):
            raise WorkspaceError(
                f"{one.root} and {other} are both called {one.name!r} at this server: give one a [schedule] name of its"
                f" own; if it only moved, 'prefect deployment delete {prepare_issue.name}/{one.name}'"
            )


async def _make_pool(client: PrefectClient, name: str) -> None:
    template = await get_default_base_job_template_for_infrastructure_type("process")
    try:
        await client.create_work_pool(WorkPoolCreate(name=name, type="process", base_job_template=template or {}))
    except ObjectAlreadyExists:
        return


async def _announce(client: PrefectClient, one: Newsletter) -> None:
    """Leaves in the workspace whom an approval tells: it starts `publish-issue` at once."""
    found = await client.read_deployment_by_name(f"publish-issue/{one.name}")
    path = one.root / approval_hook.FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    api = get_current_settings().api
    address = str(client.api_url).rstrip("/")
    if api.auth_string:
        address = address.replace("://", f"://{api.auth_string.get_secret_value()}@", 1)
    path.touch(mode=0o600)
    path.write_text(f"{address}/deployments/{found.id}/create_flow_run\n", encoding="utf-8")


async def _catch_up(client: PrefectClient, one: Newsletter) -> None:
    with open_workspace(one.root) as workspace:
        week = missed(workspace)
    if week is not None:
        found = await client.read_deployment_by_name(f"{prepare_issue.name}/{one.name}")
        # Once a week, however often it is deployed; what another run has done meanwhile is not done again.
        key = f"missed {week}"
        await client.create_flow_run_from_deployment(
            found.id, parameters={"week": str(week)}, idempotency_key=key, tags=["missed"]
        )


def main() -> None:
    """The command line; what is wrong is one line on stderr."""
    words = argparse.ArgumentParser(prog="python -m flows.deploy", description=__doc__)
    words.formatter_class = argparse.RawDescriptionHelpFormatter
    words.add_argument("workspace", nargs="*", type=Path, help="else WEEKLY_WORKSPACE, else the nearest one upwards")
    words.add_argument("--pool", help="a work pool of the type process; made when it is not there")
    given = words.parse_args()
    os.environ.setdefault("PREFECT_FLOWS_HEARTBEAT_FREQUENCY", str(HEARTBEAT))  # for the runs that are served here
    try:
        roots = [find_workspace(path) for path in given.workspace] or [find_workspace()]
        asyncio.run(deploy(roots, given.pool))
    except WeeklyError as error:
        sys.exit(f"flows.deploy: {error}")
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
