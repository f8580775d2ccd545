"""arXiv's announcements: https://info.arxiv.org/help/availability.html."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weekly.sources.arxiv_days import EASTERN, announced_until, announces


def eastern(text):
    return datetime.fromisoformat(text).replace(tzinfo=EASTERN).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        ("2025-04-08T19:59", "2025-04-07T14:00"),  # Tuesday, a minute before the announcement
        ("2025-04-08T20:00", "2025-04-08T14:00"),
        ("2025-04-10T23:00", "2025-04-10T14:00"),
        ("2025-04-11T23:00", "2025-04-10T14:00"),  # no announcement on Friday night
        ("2025-04-12T23:00", "2025-04-10T14:00"),  # nor on Saturday night
        ("2025-04-13T20:00", "2025-04-11T14:00"),  # Sunday: Thursday's to Friday's
        ("2025-04-14T19:59", "2025-04-11T14:00"),
        ("2025-04-14T20:00", "2025-04-14T14:00"),  # Monday: the weekend's
        ("2025-05-26T23:00", "2025-05-23T14:00"),  # Memorial Day
        ("2025-09-01T23:00", "2025-08-29T14:00"),  # Labor Day
        ("2025-11-27T23:00", "2025-11-26T14:00"),  # Thanksgiving
        ("2025-12-26T12:00", "2025-12-23T14:00"),  # Christmas
        ("2026-01-01T23:00", "2025-12-30T14:00"),  # New Year
        ("2026-01-19T23:00", "2026-01-16T14:00"),  # Martin Luther King Jr.
        ("2025-03-09T20:00", "2025-03-07T14:00"),  # the clocks were set forward that morning
    ],
)
def test_what_was_announced_by_then(moment, until):
    assert announced_until(eastern(moment)) == eastern(until)


def test_a_week_s_announcements_are_five():
    assert [announces(date(2025, 4, 6) + timedelta(days=day)) for day in range(7)] == [True] * 5 + [False] * 2


@given(
    st.integers(946684800, 4102444800),
    st.timedeltas(timedelta(0), timedelta(days=9)),
)
def test_announcements_only_add_and_silence_never_lasts(seconds, later):
    moment = datetime.fromtimestamp(seconds, UTC)
    assert announced_until(moment) <= announced_until(moment + later)
    assert timedelta(hours=6) <= moment - announced_until(moment) < timedelta(days=8)
