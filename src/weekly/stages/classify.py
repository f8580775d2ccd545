"""Classifying: the week's entries become works, filed under topics and ranked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from weekly.classify import Classifier
from weekly.models import Funnel, Kind, Week, Work
from weekly.plugins import factories
from weekly.select.cluster import cluster
from weekly.select.rank import rank
from weekly.select.titles import title_key
from weekly.settings import Settings
from weekly.stages import Progress, silent
from weekly.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    """The works that may enter the issue, and what became of the others."""

    works: tuple[Work, ...]
    funnel: Funnel


def classify(workspace: Workspace, week: Week, progress: Progress = silent) -> Funnel:
    """Ranks what was collected for *week*, in the place of an earlier ranking; decisions of editors stay."""
    news = _news(workspace, week)
    progress("classify", 0, len(news.works))
    filed = classifier(workspace.settings, workspace.root).classify([work.lead for work in news.works])
    ranked = rank(zip(news.works, filed, strict=True))
    progress("classify", len(ranked), len(ranked))
    store = workspace.store
    funnel = replace(news.funnel, candidates=len(ranked), selected=store.collecting.funnel(week).selected)
    with store.database.write() as connection:
        store.candidates.replace(connection, week, ranked)
        store.collecting.set_funnel(connection, week, funnel)
    return funnel


def _news(workspace: Workspace, week: Week) -> _News:
    """What is new: not published before, not withdrawn."""
    entries = workspace.store.entries.of(week)
    works = cluster(entries)
    store = workspace.store
    named = (key for work in works for key in _keys(work) | work.claims)
    published = store.issues.announced(named, but=week).keys()
    claimed = store.candidates.claimed(but=week)
    known = [work for work in works if _published(work, published, claimed)]
    before = {work.id for work in known}
    fresh = tuple(work for work in works if work.id not in before and not work.lead.withdrawn)
    merged = len(entries) - len(works)
    return _News(works=fresh, funnel=Funnel(fetched=len(entries), merged=merged, already_published=len(known)))


def _keys(work: Work) -> frozenset[str]:
    """Under what the work may have been published; a paper also under its title, as in pages written by hand."""
    title = title_key(work.lead.title) if work.lead.kind is Kind.PAPER else ""
    return work.keys | {title} if title else work.keys


def _published(work: Work, published: Collection[str], claimed: Collection[str]) -> bool:
    """Whether it, the paper that a repository belongs to, or the paper that named the repository was published."""
    if not _keys(work).isdisjoint(published):
        return True
    return work.lead.kind is not Kind.PAPER and not (
        work.claims.isdisjoint(published) and work.keys.isdisjoint(claimed)
    )


def classifier(settings: Settings, root: Path) -> Classifier:
    """The classifier of the workspace at *root*; one that a plugin brings stands in for ours."""
    made = dict(factories("weekly.classifiers"))
    name = next((name for name in made if name != "default"), "default")
    found: Classifier = made[name](settings.topics, root / ".weekly" / "topics.weights")
    return found
