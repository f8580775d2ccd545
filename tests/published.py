"""Published issues for tests and benches, made through the store and the stages, without a source or a network."""

from __future__ import annotations

from collections.abc import Iterable

from weekly.models import Card, Draft, Kind, Link, LinkKind, Week
from weekly.stages.publish import publish
from weekly.store.issues import Issue
from weekly.store.subscribers import Subscriber
from weekly.workspace import Workspace

WEEK = Week.parse("2025-W15")
CARDS = (
    Card(
        id="arxiv:2504.00001",
        kind=Kind.PAPER,
        topic="agents",
        name="Ant",
        line="蚁群般协作的智能体",
        title="Ant: Agents That Cooperate",
        summary="Ant 让多个智能体分工协作。",
        tags=("agents",),
        links=(Link(kind=LinkKind.PAPER, url="https://arxiv.org/abs/2504.00001", origin="arxiv"),),
    ),
    Card(
        id="arxiv:2504.00002",
        kind=Kind.PAPER,
        topic="3d",
        name="Cube",
        line="单图生成三维物体",
        title="Cube: Objects from a Picture",
        summary="Cube 从一张图片生成三维物体。",
        tags=("3d",),
        links=(Link(kind=LinkKind.PAPER, url="https://arxiv.org/abs/2504.00002", origin="arxiv"),),
    ),
)


def a_draft(week: Week = WEEK) -> Draft:
    """A small issue with a card about agents and a card about 3D."""
    return Draft(
        week=str(week), language="zh", headlines=("Ant：协作", "Cube：三维"), summary="本周两篇。", cards=CARDS
    )


def subscribe(workspace: Workspace, readers: Iterable[Subscriber | str]) -> None:
    """Puts readers on the list."""
    rows = [Subscriber(email=one) if isinstance(one, str) else one for one in readers]
    with workspace.store.database.write() as connection:
        workspace.store.subscribers.put(connection, rows, workspace.now())


def publish_issue(workspace: Workspace, readers: Iterable[Subscriber | str] = (), week: Week = WEEK) -> Issue:
    """A published issue whose audience are *readers* and whoever was there."""
    subscribe(workspace, readers)
    store = workspace.store
    with store.database.write() as connection:
        revision = store.drafts.add(connection, a_draft(week), "ed", workspace.now())
        store.drafts.approve(connection, revision, "ed", workspace.now(), {})
    return publish(workspace, week)
