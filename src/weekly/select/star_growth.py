"""How fast the stars of a repository grow, by what was counted on the days on which it was seen."""

from __future__ import annotations

from weekly.models import Entry

SPAN = 7
"""Days over which growth is told, as nearly as there are counts."""


def stars_per_day(entry: Entry) -> float:
    """The stars that *entry* gains a day, since the count nearest to a week before the newest; 0 for none."""
    if len(entry.star_counts) < 2:  # noqa: PLR2004 - it takes two to grow
        return 0.0
    *earlier, (today, stars) = entry.star_counts
    day, before = min(earlier, key=lambda count: abs((today - count[0]).days - SPAN))
    return max(stars - before, 0) / (today - day).days
