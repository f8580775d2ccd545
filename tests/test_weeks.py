"""Weeks as ISO 8601 counts them, told by what the standard library and the C library make of the same days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weekly.errors import WeekError
from weekly.weeks import Notice, Week, mailing

ZONES = st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe"]).map(
    ZoneInfo
)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
DAYS = st.dates(date(1000, 1, 4), date(9998, 12, 31))  # C writes earlier years with fewer digits
WEEKS = DAYS.map(lambda day: Week(*day.isocalendar()[:2]))
NOTICES = st.builds(Notice, WEEKS, st.integers(1, 99_999))


@given(DAYS, ZONES)
def test_a_day_is_of_the_week_that_the_c_library_says(day, zone):
    assert str(Week.of(datetime.combine(day, time(12), zone), zone)) == day.strftime("%G-W%V")


@given(MOMENTS, ZONES)
def test_every_moment_lies_in_its_week(moment, zone):
    week = Week.of(moment, zone)
    assert week.start(zone) <= moment < week.end(zone)


@given(WEEKS, ZONES)
def test_a_week_lasts_from_monday_s_midnight_to_the_next_one_s(week, zone):
    start, end = week.start(zone).astimezone(zone), week.end(zone).astimezone(zone)
    assert (start.date(), start.time()) == (week.monday, time())
    assert (end.date(), end.time()) == (week.monday + timedelta(days=7), time())
    assert week.monday.isocalendar() == (week.year, week.number, 1)


def test_the_moments_of_a_week_are_told_in_utc():
    zone = ZoneInfo("Asia/Shanghai")
    week = Week.parse("2025-W15")
    assert week.start(zone).isoformat() == "2025-04-06T16:00:00+00:00"
    assert week.end(zone).isoformat() == "2025-04-13T16:00:00+00:00"


@given(WEEKS, ZONES)
def test_weeks_follow_one_another_without_gap_or_overlap(week, zone):
    assert week.end(zone) == week.shift(1).start(zone)


@given(WEEKS)
def test_a_week_is_read_back_from_its_name(week):
    assert Week.parse(str(week)) == mailing(f" {week}\n") == week


@given(WEEKS, st.integers(-50, 50))
def test_a_week_so_many_weeks_on_begins_so_many_times_seven_days_later(week, count):
    if 2 < week.year < 9997:
        assert week.shift(count).monday == week.monday + timedelta(days=7 * count)


@given(WEEKS, WEEKS)
def test_weeks_are_ordered_like_their_mondays(one, other):
    assert (one < other, one <= other) == (one.monday < other.monday, one.monday <= other.monday)
    assert (one > other, one >= other) == (one.monday > other.monday, one.monday >= other.monday)


def test_a_week_with_a_change_of_clocks_is_an_hour_off():
    zone = ZoneInfo("Europe/Berlin")
    spring = Week.parse("2025-W13")
    assert spring.end(zone) - spring.start(zone) == timedelta(days=7, hours=-1)


def test_the_first_days_of_january_may_belong_to_the_year_before():
    assert str(Week.of(datetime(2027, 1, 1, tzinfo=UTC), ZoneInfo("UTC"))) == "2026-W53"


@given(st.integers(2, 9998), st.integers(0, 99))
def test_a_year_has_the_weeks_that_the_standard_library_counts(year, number):
    try:
        date.fromisocalendar(year, number, 1)
    except ValueError:
        last = 53 if date(year, 12, 31).isocalendar().week == 53 else 52
        with pytest.raises(WeekError, match=f"does not exist: {year} has weeks W01 to W{last}$"):
            Week.parse(f"{year:04}-W{number:02}")
    else:
        assert Week.parse(f"{year:04}-W{number:02}") == Week(year, number)


@pytest.mark.parametrize("text", ["2025-W00", "2025-W53", "2026-W54"])
def test_a_week_that_no_year_has_is_refused_with_the_weeks_there_are(text):
    with pytest.raises(WeekError, match=f"{text} does not exist: {text[:4]} has weeks W01 to W5[23]"):
        Week.parse(text)


@pytest.mark.parametrize("text", ["0000-W01", "0001-W52", "9999-W01"])
def test_a_year_at_whose_side_the_calendar_ends_is_refused_with_the_years_there_are(text):
    with pytest.raises(WeekError, match=f"{text} does not exist: years run from 0002 to 9998"):
        Week.parse(text)


@pytest.mark.parametrize("text", ["0002-W01", "9998-W52"])
def test_the_first_and_the_last_week_have_weeks_on_either_side(text):
    week = Week.parse(text)
    assert week.shift(-4) < week < week.shift(4)


@pytest.mark.parametrize(
    "text", ["", "2025", "W15", "2025-15", "2025-W5", "2025W15", "２０２５-W15", "2025-W15; DROP", "x" * 9999]
)
def test_what_is_not_a_week_is_refused_with_an_example(text):
    with pytest.raises(WeekError, match="as in 2025-W15"):
        Week.parse(text)


@given(NOTICES)
def test_a_notice_is_read_back_from_its_name_and_knows_the_week_of_its_issue(notice):
    assert str(notice) == f"{notice.week}+{notice.number}"
    assert mailing(f" {notice} ") == notice
    assert mailing(str(notice)).week == mailing(str(notice.week)).week == notice.week


@given(NOTICES, NOTICES)
def test_notices_are_ordered_by_their_issue_then_in_their_order(one, other):
    assert (one < other) == ((one.week.monday, one.number) < (other.week.monday, other.number))
    assert (one >= other) == ((one.week.monday, one.number) >= (other.week.monday, other.number))


@pytest.mark.parametrize("number", ["", "0", "01", "-1", "+1", "1+1", "x", "１", "100000", " 1"])
def test_what_is_not_a_notice_is_refused_with_an_example(number):
    with pytest.raises(WeekError, match=r"as in 2025-W15\+1"):
        mailing(f"2025-W15+{number}")


@pytest.mark.parametrize("text", ["2025-W54+1", "2025-W54"])
def test_nothing_is_sent_about_a_week_that_does_not_exist(text):
    with pytest.raises(WeekError, match="does not exist"):
        mailing(text)
