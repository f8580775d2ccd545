"""From the sources to a draft that waits for its editor."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any

from prefect import flow, unmapped
from prefect.artifacts import acreate_link_artifact, acreate_markdown_artifact, acreate_table_artifact
from prefect.concurrency.asyncio import concurrency
from prefect.logging import get_run_logger
from prefect.runtime import task_run

from flows.tasks import WeekName, WorkspaceName, expected_start, folder, in_workspace, stage_task, week_of
from weekly import due, pipeline
from weekly.errors import is_passing
from weekly.models import Verdict, Week
from weekly.render.documents import render
from weekly.review.approve import current_revision
from weekly.review.preview import renderer
from weekly.settings import load
from weekly.stages.collect import enabled_sources
from weekly.stages.funnel import STEPS, week_funnel
from weekly.store import codec
from weekly.store.ports import StoreLocks
from weekly.tick import LEASE, preparation
from weekly.workspace import Workspace

ARXIV = "arxiv"
"""The global concurrency limit that `flows.deploy` sets to 1. Each newsletter keeps arXiv's pace by the clock in its
own database; newsletters on one server have several databases, and arXiv asks for one connection from all of them."""
TRIES = 2
"""How often a source that is down is asked, a task's delay apart; within each try the client tries again by itself."""


@flow(name="prepare-issue")
async def prepare_issue(workspace: WorkspaceName = None, week: WeekName = None) -> dict[str, Any]:
    """Collects, classifies and drafts *week*, and leaves the draft and the sources' health as artifacts.

    A run whose work another one has done since it was meant to start, or just before, only reports.

    Args:
        workspace: the folder with weekly.toml; else WEEKLY_WORKSPACE, else the nearest one upwards.
        week: an ISO week such as 2025-W15; else the last one that was over when the run was due.
    """
    chosen, since = week_of(workspace, week), expected_start().timestamp()
    async with week_lock(workspace, chosen):
        if await is_prepared(workspace, chosen, since):
            get_run_logger().info("%s has just been prepared: nothing is done twice", chosen)
        else:
            names = await source_names(workspace, chosen)
            await asyncio.to_thread(collect.map(unmapped(workspace), unmapped(chosen), names).result)
            await classify(workspace, chosen)
            async with arxiv_slot(workspace):
                await draft(workspace, chosen)
            await note_prepared(workspace, chosen)
        report = await look(workspace, chosen)
    health, text, page = report.pop("health"), report.pop("markdown"), report.pop("page")
    key = chosen.lower()
    funnel = "; ".join(f"{report['funnel'][name]} {told}" for name, told in STEPS)
    await asyncio.gather(
        acreate_table_artifact(table=health, key=f"health-{key}", description=f"The sources of {chosen}: {funnel}"),
        acreate_markdown_artifact(markdown=text, key=f"draft-{key}", description=f"Draft of {chosen}"),
        acreate_link_artifact(link=page, link_text=f"Review {chosen}", key=f"review-{key}"),
    )
    return {**report, "sources": {source["source"]: source["verdict"] for source in health}}


@stage_task("wait for a turn")
async def lock(workspace: str | None, week: str) -> str:
    """Waits until the preparation of *week* is this run's alone; what is returned unlocks it."""
    return await in_workspace(
        workspace, lambda opened: StoreLocks(opened.store).acquire(preparation(Week.parse(week)), LEASE)
    )


@asynccontextmanager
async def week_lock(workspace: str | None, week: str) -> AsyncIterator[None]:
    """Alone with the preparation of *week*, whoever started it: a lock in our database, not in Prefect's."""
    holder = await lock(workspace, week)
    try:
        yield
    finally:
        try:
            await in_workspace(
                workspace, lambda opened: StoreLocks(opened.store).release(preparation(Week.parse(week)), holder)
            )
        except Exception as error:
            if not is_passing(error):
                raise
            get_run_logger().warning("the lock could not be given back: it ends with this process")


def arxiv_slot(workspace: str | None) -> AbstractAsyncContextManager[None]:
    """The one slot at arXiv among all runs of this server; none is taken where arXiv is not asked."""
    settings = load(folder(workspace))
    asked = settings.sources.arxiv.enabled and settings.sources.arxiv.pace and not settings.http.replay
    return concurrency(ARXIV) if asked else nullcontext()


@stage_task("prepared before")
async def is_prepared(workspace: str | None, week: str, since: float) -> bool:
    """Whether another run has done the work since *since*, or just before."""
    return await in_workspace(workspace, lambda opened: due.is_prepared(opened, Week.parse(week), since))


@stage_task("sources")
async def source_names(workspace: str | None, week: str) -> list[str]:
    """The sources that the settings ask for."""
    del week  # as every task, so that its runs are told apart
    return await in_workspace(workspace, lambda opened: [source.name for source in enabled_sources(opened)])


@stage_task("collect", run_name="collect {source}")
async def collect(workspace: str | None, week: str, source: str) -> dict[str, Any]:
    """How *source* did; one that stays down is a verdict, not a failure: it never sinks the issue."""
    async with arxiv_slot(workspace) if source == ARXIV else nullcontext():
        (health,) = await in_workspace(
            workspace, lambda opened: pipeline.collect(opened, Week.parse(week), only={source})
        )
    if health.verdict is Verdict.DOWN and task_run.run_count < TRIES and not load(folder(workspace)).http.replay:
        raise ConnectionError(f"{source} is down: {health.detail}")
    return codec.plain(health)  # type: ignore[no-any-return]


@stage_task("classify")
async def classify(workspace: str | None, week: str) -> int:
    """How many candidates the week has."""
    return await in_workspace(workspace, lambda opened: pipeline.classify(opened, Week.parse(week)).candidates)


@stage_task("draft")
async def draft(workspace: str | None, week: str) -> int:
    """The number of the draft's revision."""
    return await in_workspace(workspace, lambda opened: pipeline.draft(opened, Week.parse(week)).number)


@stage_task("note it is done")
async def note_prepared(workspace: str | None, week: str) -> None:
    """Leaves a mark for runs that come later."""
    await in_workspace(workspace, lambda opened: due.note_prepared(opened, Week.parse(week)))


@stage_task("look at the draft")
async def look(workspace: str | None, week: str) -> dict[str, Any]:
    """The draft as it stands, and how its sources did."""
    return await in_workspace(workspace, lambda opened: _report(opened, Week.parse(week)))


def _report(workspace: Workspace, week: Week) -> dict[str, Any]:
    revision = current_revision(workspace, week)
    with workspace.store.read() as tx:
        funnel, health = week_funnel(tx, week), tx.source_runs.health(week)
    return {
        "week": revision.week,
        "revision": revision.number,
        "hash": revision.hash,
        "funnel": codec.plain(funnel),
        "health": [codec.plain(source) for source in health],
        "markdown": render(renderer(workspace).digest(revision.draft), workspace.environment),
        "page": f"{workspace.settings.review.url}/review/{week}",
    }
