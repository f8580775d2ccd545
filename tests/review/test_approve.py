"""An approval is of exactly what was checked, whatever others write while the checks run."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.published import WEEK, a_draft
from tests.stored import approval, stored
from weekly.errors import Blocked, Conflict
from weekly.review.approve import approve
from weekly.workspace import open_workspace

SMALL = {"thin": "a small issue is meant"}
NOW = datetime(2025, 4, 14, 6, tzinfo=UTC)


class Interrupted:
    """A clock by which somebody else writes each time it is asked while the mail is rendered for the checks."""

    def __init__(self, *texts):
        self.texts, self.armed = list(texts), False

    def __call__(self):
        if self.armed and self.texts:
            self.armed = False
            write(self.workspace, self.texts.pop(0))
            self.armed = True
        return NOW


def write(workspace, summary):
    with workspace.store.write() as tx:
        tx.drafts.add(replace(a_draft(), summary=summary), "grace", NOW)


@pytest.fixture
def interrupted(tmp_path):
    """A workspace with a draft, in which others write *texts* while an approval is checked."""
    (tmp_path / "weekly.toml").touch()

    @contextmanager
    def opened(*texts):
        clock = Interrupted(*texts)
        with open_workspace(tmp_path, clock=clock) as workspace:
            clock.workspace = workspace
            write(workspace, "As it was seen.")
            clock.armed = True
            yield workspace

    return opened


def test_a_text_that_comes_in_while_the_checks_run_is_checked_too(interrupted):
    with interrupted("{{ summary }}") as workspace:
        with pytest.raises(Blocked, match="placeholders"):
            approve(workspace, WEEK, "ada", SMALL)
        assert approval(workspace, WEEK) is None


def test_the_approval_is_of_the_text_that_was_checked_last(interrupted):
    with interrupted("两篇论文。", "本周的两篇。") as workspace:
        assert approve(workspace, WEEK, "ada", SMALL).draft.summary == "本周的两篇。"
        assert approval(workspace, WEEK).hash == stored(workspace).drafts.find(WEEK).hash


def test_what_was_seen_is_not_approved_when_it_has_changed_meanwhile(interrupted):
    with interrupted("Something else.") as workspace:
        seen = stored(workspace).drafts.find(WEEK).hash
        with pytest.raises(Conflict, match="edited since you looked"):
            approve(workspace, WEEK, "ada", SMALL, expected=seen)


def test_a_draft_that_is_edited_all_the_time_is_not_approved(interrupted):
    with interrupted(*("本周" + "两篇" * count for count in range(100))) as workspace:
        with pytest.raises(Conflict, match="edited all the time"):
            approve(workspace, WEEK, "ada", SMALL)
        assert approval(workspace, WEEK) is None
