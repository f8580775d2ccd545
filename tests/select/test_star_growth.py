"""Growth is told a day, over the week before the newest count."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from weekly.models import Entry, Kind
from weekly.select.star_growth import stars_per_day


def counted(counts):
    """A repository with as many stars on those days before the newest."""
    days = tuple((date(2025, 4, 14) - timedelta(days=back), stars) for back, stars in counts.items())
    return Entry(source="github", key="a/b", kind=Kind.PROJECT, title="a/b", url="https://a.example", star_counts=days)


@pytest.mark.parametrize(
    ("counts", "gained"),
    [
        ({}, 0),
        ({0: 900}, 0),
        ({1: 800, 0: 900}, 100),
        ({14: 100, 7: 200, 6: 600, 0: 900}, 100),
        ({14: 200, 2: 899, 0: 900}, 0.5),
        ({10: 300, 5: 400, 0: 900}, 100),
        ({7: 950, 0: 900}, 0),
    ],
    ids=["unseen", "seen once", "yesterday", "a week ago", "nearer to a week", "nearer on the other side", "shrunk"],
)
def test_it_is_what_came_since_the_count_nearest_to_a_week_ago(counts, gained):
    assert stars_per_day(counted(counts)) == gained
