"""`weekly tick` does what is due and nothing else, however often it is called, and says only what it did."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from tests.published import a_draft, approve, counts, publish_issue, subscribe
from weekly.models import Week
from weekly.tick import tick
from weekly.workspace import open_workspace

WEEK = Week.parse("2025-W15")
MONDAY = datetime(2025, 4, 20, 22, 0, tzinfo=UTC)
"""06:00 in Shanghai on the first Monday after the demo's answers were recorded."""


@pytest.fixture
def clock():
    class Clock:
        now = MONDAY - timedelta(minutes=10)

        def __call__(self):
            return self.now

    return Clock()


@pytest.fixture
def opened(demo, clock):
    with open_workspace(demo, clock=clock) as workspace:
        yield workspace


def parts(workspace):
    return [(step.part, step.about) for step in tick(workspace)]


def test_a_new_newsletter_waits_for_its_hour_and_is_then_prepared_once(opened, clock):
    assert parts(opened) == []
    clock.now = MONDAY
    assert parts(opened) == [("prepare", str(WEEK))]
    clock.now += timedelta(minutes=10)
    assert parts(opened) == []


def test_a_week_that_was_prepared_or_approved_by_hand_is_not_prepared_again(opened, clock):
    assert parts(opened) == []
    approve(opened, a_draft(WEEK))
    clock.now = MONDAY
    assert ("prepare", str(WEEK)) not in parts(opened)


def test_what_is_approved_is_published_and_sent_by_the_same_call(opened):
    subscribe(opened, ["ada@example.org"])
    approve(opened, a_draft(WEEK))
    assert parts(opened) == [("publish", str(WEEK)), ("deliver", str(WEEK))]
    assert counts(opened)["sent"] == 1
    opened.clock.now += timedelta(minutes=10)
    assert parts(opened) == []


def test_a_part_with_a_daily_line_waits_for_it_and_one_with_an_empty_line_for_ever(opened):
    with (opened.root / "weekly.toml").open("a") as settings:
        settings.write('\n[schedule]\npublish = ""\ndeliver = "0 8 * * *"\n')
    with open_workspace(opened.root, clock=opened.clock) as workspace:
        assert parts(workspace) == []
        publish_issue(workspace, ["ada@example.org"])
        approve(workspace, a_draft(WEEK.shift(-1)))
        assert parts(workspace) == []
        workspace.clock.now = MONDAY + timedelta(hours=2)
        assert parts(workspace) == [("deliver", str(WEEK))]


def test_what_fails_keeps_no_other_part_from_its_work_and_is_tried_again(opened):
    with (opened.root / "weekly.toml").open("a") as settings:
        settings.write('\n[schedule]\nmailbox = "nowhere"\n')
    with open_workspace(opened.root, clock=opened.clock) as workspace:
        assert [(step.error, step.repeated) for step in tick(workspace)] == [(True, False)]
        assert [(step.error, step.repeated) for step in tick(workspace)] == [(True, True)]
        workspace.clock.now = MONDAY
        failed, done = tick(workspace)
        assert (failed.part, done.part, done.error) == ("bounces", "prepare", False)
        workspace.clock.now = MONDAY + timedelta(days=1)
        assert [(step.error, step.repeated) for step in tick(workspace)] == [(True, False)]


def test_a_quiet_call_says_nothing_and_ends_well_and_an_error_is_said_once_a_day(demo, weekly):
    tick = ("--workspace", demo, "tick")
    quiet = weekly(*tick)
    assert (quiet.status, quiet.out, quiet.err) == (0, "", "")
    with (demo / "weekly.toml").open("a") as settings:
        settings.write('\n[schedule]\nmailbox = "nowhere"\n')
    first, second = weekly(*tick), weekly(*tick)
    assert first.status == second.status == 1
    assert first.err.startswith("weekly: bounces nowhere: ")
    assert len(first.err.splitlines()) == 1
    assert second.err == ""
    (step,) = json.loads(weekly(*tick, "--json").out)
    assert (step["part"], step["error"], step["repeated"]) == ("bounces", True, True)


@pytest.mark.sample(1)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_watching_goes_on_until_it_is_told_to_end_and_ends_well(demo, number):
    with open_workspace(demo) as workspace:
        subscribe(workspace, ["reader@example.org"])
        approve(workspace, a_draft(WEEK))
    command = (sys.executable, "-m", "weekly", "--workspace", str(demo), "tick", "--watch")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline().startswith("publish 2025-W15")
        assert process.stdout.readline().startswith("deliver 2025-W15")
        process.send_signal(number)
        process.communicate(timeout=60)
    assert process.returncode == 0


def test_calls_at_the_same_time_prepare_a_week_once(demo):
    with open_workspace(demo, clock=lambda: MONDAY - timedelta(days=701)) as workspace:
        assert parts(workspace) == []
    command = (sys.executable, "-m", "weekly", "--workspace", str(demo), "tick")
    calls = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    lines = [line for call in calls for line in call.communicate(timeout=120)[0].splitlines()]
    assert [line.split(" with ")[0] for line in lines] == ["prepare 2025-W15: draft v1"]
