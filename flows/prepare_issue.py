"""From the sources to a draft that waits for its editor."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact

from flows.stage import in_workspace, stage_task
from weekly import pipeline
from weekly.models import Week
from weekly.render.documents import render
from weekly.render.environment import environment
from weekly.stages.preview import renderer
from weekly.store import codec
from weekly.workspace import Workspace


def _collect(workspace: Workspace, week: Week) -> list[dict[str, Any]]:
    return [codec.plain(one) for one in pipeline.collect(workspace, week)]


def _classify(workspace: Workspace, week: Week) -> int:
    return pipeline.classify(workspace, week).candidates


def _draft(workspace: Workspace, week: Week) -> dict[str, Any]:
    revision = pipeline.draft(workspace, week)
    text = render(renderer(workspace).digest(revision.draft), environment([workspace.templates]))
    funnel = codec.plain(workspace.store.collecting.funnel(week))
    made = {"week": revision.week, "revision": revision.number, "hash": revision.hash, "funnel": funnel}
    return {**made, "markdown": text}


collect = stage_task("collect", _collect)
classify = stage_task("classify", _classify)
draft = stage_task("draft", _draft)


@flow(name="prepare-issue")
async def prepare_issue(workspace: str | None = None, week: str | None = None) -> dict[str, Any]:
    """Collects, classifies and drafts *week*, and leaves the draft and the sources' health as artifacts.

    Args:
        workspace: the folder with weekly.toml; else WEEKLY_WORKSPACE, else the nearest one upwards.
        week: an ISO week such as 2025-W15; else the last one that is over.
    """
    chosen = await in_workspace(lambda _, named: str(named), workspace, week)
    health = await collect(workspace, chosen)
    await classify(workspace, chosen)
    made = await draft(workspace, chosen)
    key = chosen.lower()
    await acreate_table_artifact(table=health, key=f"health-{key}", description=f"The sources of {chosen}")
    await acreate_markdown_artifact(markdown=made.pop("markdown"), key=f"draft-{key}", description=f"Draft of {chosen}")
    return {**made, "sources": {one["source"]: one["verdict"] for one in health}}
