"""What clustering got wrong an editor puts right, and classifying again keeps it."""

from __future__ import annotations

import pytest

from tests.stored import stored
from weekly.errors import StageError
from weekly.models import Status, Week
from weekly.pipeline import classify
from weekly.review import decide as review
from weekly.review.regroup import merge, split
from weekly.review.undo import undo

WEEK = Week.parse("2025-W15")


def candidates(workspace, week=WEEK):
    return {one.work.id: one for one in stored(workspace).candidates.ranking(week)}


def cards(workspace):
    return {card.id: card for card in stored(workspace).drafts.find(WEEK).draft.cards}


@pytest.fixture
def two(workspace):
    """A card, and another candidate that has one."""
    first, second, *_ = cards(workspace)
    return first, second


def test_two_candidates_become_one_with_the_links_and_the_sources_of_both(workspace, two):
    first, second = two
    other = candidates(workspace)[second].work
    merge(workspace, WEEK, first, other.lead.url, "ada")
    work, card = candidates(workspace)[first].work, cards(workspace)[first]
    assert second not in candidates(workspace)
    assert second not in cards(workspace)
    assert {entry.url for entry in work.entries} >= {entry.url for entry in other.entries}
    assert other.keys <= work.keys
    assert set(card.keys) == work.keys
    assert other.lead.url in {link.url for link in card.links}
    assert any(other.lead.text in one.quote for one in card.gathered)


def test_what_was_merged_stays_one_when_the_week_is_classified_again_and_can_be_split(workspace, two):
    first, second = two
    other = candidates(workspace)[second].work
    merge(workspace, WEEK, first, second, "ada")
    classify(workspace, WEEK)
    assert second not in candidates(workspace)
    assert len(candidates(workspace)[first].work.entries) >= 2
    split(workspace, WEEK, first, other.lead.source, other.lead.key, "bob")
    classify(workspace, WEEK)
    assert other.lead.url in {entry.url for entry in candidates(workspace)[second].work.entries}
    assert other.lead.url not in {entry.url for entry in candidates(workspace)[first].work.entries}
    assert candidates(workspace)[second].status is Status.PENDING
    assert not set(cards(workspace)[first].keys) & candidates(workspace)[second].work.keys


def test_what_cannot_be_is_refused(workspace, two):
    first, second = two
    lead = candidates(workspace)[first].work.lead
    for act, told in (
        (lambda: merge(workspace, WEEK, first, first, "ada"), "merged with itself"),
        (lambda: merge(workspace, WEEK, first, "https://example.org/none", "ada"), "no candidate"),
        (lambda: merge(workspace, WEEK, "none", second, "ada"), "no candidate"),
        (lambda: split(workspace, WEEK, first, lead.source, lead.key, "ada"), "cannot be split off"),
    ):
        with pytest.raises(StageError, match=told):
            act()


def test_a_candidate_without_a_card_is_refiled_and_its_card_comes_there(workspace):
    new = next(one for one in candidates(workspace).values() if one.work.id not in cards(workspace))
    topic = "3d" if new.topic != "3d" else "agents"
    review.file_under(workspace, WEEK, new.work.id, topic, "ada")
    assert candidates(workspace)[new.work.id].topic == topic
    classify(workspace, WEEK)
    assert candidates(workspace)[new.work.id].topic == topic
    undo(workspace, WEEK, "ada")
    assert candidates(workspace)[new.work.id].topic == new.topic
    review.file_under(workspace, WEEK, new.work.id, topic, "ada")
    review.decide(workspace, WEEK, new.work.id, Status.ACCEPTED, "ada")
    assert cards(workspace)[new.work.id].topic == topic


def test_what_is_put_off_comes_back_next_week_and_says_so(workspace):
    later, rejected, *_ = candidates(workspace)
    review.decide(workspace, WEEK, later, Status.LATER, "ada")
    review.decide(workspace, WEEK, rejected, Status.REJECTED, "ada")
    following = WEEK.shift(1)
    classify(workspace, following)
    back = candidates(workspace, following)
    assert list(back) == [later]
    assert back[later].status is Status.PENDING
    assert back[later].parts[0].reason == "put off in 2025-W15"
    classify(workspace, following.shift(1))
    assert candidates(workspace, following.shift(1)) == {}
    assert candidates(workspace)[later].status is Status.LATER
