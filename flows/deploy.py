"""Deploys the flows of one or several newsletters, each on its own schedule.

python -m flows.deploy [WORKSPACE …]              serves them until it is stopped
python -m flows.deploy --pool NAME [WORKSPACE …]  leaves them to the workers of a pool and ends
python -m flows.deploy --check                    says which newsletters are deployed, and what is wrong with them
python -m flows.deploy --remove NAME              takes a newsletter back, by its name at the server

The times are `[schedule]` in each weekly.toml; `weekly schedule next` shows them.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from prefect import get_client
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.runner import Runner
from prefect.settings import get_current_settings
from prefect.workers.utilities import get_default_base_job_template_for_infrastructure_type

from flows.automations import dead_runs, lost_runs, put, tell_of_failures
from flows.deployed import check, remove
from flows.deployments import HEARTBEAT, asks_arxiv, deployments
from flows.newsletters import Newsletter, newsletter
from flows.prepare_issue import ARXIV, prepare_issue
from flows.publish_issue import publish_issue
from flows.serving import served
from flows.sweeps import catch_up
from flows.watch import watch
from weekly.errors import WeeklyError, WorkspaceError
from weekly.review import approval_hook
from weekly.settings import find_workspace

SILENCE = 3.0 * HEARTBEAT
QUERY = 5.0
"""Seconds between looks of whoever serves for runs to start."""


async def deploy(roots: Sequence[Path], pool: str | None = None, silence: float = SILENCE) -> None:
    """Deploys the newsletters at *roots*; without a *pool*, serves them until it is stopped.

    Runs that give no sign of life for *silence* seconds are taken for dead.
    """
    with served(roots):
        newsletters = [newsletter(root) for root in roots]
        made = [(each, deployment) for each in newsletters for deployment in await deployments(each, pool)]
        runner = None if pool else Runner(limit=len(made), query_seconds=QUERY, pause_on_shutdown=True)
        async with get_client() as client:
            await _refuse_doubles(client, newsletters)
            await client.upsert_global_concurrency_limit_by_name(ARXIV, 1)
            if pool:
                await _make_pool(client, pool)
            for each, deployment in made:
                number = await (runner.aadd_deployment(deployment) if runner else deployment.aapply())
                if deployment.flow_name == prepare_issue.name and asks_arxiv(each.settings):
                    await _queue_at_arxiv(client, number)
                sys.stdout.write(f"{deployment.flow_name}/{deployment.name}\n")
            for each in newsletters:
                await _leave_address(client, each)
                await catch_up(each)
        for automation in (dead_runs(silence), lost_runs()):
            await put(automation)
        for each in newsletters:
            await tell_of_failures(each)
        sys.stdout.flush()
        if runner:
            watching = asyncio.create_task(watch(newsletters))
            try:
                await runner.start()
            finally:
                watching.cancel()


async def _queue_at_arxiv(client: PrefectClient, deployment: UUID) -> None:
    """Makes the runs of *deployment* wait at the server for the one turn at arXiv of all newsletters."""
    limit = await client.read_global_concurrency_limit_by_name(ARXIV)
    answer = await client.request(
        "PATCH",
        "/deployments/{id}",
        path_params={"id": deployment},
        json={"global_concurrency_limit_id": str(limit.id)},
    )
    answer.raise_for_status()


async def _refuse_doubles(client: PrefectClient, newsletters: Sequence[Newsletter]) -> None:
    """Raises WorkspaceError where another workspace has the name: its deployments would be taken from it."""
    taken: dict[str, str] = {}
    for each in newsletters:
        other = taken.setdefault(each.name, str(each.root))
        try:
            deployed = await client.read_deployment_by_name(f"{prepare_issue.name}/{each.name}")
            other = str(deployed.parameters.get("workspace") or each.root) if other == str(each.root) else other
        except ObjectNotFound:
            pass
        if other != str(each.root):
            raise WorkspaceError(
                f"{each.root} and {other} are both called {each.name!r} at this server: give one a [schedule] name of"
                f" its own; if it only moved, 'python -m flows.deploy --remove {each.name}'"
            )


async def _make_pool(client: PrefectClient, name: str) -> None:
    template = await get_default_base_job_template_for_infrastructure_type("process")
    try:
        await client.create_work_pool(WorkPoolCreate(name=name, type="process", base_job_template=template or {}))
    except ObjectAlreadyExists:
        return


async def _leave_address(client: PrefectClient, of: Newsletter) -> None:
    """Leaves in the workspace whom an approval tells: it starts `publish-issue` at once."""
    deployed = await client.read_deployment_by_name(f"{publish_issue.name}/{of.name}")
    path = of.root / approval_hook.FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    api = get_current_settings().api
    address = str(client.api_url).rstrip("/")
    if api.auth_string:
        address = address.replace("://", f"://{api.auth_string.get_secret_value()}@", 1)
    path.touch(mode=0o600)
    path.write_text(f"{address}/deployments/{deployed.id}/create_flow_run\n", encoding="utf-8")


def main(arguments: Sequence[str]) -> None:
    """The command line; what is wrong is one line on stderr."""
    words = argparse.ArgumentParser(prog="python -m flows.deploy", description=__doc__)
    words.formatter_class = argparse.RawDescriptionHelpFormatter
    words.add_argument("workspace", nargs="*", type=Path, help="else WEEKLY_WORKSPACE, else the nearest one upwards")
    words.add_argument("--check", action="store_true", help="whether the newsletters at the server are still there")
    words.add_argument("--remove", metavar="NAME", action="append", help="takes this newsletter back")
    words.add_argument("--pool", help="a work pool of the type process; made when it is not there")
    words.add_argument(
        "--silence", type=float, default=SILENCE, help="seconds without a sign of life after which a run is crashed"
    )
    given = words.parse_args(arguments)
    if not given.pool:  # for the runs that are served here
        os.environ.setdefault("PREFECT_FLOWS_HEARTBEAT_FREQUENCY", str(HEARTBEAT))
    try:
        if given.check:
            sys.exit(asyncio.run(check()))
        if given.remove:
            asyncio.run(remove(given.remove))
            return
        roots = [find_workspace(path) for path in given.workspace] or [find_workspace()]
        asyncio.run(deploy(roots, given.pool, given.silence))
    except WeeklyError as error:
        sys.exit(f"flows.deploy: {error}")
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
