"""What was said in an earlier publication is a warning, not a surprise to readers."""

from __future__ import annotations

from tests.published import CARDS, WEEK, a_draft
from weekly.models import Level
from weekly.review.earlier import repetitions
from weekly.testing import workspace


def announce(opened, publication, title):
    with opened.store.write() as tx:
        tx.published_works.add([(title, title, [title])], publication, opened.now())


def test_a_title_that_an_earlier_issue_had_is_named_with_that_issue(tmp_path):
    with workspace(tmp_path) as opened:
        announce(opened, "2025-W14", "Ant: Agents that cooperate")
        found = list(repetitions(opened, a_draft()))
    assert [(one.check, one.level, one.card) for one in found] == [("repeated", Level.WARN, CARDS[0].id)]
    assert "2025-W14" in found[0].message


def test_the_issue_itself_and_other_titles_are_no_repetition(tmp_path):
    with workspace(tmp_path) as opened:
        announce(opened, str(WEEK), CARDS[0].title)
        announce(opened, "2025-W14", "Bees: a survey of pollination")
        assert list(repetitions(opened, a_draft())) == []
