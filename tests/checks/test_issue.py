from __future__ import annotations

from dataclasses import replace

from tests.checks.contexts import CARD, DRAFT, context
from weekly.checks import issue
from weekly.models import Draft, Level


def draft(count: int, *headlines: str) -> Draft:
    return replace(DRAFT, headlines=headlines, cards=(CARD,) * count)


def test_an_issue_needs_a_headline():
    assert [one.check for one in issue.subject(context(draft(3, " ")))] == ["subject"]
    assert list(issue.subject(context(draft(3, "X")))) == []


def test_a_thin_issue_is_not_sent_without_a_word():
    assert [one.check for one in issue.thin(context(draft(2, "X")))] == ["thin"]
    assert list(issue.thin(context(draft(3, "X")))) == []


def test_a_topic_that_fills_the_issue_is_a_warning():
    crowd = draft(4, "X")
    assert [one.level for one in issue.crowded(context(crowd))] == [Level.WARN]
    others = tuple(replace(card, topic="agents") for card in crowd.cards)
    assert list(issue.crowded(context(replace(crowd, cards=(*crowd.cards, *others))))) == []
    assert list(issue.crowded(context(draft(3, "X")))) == []
