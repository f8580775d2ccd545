"""arXiv's announcements: https://info.arxiv.org/help/availability.html."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta

import feedparser
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


def nth(year, month, weekday, which):
    """A day such as the third Monday of a month, or the last one for -1."""
    days = [week[weekday] for week in calendar.monthcalendar(year, month) if week[weekday]]
    return date(year, month, days[which])


def holidays(year):
    return {
        *(date(year, month, day) for month, day in ((1, 1), (6, 19), (7, 4), (12, 24), (12, 25), (12, 31))),
        nth(year, 1, calendar.MONDAY, 2),  # Martin Luther King Jr.
        nth(year, 5, calendar.MONDAY, -1),  # Memorial Day
        nth(year, 9, calendar.MONDAY, 0),  # Labor Day
        nth(year, 11, calendar.THURSDAY, 3),  # Thanksgiving
    }


def test_every_evening_from_sunday_to_thursday_announces_but_those_of_holidays():
    for year in range(2000, 2101):
        days = [date(year, 1, 1) + timedelta(days=day) for day in range(365)]
        evenings = [day for day in days if day.strftime("%a") in {"Sun", "Mon", "Tue", "Wed", "Thu"}]
        assert [day for day in days if announces(day)] == [day for day in evenings if day not in holidays(year)]


SCHEDULE = {
    # As arXiv publishes it: what comes in before 14:00 on this day is announced at 20:00 on that day.
    "Mon": "Mon",
    "Tue": "Tue",
    "Wed": "Wed",
    "Thu": "Thu",
    "Fri": "Sun",
    "Sat": "Mon",
    "Sun": "Mon",
}


@given(st.datetimes(datetime(2025, 2, 2), datetime(2025, 5, 20)))  # noqa: DTZ001 - a stretch without holidays
def test_a_submission_is_found_from_the_evening_on_that_the_published_schedule_names(local):
    submitted = local.replace(tzinfo=EASTERN)
    closing = local.date() + timedelta(days=local.time() >= time(14))
    days = (closing + timedelta(days=day) for day in range(7))
    evening = next(day for day in days if day.strftime("%a") == SCHEDULE[closing.strftime("%a")])
    announced = datetime.combine(evening, time(20), EASTERN)
    assert announced_until(announced) > submitted
    assert announced_until(announced.astimezone(UTC) - timedelta(microseconds=1)) <= submitted


@given(
    st.integers(946684800, 4102444800),
    st.timedeltas(timedelta(0), timedelta(days=9)),
)
def test_announcements_only_add_and_silence_never_lasts(seconds, later):
    moment = datetime.fromtimestamp(seconds, UTC)
    assert announced_until(moment) <= announced_until(moment + later)
    assert timedelta(hours=6) <= moment - announced_until(moment) < timedelta(days=8)


def test_a_day_s_feed_comes_at_midnight_after_an_announcement(shared):
    feed = feedparser.parse((shared / "data" / "fixtures" / "arxiv_rss_example.xml").read_bytes())
    came = datetime.fromisoformat(feed.feed.updated)
    assert timedelta(0) < came - announced_until(came) - timedelta(hours=10) < timedelta(minutes=1)
