"""Published issues for tests and benches, made through the store and the stages, without a source or a network."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import weekly
from tests.stored import stored
from weekly.archive.publish import publish
from weekly.models import Card, Draft, Issue, Kind, Link, LinkKind, Mailing, Week
from weekly.store.subscribers import Subscriber
from weekly.workspace import Workspace, open_workspace

WEEK = Week.parse("2025-W15")
_PACKAGE = Path(weekly.__file__).parent
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
    with workspace.store.write() as tx:
        tx.subscribers.add(rows, workspace.now())


def publish_issue(workspace: Workspace, readers: Iterable[Subscriber | str] = (), week: Week = WEEK) -> Issue:
    """A published issue whose audience are *readers* and whoever was there."""
    subscribe(workspace, readers)
    approve(workspace, a_draft(week))
    return publish(workspace, week)


def counts(workspace: Workspace, week: Mailing = WEEK) -> dict[str, int]:
    """How many of the audience stand where."""
    with workspace.store.read() as tx:
        return tx.deliveries.counts(week)


def deliveries(workspace: Workspace, week: Mailing = WEEK, state: str = "", email: str = "") -> list[dict[str, Any]]:
    """The rows of the ledger."""
    with workspace.store.read() as tx:
        return list(tx.deliveries.rows(week, state, email))


def archive(demo: Path, root: Path) -> Path:
    """A workspace at *root* with two small issues and then that of the *demo*, which grows a collection and a handbook."""
    root.mkdir(parents=True)
    settings = (demo / "weekly.toml").read_text(encoding="utf-8")
    topics = (_PACKAGE / "topics.toml").read_text(encoding="utf-8")
    grown = topics.replace('name = "视频生成"', 'name = "视频生成"\ncollection = "video"\nhandbook = "video"')
    (root / "weekly.toml").write_text(f"{settings}\n{grown}", encoding="utf-8")
    with open_workspace(demo) as known:
        issue = stored(known).issues.find(WEEK)
        assert issue is not None
        shutil.copytree(known.root / ".weekly" / "pictures", root / ".weekly" / "pictures")
    with open_workspace(root) as workspace:
        for week in (WEEK.shift(-2), WEEK.shift(-1)):
            publish_issue(workspace, week=week)
        approve(workspace, issue.draft)
        publish(workspace, WEEK)
    return root


def approve(workspace: Workspace, draft: Draft) -> None:
    """Has *draft* approved as it stands."""
    store = workspace.store
    with store.write() as tx:
        revision = tx.drafts.add(draft, "ed", workspace.now())
        tx.drafts.approve(revision, "ed", workspace.now(), {})
