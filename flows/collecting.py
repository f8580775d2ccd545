"""One source, read as a task of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from prefect.concurrency.asyncio import concurrency
from prefect.runtime import task_run

from flows.passing import Interrupted
from flows.stage import in_workspace, opened, patient
from weekly import pipeline
from weekly.models import SourceHealth, Verdict, Week
from weekly.settings import load
from weekly.store import codec
from weekly.workspace import Workspace

ARXIV = "arxiv"
"""The global concurrency limit that `flows.deploy` sets to 1. Each newsletter keeps arXiv's pace by the clock in its
own database; newsletters on one server have several databases, and arXiv asks for one connection from all of them."""
TRIES = 2
"""How often a source that is down is asked, a task's delay apart; within each try the client has its own patience."""


async def _collect(workspace: str | None, week: str, source: str) -> dict[str, Any]:
    """How *source* did; one that stays down is a verdict, not a failure: it never sinks the issue."""
    chosen = Week.parse(week)

    def read(found: Workspace) -> SourceHealth:
        return pipeline.collect(found, chosen, only={source})[0]

    if source == ARXIV:
        async with collecting_turn(workspace):
            health = await in_workspace(read, workspace)
    else:
        health = await in_workspace(read, workspace)
    if health.verdict is Verdict.DOWN and task_run.run_count < TRIES and not _replays(workspace):
        raise Interrupted(f"{source} is down: {health.detail}")
    return codec.plain(health)  # type: ignore[no-any-return]


collect = patient(_collect, "collect", "collect {source}")


@asynccontextmanager
async def collecting_turn(workspace: str | None) -> AsyncIterator[None]:
    """Alone at arXiv among all runs of this server; at once where arXiv is not asked."""
    settings = load(opened(workspace))
    if settings.http.replay or not settings.sources.arxiv.enabled or not settings.sources.arxiv.pace:
        yield
        return
    async with concurrency(ARXIV):
        yield


def _replays(workspace: str | None) -> bool:
    return bool(load(opened(workspace)).http.replay)
