from __future__ import annotations

from dataclasses import replace

from tests.checks.contexts import CARD, DRAFT, context
from weekly.checks import issue
from weekly.models import Draft, Level
from weekly.settings import Settings


def draft(count: int, *headlines: str) -> Draft:
    return replace(DRAFT, headlines=headlines, cards=(CARD,) * count)


def test_an_issue_needs_a_headline():
    assert [one.check for one in issue.subject(context(draft(3, " ")))] == ["subject"]
    assert list(issue.subject(context(draft(3, "X")))) == []


def test_a_thin_issue_is_not_sent_without_a_word():
    assert [one.check for one in issue.thin(context(draft(2, "X")))] == ["thin"]
    assert list(issue.thin(context(draft(6, "X")))) == []


def test_thin_is_measured_by_what_the_owner_wants_and_what_is_usual():
    twelve = Settings(newsletter={"items": 12})
    (found,) = issue.thin(context(draft(5, "X"), settings=twelve))
    assert (found.level, found.message.startswith("5 cards instead of the 12 of [newsletter] items")) == (
        Level.WARN,
        True,
    )
    assert list(issue.thin(context(draft(6, "X"), settings=twelve))) == []
    (found,) = issue.thin(context(draft(6, "X"), settings=twelve, usual_cards=14))
    assert "instead of the 14 that the last issues had" in found.message
    assert list(issue.thin(context(draft(1, "X"), settings=Settings(newsletter={"items": 1})))) == []


def test_a_topic_that_fills_the_issue_is_a_warning():
    crowd = draft(4, "X")
    assert [one.level for one in issue.crowded(context(crowd))] == [Level.WARN]
    others = tuple(replace(card, topic="agents") for card in crowd.cards)
    assert list(issue.crowded(context(replace(crowd, cards=(*crowd.cards, *others))))) == []
    assert list(issue.crowded(context(draft(3, "X")))) == []
