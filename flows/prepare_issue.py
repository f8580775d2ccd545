"""From the sources to a draft that waits for its editor."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from prefect import flow, unmapped
from prefect.artifacts import acreate_link_artifact, acreate_markdown_artifact, acreate_table_artifact
from prefect.logging import get_run_logger
from prefect.runtime import task_run

from flows.glance import leave_glance
from flows.newsletters import newsletter, slug
from flows.notices import tell_failure
from flows.tasks import (
    WeekName,
    WorkspaceName,
    completed,
    expected_start,
    folder,
    in_workspace,
    run_name,
    stage_task,
    week_of,
)
from weekly import due, pipeline
from weekly.errors import is_passing
from weekly.models import SourceHealth, Verdict, Week
from weekly.render.documents import render
from weekly.review.approve import current_revision
from weekly.review.preview import renderer
from weekly.settings import load
from weekly.stages.funnel import STEPS, week_funnel
from weekly.stages.sources import enabled_sources
from weekly.store import codec
from weekly.store.ports import StoreLocks
from weekly.tick import LEASE, preparation
from weekly.workspace import Workspace

ARXIV = "arxiv"
"""The global concurrency limit of 1 that `flows.deploy` sets for all preparations which ask arXiv: newsletters on one
server have a clock of arXiv's pace each, and arXiv asks for one connection from all of them. Runs wait for it at the
server, before they begin."""
TRIES = 2
"""How often a source that is down is asked, a task's delay apart; within each try the client tries again by itself."""


@flow(name="prepare-issue", flow_run_name=run_name("prepare", of_a_week=True), on_failure=[tell_failure])
async def prepare_issue(workspace: WorkspaceName = None, week: WeekName = None) -> dict[str, Any]:
    """Collects, classifies and drafts *week*, and leaves the draft and the sources' health as artifacts.

    A run whose work another one has done since it was meant to start, or just before, only reports.

    Args:
        workspace: the folder with weekly.toml; else WEEKLY_WORKSPACE, else the nearest one upwards.
        week: an ISO week such as 2025-W15; else the last one that was over when the run was due.
    """
    chosen, since = week_of(workspace, week), expected_start().timestamp()
    async with week_lock(workspace, chosen):
        if before := await is_prepared(workspace, chosen, since):
            get_run_logger().info("%s has just been prepared: nothing is done twice", chosen)
        else:
            names = await source_names(workspace, chosen)
            await asyncio.to_thread(collect.map(unmapped(workspace), unmapped(chosen), names).result)
            await classify(workspace, chosen)
            await draft(workspace, chosen)
            await note_prepared(workspace, chosen)
        report = await look(workspace, chosen)
    told = report.pop("told")
    await _leave_artifacts(workspace, chosen, report)
    await leave_glance(workspace)
    return completed(  # type: ignore[no-any-return]
        f"{'prepared before: ' if before else ''}{told}",
        {**report, "sources": {source["source"]: source["verdict"] for source in report.pop("health")}},
    )


async def _leave_artifacts(workspace: str | None, week: str, report: dict[str, Any]) -> None:
    text, page = report.pop("markdown"), report.pop("page")
    key = f"{slug(newsletter(folder(workspace)).name)}-{week.lower()}"
    funnel = "; ".join(f"{report['funnel'][name]} {told}" for name, told in STEPS)
    sources = f"The sources of {week}: {funnel}"
    await asyncio.gather(
        acreate_table_artifact(table=report["health"], key=f"health-{key}", description=sources),
        acreate_markdown_artifact(markdown=text, key=f"draft-{key}", description=f"Draft of {week}"),
        acreate_link_artifact(link=page, link_text=f"Review {week}", key=f"review-{key}"),
    )


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
    (health,) = await in_workspace(workspace, lambda opened: pipeline.collect(opened, Week.parse(week), only={source}))
    get_run_logger().info("%s: %s", source, _verdict(health))
    if health.verdict is Verdict.DOWN and task_run.run_count < TRIES and not load(folder(workspace)).http.replay:
        raise ConnectionError(f"{source} is down: {health.detail}")
    return codec.plain(health)  # type: ignore[no-any-return]


@stage_task("classify")
async def classify(workspace: str | None, week: str) -> int:
    """How many candidates the week has."""
    funnel = await in_workspace(workspace, lambda opened: pipeline.classify(opened, Week.parse(week)))
    get_run_logger().info("%d fetched, %d merged, %d candidates", funnel.fetched, funnel.merged, funnel.candidates)
    return funnel.candidates


@stage_task("draft")
async def draft(workspace: str | None, week: str) -> int:
    """The number of the draft's revision."""
    revision = await in_workspace(workspace, lambda opened: pipeline.draft(opened, Week.parse(week)))
    get_run_logger().info("draft v%d has %d cards", revision.number, len(revision.draft.cards))
    return revision.number


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
        "told": f"draft v{revision.number} of {len(revision.draft.cards)} cards from {funnel.candidates} candidates; "
        + ", ".join(f"{source.source} {source.verdict.value}" for source in health),
    }


def _verdict(health: SourceHealth) -> str:
    counted = f"{health.verdict.value}, {health.fetched} entries, {health.new} new, {health.requests} requests"
    return f"{counted}: {health.detail}" if health.detail else counted
