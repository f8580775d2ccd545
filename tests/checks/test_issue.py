from __future__ import annotations

from dataclasses import replace

from weekly.checks import cards, issue
from weekly.models import Card, Draft, Kind, Level


def draft(count: int, *headlines: str) -> Draft:
    card = Card(id="x", kind=Kind.PAPER, topic="3d", name="X", line="", title="X", summary="X.", tags=(), links=())
    return Draft(week="2025-W15", language="zh", headlines=headlines, summary="", cards=(card,) * count)


def test_an_issue_needs_a_headline():
    assert [one.check for one in issue.subject(draft(3, " "))] == ["subject"]
    assert list(issue.subject(draft(3, "X"))) == []


def test_a_thin_issue_is_not_sent_without_a_word():
    assert [one.check for one in issue.thin(draft(2, "X"))] == ["thin"]
    assert list(issue.thin(draft(3, "X"))) == []


def test_a_topic_that_fills_the_issue_is_a_warning():
    crowd = draft(4, "X")
    assert [one.level for one in issue.crowded(crowd)] == [Level.WARN]
    others = tuple(replace(card, topic="agents") for card in crowd.cards)
    assert list(issue.crowded(replace(crowd, cards=(*crowd.cards, *others)))) == []
    assert list(issue.crowded(draft(3, "X"))) == []


def test_template_code_left_over_blocks_in_cards_and_in_the_head_and_names_its_place():
    left = replace(draft(1, "{{ title }}"), summary="fine")
    assert [(one.card, one.level, one.place) for one in cards.placeholders(left)] == [("", Level.BLOCK, "{{")]
    written = replace(draft(1, "X"), cards=(replace(left.cards[0], summary="待补充"),))
    assert [(one.card, one.place) for one in cards.placeholders(written)] == [("x", "待补充")]
