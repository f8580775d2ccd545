from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weekly.errors import WeekError
from weekly.models import Candidate, Entry, Kind, TopicScore, Week, Work

ZONES = st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe"]).map(
    ZoneInfo
)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
WEEKS = st.dates(date(1990, 1, 1), date(2100, 1, 1)).map(lambda day: Week(*day.isocalendar()[:2]))


@given(MOMENTS, ZONES)
def test_every_moment_lies_in_its_week(moment, zone):
    week = Week.of(moment, zone)
    assert week.start(zone) <= moment < week.end(zone)


@given(WEEKS, ZONES)
def test_weeks_follow_one_another_without_gap_or_overlap(week, zone):
    assert week.end(zone) == week.shift(1).start(zone)


@given(WEEKS)
def test_a_week_is_read_back_from_its_name(week):
    assert Week.parse(str(week)) == week


@given(WEEKS, st.integers(-200, 200))
def test_shifting_there_and_back_changes_nothing(week, count):
    assert week.shift(count).shift(-count) == week


@given(WEEKS, WEEKS)
def test_weeks_are_ordered_like_their_mondays(one, other):
    assert (one < other) == (one.monday < other.monday)


def test_a_week_with_a_change_of_clocks_is_an_hour_off():
    zone = ZoneInfo("Europe/Berlin")
    spring = Week.parse("2025-W13")
    assert spring.end(zone) - spring.start(zone) == timedelta(days=7, hours=-1)


def test_the_first_days_of_january_may_belong_to_the_year_before():
    assert str(Week.of(datetime(2027, 1, 1, tzinfo=UTC), ZoneInfo("UTC"))) == "2026-W53"


@pytest.mark.parametrize("text", ["2025-W60", "2025-W00", "2025-W53", "0000-W01", "0001-W01", "9999-W52"])
def test_a_week_that_no_year_has_is_refused_with_the_weeks_there_are(text):
    with pytest.raises(WeekError, match="does not exist"):
        Week.parse(text)


@pytest.mark.parametrize(
    "text", ["", "2025", "W15", "2025-15", "2025-W5", "2025W15", "２０２５-W15", "2025-W15; DROP", "x" * 9999]
)
def test_what_is_not_a_week_is_refused_with_an_example(text):
    with pytest.raises(WeekError, match="as in 2025-W15"):
        Week.parse(text)


def test_a_candidate_names_the_addresses_of_what_was_merged_into_it_once_each():
    def entry(url):
        return Entry(source="s", key=url, kind=Kind.POST, title="t", url=url)

    work = Work(id="a", keys=frozenset({"a"}), entries=(entry("u"), entry("v"), entry("u"), entry("v"), entry("w")))
    score = TopicScore(topic="agents", score=0.5, reason="r")
    candidate = Candidate(work=work, topics=(score,), score=0.0, parts=())
    assert (candidate.topic, candidate.also) == ("agents", ("v", "w"))
