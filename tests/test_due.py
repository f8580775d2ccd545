"""What is left to do for a run that comes late, twice or after weeks."""

from __future__ import annotations

import time

import pytest

from tests.flows.conftest import WEEK
from tests.published import a_draft, approve, publish_issue
from weekly.archive.errata import correct
from weekly.archive.publish import publish
from weekly.due import (
    has_mails,
    is_prepared,
    mailings_to_send,
    note_prepared,
    week_to_prepare,
    weeks_to_publish,
)
from weekly.workspace import open_workspace

READERS = ["ada@example.org"]


@pytest.fixture
def opened(demo):
    with open_workspace(demo) as workspace:
        yield workspace


def test_a_schedule_that_was_missed_is_caught_up_once_and_only_by_a_newsletter_that_is_not_new(opened):
    assert week_to_prepare(opened) is None
    with opened.store.write() as tx:
        tx.drafts.add(a_draft(opened.this_week.shift(-1)), "ed", opened.now())
    assert week_to_prepare(opened) == opened.this_week
    note_prepared(opened, opened.this_week)
    assert week_to_prepare(opened) is None


def test_a_week_is_prepared_after_a_run_was_due_or_just_now_with_the_same_settings(workspace):
    long_ago, soon = time.time() - 3600, time.time() + 3600
    assert not is_prepared(workspace, WEEK, long_ago)
    note_prepared(workspace, WEEK)
    assert is_prepared(workspace, WEEK, long_ago)
    assert is_prepared(workspace, WEEK, soon)
    with (workspace.root / "weekly.toml").open("a") as settings:
        settings.write("[schedule]\nsenders = 2\n")
    with open_workspace(workspace.root) as changed:
        assert is_prepared(changed, WEEK, long_ago)
        assert not is_prepared(changed, WEEK, soon)


def test_a_week_without_a_draft_is_not_prepared_whatever_was_noted(opened):
    note_prepared(opened, WEEK)
    assert not is_prepared(opened, WEEK, 0)


def test_approved_weeks_are_published_the_oldest_first(opened):
    assert weeks_to_publish(opened, WEEK) == []
    for back in (1, 3, 5):
        approve(opened, a_draft(WEEK.shift(-back)))
    assert weeks_to_publish(opened, WEEK) == [WEEK.shift(-3), WEEK.shift(-1)]
    publish_issue(opened, week=WEEK.shift(-3))
    assert weeks_to_publish(opened, WEEK) == [WEEK.shift(-1)]


def test_mails_wait_for_a_publication_that_was_killed_before_the_pages_to_which_they_lead_were_there(opened):
    publish_issue(opened, READERS)
    with opened.store.write() as tx:
        tx.issues.set_files(WEEK, {})  # as at the moment of the kill
    assert (mailings_to_send(opened, WEEK), weeks_to_publish(opened, WEEK)) == ([], [WEEK])
    publish(opened, WEEK)
    assert (mailings_to_send(opened, WEEK), weeks_to_publish(opened, WEEK)) == ([WEEK], [])


def test_an_issue_comes_before_the_notices_about_it_and_what_nobody_waits_for_does_not_come(opened):
    assert mailings_to_send(opened, WEEK) == []
    issue = publish_issue(opened, READERS)
    assert mailings_to_send(opened, WEEK) == [WEEK]
    assert mailings_to_send(opened, WEEK.shift(1)) == [WEEK]
    assert mailings_to_send(opened, WEEK.shift(5)) == []
    assert has_mails(opened, WEEK)
    erratum = correct(opened, WEEK, card=issue.draft.cards[0].id, text="It has 7B parameters.")
    assert not has_mails(opened, erratum.notice)
    assert mailings_to_send(opened, WEEK) == [WEEK]
