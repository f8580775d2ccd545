"""Where the newsletter stands, in a terminal and for programs; what a run leaves in the log."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from tests.published import WEEK, a_draft, approve, publish_issue, subscribe
from weekly.archive.publish import publish
from weekly.models import State
from weekly.status import EDITORS, OWNER, TICK, status
from weekly.testing import workspace

SETTINGS = '[newsletter]\ntimezone = "Asia/Shanghai"\n[smtp]\nhost = "127.0.0.1"\nport = 1\nsecurity = "none"\n'
AT = datetime(2025, 4, 15, 6, tzinfo=UTC)


@pytest.fixture
def opened(tmp_path):
    with workspace(tmp_path / "w", SETTINGS, now=AT) as one:
        yield one


def waiting(opened):
    return [(one.week, one.who) for one in status(opened).waiting]


def states(opened):
    return {one.week: one.state for one in status(opened).weeks}


def test_a_week_goes_from_nothing_to_delivered_and_each_time_somebody_else_is_waited_for(opened):
    assert set(states(opened).values()) == {"nothing"}
    assert waiting(opened) == []
    with opened.store.write() as tx:
        tx.drafts.add(a_draft(), "machine", AT)
    assert (states(opened)[str(WEEK)], waiting(opened)) == ("drafted", [(str(WEEK), EDITORS)])
    subscribe(opened, ["ada@example.org", "ben@example.org"])
    approve(opened, a_draft())
    assert (states(opened)[str(WEEK)], waiting(opened)) == ("approved", [(str(WEEK), TICK)])
    publish(opened, WEEK)
    assert (states(opened)[str(WEEK)], waiting(opened)) == ("published", [(str(WEEK), TICK)])
    with opened.store.write() as tx:
        tx.connection.execute(text("UPDATE deliveries SET state = 'uncertain'"))
    assert (states(opened)[str(WEEK)], waiting(opened)) == ("published", [(str(WEEK), OWNER)])
    with opened.store.write() as tx:
        tx.deliveries.resolve(WEEK, State.SENT, "", AT)
    assert (states(opened)[str(WEEK)], waiting(opened)) == ("delivered", [])


def test_two_people_have_to_approve_and_the_second_is_waited_for(tmp_path):
    settings = SETTINGS + '[review]\neditors = ["ed", "Ada"]\napprovals = 2\n'
    with workspace(tmp_path / "w", settings, now=AT) as opened:
        approve(opened, a_draft())
        (one,) = status(opened).waiting
        assert (one.who, one.what) == (EDITORS, "approved by ed; 2 people have to")


def test_the_command_says_it_on_one_screen_and_as_one_document(tmp_path, weekly):
    with workspace(tmp_path / "w", SETTINGS) as opened:
        publish_issue(opened, ["ada@example.org"], opened.this_week)
        week = str(opened.this_week)
    told = json.loads(weekly("--workspace", tmp_path / "w", "status", "--json").out)
    assert told["weeks"][0] | {"cards": 2, "number": 1, "state": "published", "week": week} == told["weeks"][0]
    assert {run["part"] for run in told["due"]} == {"prepare", "publish", "deliver", "bounces"}
    assert told["waiting"][0]["mend"] == f"weekly deliver --week {week}"
    said = weekly("--workspace", tmp_path / "w", "status").out
    for part in (week, "published", "0 of 1 sent", "Asia/Shanghai", "weekly tick"):
        assert part in said


def test_show_prints_the_draft_and_later_the_issue_as_markdown(tmp_path, weekly):
    with workspace(tmp_path / "w") as opened, opened.store.write() as tx:
        tx.drafts.add(a_draft(), "machine", AT)
    assert "蚁群般协作的智能体" in weekly("--workspace", tmp_path / "w", "show", "--week", WEEK).out
    assert weekly("--workspace", tmp_path / "w", "show", "--week", WEEK.shift(1)).status == 1


def log(root):
    return [json.loads(line) for line in (root / ".weekly" / "log" / "weekly.log").read_text().splitlines()]


def test_each_run_is_a_line_of_the_log_with_how_it_ended_and_nobodys_address(tmp_path, weekly):
    root = tmp_path / "w"
    with workspace(root, SETTINGS) as opened:
        publish_issue(opened, ["ada@example.org"])
    weekly("--workspace", root, "subscribers", "add", "secret@example.org")
    weekly("--workspace", root, "deliver", "--week", WEEK)
    weekly("--workspace", root, "tick")
    added, delivered, ticked = (line for line in log(root) if "command" in line)
    assert (added["command"], added["status"]) == ("subscribers add", 0)
    assert (delivered["command"], delivered["status"]) == ("deliver", 1)
    assert delivered["error"].startswith("Unreachable: ")
    assert isinstance(ticked["steps"], list)
    assert len({line["run"] for line in (added, delivered, ticked)}) == 3
    assert "secret@" not in (root / ".weekly" / "log" / "weekly.log").read_text()


def test_quiet_leaves_errors_and_documents_and_verbose_says_what_is_logged(tmp_path, weekly):
    root = tmp_path / "w"
    with workspace(root) as opened:
        publish_issue(opened)
    ran = weekly("--workspace", root, "--quiet", "archive", "verify")
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    assert json.loads(weekly("--workspace", root, "-q", "archive", "verify", "--json").out)
    refused = weekly("--workspace", root, "-q", "deliver", "--week", WEEK)
    assert (refused.status, refused.out) == (1, "")
    assert "no way of delivery" in refused.err
    assert "run" in weekly("--workspace", root, "--verbose", "archive", "verify").err


def test_the_version_has_a_short_option(weekly):
    assert weekly("-V").out == weekly("--version").out != ""
