"""Only what was approved becomes an issue, with the next number, once."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.published import WEEK, a_draft, publish_issue
from tests.stored import stored
from weekly.archive.folder import hashes
from weekly.archive.publish import publish, published_issue
from weekly.errors import NotApproved, StageError
from weekly.workspace import open_workspace

NOW = datetime(2025, 4, 14, 6, tzinfo=UTC)


@pytest.fixture
def opened(tmp_path):
    (tmp_path / "weekly.toml").touch()
    with open_workspace(tmp_path, clock=lambda: NOW) as workspace:
        yield workspace


def test_what_nobody_has_approved_is_not_published(opened):
    with pytest.raises(StageError, match="2025-W15 has no draft"):
        publish(opened, WEEK)
    with opened.store.write() as tx:
        tx.drafts.add(a_draft(), "ada", NOW)
    with pytest.raises(NotApproved, match="not approved as it stands"):
        publish(opened, WEEK)
    with pytest.raises(StageError, match="2025-W15 is not published"):
        published_issue(opened, WEEK)
    assert stored(opened).issues.all() == []


def test_an_edit_after_the_approval_is_not_published(opened):
    with opened.store.write() as tx:
        tx.drafts.approve(tx.drafts.add(a_draft(), "ada", NOW), "ada", NOW, {})
        tx.drafts.add(replace(a_draft(), summary="Edited."), "grace", NOW)
    with pytest.raises(NotApproved):
        publish(opened, WEEK)


def test_issues_are_numbered_in_the_order_in_which_they_are_published(opened):
    issues = [publish_issue(opened, week=week) for week in (WEEK.shift(1), WEEK)]
    assert [issue.number for issue in issues] == [1, 2]


def test_a_second_publication_changes_nothing_and_goes_to_nobody_else(opened):
    issue = publish_issue(opened, ["ada@example.org"])
    before = hashes(opened.archive)
    with opened.store.write() as tx:
        tx.drafts.add(replace(a_draft(), summary="Edited."), "grace", NOW)
    assert publish(opened, WEEK) == issue == published_issue(opened, WEEK)
    assert hashes(opened.archive) == before
    assert stored(opened).deliveries.counts(WEEK)["audience"] == 1


@pytest.mark.parametrize("placed", [False, True])
def test_an_issue_that_was_decided_and_not_finished_is_finished(opened, placed):
    """As a process leaves it that is killed before its files are placed, or before that is written down."""
    issue = publish_issue(opened)
    before = hashes(opened.archive)
    with opened.store.write() as tx:
        tx.issues.set_files(WEEK, {})
    if not placed:
        shutil.rmtree(opened.archive / "2025" / "W15")
    assert publish(opened, WEEK).files == issue.files
    assert hashes(opened.archive) == before


def approved(workspace):
    with workspace.store.write() as tx:
        tx.drafts.approve(tx.drafts.add(a_draft(), "ada", NOW), "ada", NOW, {})


def test_an_empty_folder_in_the_issue_s_place_is_filled(opened):
    (opened.archive / "2025" / "W15").mkdir(parents=True)
    approved(opened)
    issue = publish(opened, WEEK)
    assert issue.files == hashes(opened.archive / "2025" / "W15")
    assert "issue.json" in issue.files


def test_a_folder_that_holds_something_else_is_refused_and_nothing_is_decided(opened):
    foreign = opened.archive / "2025" / "W15"
    foreign.mkdir(parents=True)
    (foreign / "holiday.jpg").touch()
    approved(opened)
    with pytest.raises(StageError, match="W15 holds something that is no issue: move it away, then publish again"):
        publish(opened, WEEK)
    assert stored(opened).issues.all() == []
    assert [path.name for path in foreign.iterdir()] == ["holiday.jpg"]


def test_an_issue_whose_folder_was_taken_between_decision_and_files_is_finished_once_it_is_free(opened):
    issue = publish_issue(opened)
    with opened.store.write() as tx:
        tx.issues.set_files(WEEK, {})
    folder = opened.archive / "2025" / "W15"
    shutil.rmtree(folder)
    folder.write_text("a file")
    with pytest.raises(StageError, match="is no issue"):
        publish(opened, WEEK)
    folder.unlink()
    assert publish(opened, WEEK).files == issue.files
