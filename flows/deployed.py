"""What is deployed at the server already: whether it is still there on this machine, and how to take it back."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from prefect import get_client
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterTags
from prefect.client.schemas.responses import DeploymentResponse

from flows.automations import forget_failures
from flows.newsletters import TAG, newsletter
from flows.sweeps import delete_waiting_runs
from weekly.errors import WeeklyError, WorkspaceError

_PAGE = 200


async def check() -> int:
    """Writes a line about each newsletter at the server; returns 1 if one of them cannot run, else 0."""
    async with get_client() as client:
        found = {each.name: str(each.parameters.get("workspace") or "") for each in await _deployed(client)}
    faults = {name: _fault(name, root) for name, root in sorted(found.items())}
    for name, fault in faults.items():
        mend = f"{fault}: python -m flows.deploy --remove {name}" if fault else "is there"
        sys.stdout.write(f"{name}: {found[name]} {mend}\n")
    return int(any(faults.values()))


def _fault(name: str, root: str) -> str:
    if not (Path(root) / "weekly.toml").is_file():
        return "holds no newsletter any more"
    try:
        now = newsletter(Path(root)).name
    except WeeklyError as error:
        return f"cannot be read ({error})"
    return "" if now == name else f"is called {now} now"


async def remove(names: Sequence[str]) -> None:
    """Takes the newsletters called *names* back from the server; raises WorkspaceError for one that is not there."""
    async with get_client() as client:
        deployed = await _deployed(client)
        if unknown := sorted({*names} - {each.name for each in deployed}):
            raise WorkspaceError(
                f"nothing of {unknown[0]!r} is deployed: 'python -m flows.deploy --check' lists what is"
            )
        for each in deployed:
            if each.name in names:
                for schedule in each.schedules:
                    await client.delete_deployment_schedule(each.id, schedule.id)
                await delete_waiting_runs(client, each.id)
                await client.delete_deployment(each.id)
    for name in names:
        await forget_failures(name)


async def _deployed(client: PrefectClient) -> list[DeploymentResponse]:
    ours, deployed = DeploymentFilter(tags=DeploymentFilterTags(all_=[TAG])), list[DeploymentResponse]()
    while page := await client.read_deployments(deployment_filter=ours, limit=_PAGE, offset=len(deployed)):
        deployed += page
    return deployed
