"""When what runs next, in the newsletter's time zone, also when clocks change."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from weekly.errors import SettingsError
from weekly.schedule import following, planned_runs, previous
from weekly.settings import load

BERLIN = ZoneInfo("Europe/Berlin")


def settings(folder, text):
    (folder / "weekly.toml").write_text(text, encoding="utf-8")
    return load(folder)


def test_monday_at_six_is_six_on_both_sides_of_a_clock_change():
    before = following("0 6 * * 1", datetime(2026, 3, 23, 7, tzinfo=BERLIN))
    after = following("0 6 * * 1", before)
    assert [before.isoformat(), after.isoformat()] == ["2026-03-30T06:00:00+02:00", "2026-04-06T06:00:00+02:00"]
    assert previous("0 6 * * 1", before).isoformat() == "2026-03-23T06:00:00+01:00"


def test_the_hour_that_comes_twice_is_used_once():
    first = following("30 2 * * *", datetime(2026, 10, 25, 0, tzinfo=BERLIN))
    assert first.isoformat() == "2026-10-25T02:30:00+02:00"
    assert following("30 2 * * *", first).isoformat() == "2026-10-26T02:30:00+01:00"


def test_what_never_runs_by_itself_comes_last(tmp_path):
    rows = planned_runs(settings(tmp_path, '[schedule]\npublish = ""'), datetime(2025, 4, 14, tzinfo=UTC))
    assert [(row.what, row.at is None) for row in rows] == [
        ("deliver", False),
        ("prepare", False),
        ("publish", True),
        ("bounces", True),
    ]


def test_bounces_are_read_on_schedule_once_a_mailbox_is_named(tmp_path):
    rows = planned_runs(settings(tmp_path, '[schedule]\nmailbox = "in"'), datetime(2025, 4, 14, tzinfo=UTC))
    assert all(row.at for row in rows)


@pytest.mark.parametrize("line", ["every monday", "61 * * * *", "0 0 31 2 *", "* * * *"])
def test_a_line_that_is_no_cron_line_is_refused_with_the_place(tmp_path, line):
    with pytest.raises(SettingsError, match=r"schedule\.prepare: .*no cron line"):
        settings(tmp_path, f'[schedule]\nprepare = "{line}"')


def test_the_command_says_the_same_in_words_and_in_json(weekly, demo):
    told = json.loads(weekly("--workspace", demo, "schedule", "next", "--json").out)
    assert {row["what"]: row["timezone"] for row in told} == dict.fromkeys(
        ("prepare", "publish", "deliver", "bounces"), "Asia/Shanghai"
    )
    assert "never by itself" in weekly("--workspace", demo, "schedule", "next").out
