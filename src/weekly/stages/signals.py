"""What is known about works beyond their entries: how their stars grow, and what was published that resembles them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from weekly.models import Week, Work
from weekly.select.near import near_groups
from weekly.select.rank import Signals
from weekly.select.star_growth import stars_per_day
from weekly.workspace import Workspace


def signals(workspace: Workspace, week: Week, works: Sequence[Work]) -> dict[str, Signals]:
    """By the ids of *works*, for those that have any."""
    alike, now = _published_like(workspace, week, works), workspace.now()
    found = {}
    for work in works:
        gained = max(map(stars_per_day, work.entries), default=0.0)
        voted = days_of_votes(work, now)
        if gained or voted is not None or work.id in alike:
            found[work.id] = Signals(gained=gained, voted=voted, published_like=alike.get(work.id, ""))
    return found


def days_of_votes(work: Work, now: datetime) -> float | None:
    """The days, up to *now*, in which a work got the votes that it has; None when nobody knows since when."""
    most = max(work.entries, key=lambda entry: entry.votes or 0)
    return (now - most.updated) / timedelta(days=1) if most.votes and most.updated else None


def _published_like(workspace: Workspace, week: Week, works: Sequence[Work]) -> dict[str, str]:
    """The published title that the title of a work nearly repeats, by its id."""
    with workspace.store.read() as tx:
        published = tx.published_works.titles()
    titles = sorted({title for place, title in published if place != str(week) and title})
    if not titles:
        return {}
    groups = near_groups([*titles, *(work.lead.title for work in works)])[len(titles) :]
    return {work.id: titles[first] for work, first in zip(works, groups, strict=True) if first < len(titles)}
