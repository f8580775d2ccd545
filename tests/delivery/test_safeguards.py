"""What keeps an issue from leaving: an old approval, another machine, another secret, another sender."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.published import WEEK, counts, deliveries, publish_issue
from weekly.delivery import safeguards
from weekly.delivery.deliver import deliver
from weekly.errors import Blocked, Unreachable
from weekly.testing import workspace

SMTP = '[smtp]\nhost = "127.0.0.1"\nport = 1\nsecurity = "none"\n'
SUBSCRIBERS = ["ada@example.org", "bob@example.net"]


def nowhere(tmp_path, more=""):
    """A workspace that gets as far as the relay, which does not answer."""
    return workspace(tmp_path / "w", SMTP + more)


def test_an_approval_that_is_too_old_is_not_sent(tmp_path):
    with nowhere(tmp_path) as opened:
        publish_issue(opened, SUBSCRIBERS)
        with opened.store.write() as tx:
            tx.connection.execute(text("UPDATE approvals SET at = '2026-01-01 00:00:00.000000'"))
        with pytest.raises(Blocked, match=r"approved by ed \d+ days ago, and \[smtp\] max_age is 7"):
            deliver(opened, WEEK)
        assert counts(opened)["pending"] == len(SUBSCRIBERS)


def test_a_schedule_that_was_missed_by_more_than_a_day_is_not_caught_up(tmp_path):
    with nowhere(tmp_path) as opened:
        publish_issue(opened, SUBSCRIBERS)
        with pytest.raises(Blocked, match="more than a day ago"):
            deliver(opened, WEEK, scheduled=opened.now() - timedelta(hours=25))
        with pytest.raises(Unreachable):
            deliver(opened, WEEK, scheduled=opened.now() - timedelta(hours=23))


def test_another_secret_would_break_every_link_and_is_refused(tmp_path, monkeypatch):
    with nowhere(tmp_path) as opened:
        publish_issue(opened, SUBSCRIBERS)
        with pytest.raises(Unreachable):
            deliver(opened, WEEK)
    monkeypatch.setenv("WEEKLY_SECRET", "another " * 5)
    with nowhere(tmp_path) as opened:
        with pytest.raises(Blocked, match=r"secret.*'weekly deliveries recover'"):
            deliver(opened, WEEK)
        assert safeguards.recover(opened) == {}
        with pytest.raises(Unreachable):
            deliver(opened, WEEK)


def test_a_new_secret_that_knows_the_one_before_it_goes_on(tmp_path, monkeypatch):
    monkeypatch.setenv("WEEKLY_SECRET", "the first one " * 3)
    with nowhere(tmp_path) as opened:
        publish_issue(opened, SUBSCRIBERS)
        with pytest.raises(Unreachable):
            deliver(opened, WEEK)
    monkeypatch.setenv("WEEKLY_SECRET", "another " * 5)
    monkeypatch.setenv("WEEKLY_SECRET_BEFORE", ("the first one " * 3).strip())
    with nowhere(tmp_path) as opened, pytest.raises(Unreachable):
        deliver(opened, WEEK)
    monkeypatch.delenv("WEEKLY_SECRET_BEFORE")
    with nowhere(tmp_path) as opened, pytest.raises(Unreachable):
        deliver(opened, WEEK)


def test_another_sender_in_the_middle_of_an_issue_is_refused(tmp_path):
    with nowhere(tmp_path) as opened:
        publish_issue(opened, SUBSCRIBERS)
        with pytest.raises(Unreachable):
            deliver(opened, WEEK)
    said = r"from: 2025-W15 began to leave from example\.org, the settings say other"
    with (
        nowhere(tmp_path, more='[newsletter]\nfrom = "x@other.example"\n') as opened,
        pytest.raises(Blocked, match=said),
    ):
        deliver(opened, WEEK)


def test_no_relay_means_nothing_is_touched(tmp_path):
    with nowhere(tmp_path) as opened:
        publish_issue(opened, SUBSCRIBERS)
        with pytest.raises(Unreachable):
            deliver(opened, WEEK)
        assert {one["attempts"] for one in deliveries(opened)} == {0}
