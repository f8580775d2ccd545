"""How much of a topic there was, month by month, as a line of 80 by 16 units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from weekly.models import Week
from weekly.render.site.issues import ArchivedCard, ArchivedIssue

MONTHS = 24
WIDTH, HEIGHT = 80, 16


def by_month(items: Sequence[ArchivedCard], issues: Sequence[ArchivedIssue]) -> list[int]:
    """How many of *items* there were in each of the latest MONTHS of which there is an issue, oldest first."""
    months = {issue.week: f"{Week.parse(issue.week).monday:%Y-%m}" for issue in issues}
    found = Counter(months[item.issue.week] for item in items)
    return [found[month] for month in reversed(list(dict.fromkeys(months.values()))[:MONTHS])]


def sparkline(counts: Sequence[int]) -> str:
    """The `points` of a polyline, whose highest month touches the top; empty for what is no line yet."""
    if not counts[1:]:
        return ""
    step, most = WIDTH / (len(counts) - 1), max(*counts, 1)
    return " ".join(
        f"{at * step:.1f},{HEIGHT - 1 - count / most * (HEIGHT - 2):.1f}" for at, count in enumerate(counts)
    )
