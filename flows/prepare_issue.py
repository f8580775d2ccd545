"""From the sources to a draft that waits for its editor."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

from prefect import flow, unmapped
from prefect.artifacts import acreate_link_artifact, acreate_markdown_artifact, acreate_table_artifact
from prefect.logging import get_run_logger

from flows.collecting import collect, collecting_turn
from flows.stage import WeekName, WorkspaceName, in_workspace, meant_for, patient, stage_task, week_of
from flows.turns import turn
from weekly import pipeline
from weekly.models import Week
from weekly.render.documents import render
from weekly.review.approve import current_revision
from weekly.review.preview import renderer
from weekly.stages.collect import WHOLE, enabled_sources
from weekly.store import codec
from weekly.workspace import Workspace

FRESH = 600.0
"""Seconds in which a week that was read whole brings nothing new: a second start within them is a mistake."""


def _sources(workspace: Workspace, _: Week) -> list[str]:
    return [source.name for source in enabled_sources(workspace)]


def _classify(workspace: Workspace, week: Week) -> int:
    return pipeline.classify(workspace, week).candidates


def _draft(workspace: Workspace, week: Week) -> int:
    return pipeline.draft(workspace, week).number


def _done(workspace: Workspace, week: Week, since: float) -> bool:
    """Whether another run has prepared *week* after *since*, or so shortly before that nothing can be new."""
    store = workspace.store
    with store.read() as tx:
        number, _ = tx.drafts.tip(week)
        fresh, prepared = (tx.marks.find(name) for name in (_fresh(workspace, week), mark(week)))
    if not number:
        return False
    with store.read() as tx:
        whole = all(source.verdict in WHOLE for source in tx.source_runs.health(week))
        fresh, prepared = (tx.marks.find(name) for name in (_fresh(workspace, week), mark(week)))
    just_now = whole and fresh is not None and workspace.clock().timestamp() - fresh.timestamp() < FRESH
    return just_now or (prepared is not None and prepared.timestamp() >= since)


def _note(workspace: Workspace, week: Week) -> None:
    now = workspace.clock()
    with workspace.store.write() as tx:
        tx.marks.set(mark(week), now)
        tx.marks.set(_fresh(workspace, week), now)


def _fresh(workspace: Workspace, week: Week) -> str:
    """A mark that other settings do not have: whoever changed them may prepare again at once."""
    settings = workspace.settings.model_dump_json().encode()
    return f"prepared {week} {hashlib.sha256(settings).hexdigest()[:16]}"


def _look(workspace: Workspace, week: Week) -> dict[str, Any]:
    revision = current_revision(workspace, week)
    text = render(renderer(workspace).digest(revision.draft), workspace.environment)
    store = workspace.store
    made = {"week": revision.week, "revision": revision.number, "hash": revision.hash}
    with store.read() as tx:
        health = [codec.plain(source) for source in tx.source_runs.health(week)]
        funnel = codec.plain(tx.funnels.of(week))
    page = f"{workspace.settings.review.url}/review/{week}"
    return {**made, "funnel": funnel, "health": health, "markdown": text, "page": page}


def mark(week: Week) -> str:
    """Under which name the end of the week's preparation is noted."""
    return f"prepared {week}"


async def _look_back(workspace: str | None, week: str, since: float) -> bool:
    return await in_workspace(lambda found: _done(found, Week.parse(week), since), workspace)


done = patient(_look_back, "prepared before")
sources = stage_task("sources", _sources)
classify = stage_task("classify", _classify)
draft = stage_task("draft", _draft)
note_done = stage_task("note it is done", _note)
look = stage_task("look at the draft", _look)


@flow(name="prepare-issue")
async def prepare_issue(workspace: WorkspaceName = None, week: WeekName = None) -> dict[str, Any]:
    """Collects, classifies and drafts *week*, and leaves the draft and the sources' health as artifacts.

    A run whose work another one has done since it was meant to start, or just before, only reports.

    Args:
        workspace: the folder with weekly.toml; else WEEKLY_WORKSPACE, else the nearest one upwards.
        week: an ISO week such as 2025-W15; else the last one that was over when the run was due.
    """
    chosen, since = week_of(workspace, week), meant_for().timestamp()
    async with turn(workspace, chosen):
        if await done(workspace, chosen, since):
            get_run_logger().info("%s has just been prepared: nothing is done twice", chosen)
        else:
            await _prepare(workspace, chosen)
        made = await look(workspace, chosen)
    health, text, page = made.pop("health"), made.pop("markdown"), made.pop("page")
    key = chosen.lower()
    await asyncio.gather(
        acreate_table_artifact(table=health, key=f"health-{key}", description=f"The sources of {chosen}"),
        acreate_markdown_artifact(markdown=text, key=f"draft-{key}", description=f"Draft of {chosen}"),
        acreate_link_artifact(link=page, link_text=f"Review {chosen}", key=f"review-{key}"),
    )
    return {**made, "sources": {one["source"]: one["verdict"] for one in health}}


async def _prepare(workspace: str | None, week: str) -> None:
    named = await sources(workspace, week)
    read = collect.map(unmapped(workspace), unmapped(week), named)
    await asyncio.to_thread(read.result)
    await classify(workspace, week)
    async with collecting_turn(workspace):
        await draft(workspace, week)
    await note_done(workspace, week)
