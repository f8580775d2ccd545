"""Cards are ordered as readers get them: topic by topic, and every step shows in the mail."""

from __future__ import annotations

import pytest

from tests.cards import a_card
from tests.stored import stored
from weekly.models import Week
from weekly.render.card_views import groups
from weekly.review import decide as review
from weekly.review.order import as_mailed, moved, placed, put_back
from weekly.review.preview import renderer
from weekly.review.undo import undo

WEEK = Week.parse("2025-W15")


def made(text):
    """`a1 b1 a2`: three cards, two of topic a."""
    return [a_card(number, id=name, topic=name[0]) for number, name in enumerate(text.split())]


def said(cards):
    return " ".join(one.id for one in cards)


def ids(workspace):
    return [one.id for one in stored(workspace).drafts.find(WEEK).draft.cards]


def topics(workspace):
    return {one.id: one.topic for one in stored(workspace).drafts.find(WEEK).draft.cards}


@pytest.mark.parametrize(
    ("before", "name", "steps", "after"),
    [
        ("a1 a2 b1", "a1", 1, "a2 a1 b1"),
        ("a1 a2 b1", "a2", 1, "b1 a1 a2"),
        ("a1 b1 b2 c1", "c1", -1, "a1 c1 b1 b2"),
        ("a1 b1 a2", "a2", -1, "a2 a1 b1"),
        ("a1 b1 c1", "a1", 2, "b1 c1 a1"),
        ("a1 b1", "a1", -5, "a1 b1"),
    ],
)
def test_a_card_moves_within_its_topic_and_at_the_edge_takes_the_topic_along(before, name, steps, after):
    assert said(moved(made(before), name, steps)) == after


@pytest.mark.parametrize(
    ("name", "topic", "follows", "after"),
    [
        ("a1", "b", "b2", "a2 b1 a1 b2"),
        ("a1", "b", "", "a2 b1 b2 a1"),
        ("a1", "c", "", "a2 b1 b2 a1"),
        ("b2", "b", "b1", "a1 a2 b2 b1"),
        ("b2", "a", "b1", "a1 a2 b2 b1"),  # no card of that topic: behind its last
    ],
)
def test_a_card_is_put_before_another_one_of_a_topic_or_behind_its_last(name, topic, follows, after):
    cards = placed(made("a1 a2 b1 b2"), name, topic, follows)
    assert said(cards) == after
    assert {one.id: one.topic for one in cards}[name] == topic


def test_a_card_is_put_back_behind_its_neighbour_wherever_that_is_now():
    assert said(put_back(made("c1 a1 b1 d1"), "d1", ["a1", "d1", "b1", "c1"])) == "c1 a1 d1 b1"
    assert said(put_back(made("c1 a1 d1"), "d1", ["d1", "a1"])) == "d1 c1 a1"


def test_the_order_is_that_of_the_mail(workspace):
    review.file_under(workspace, WEEK, ids(workspace)[-1], "video_generation", "ada")
    draft = stored(workspace).drafts.find(WEEK).draft
    made = renderer(workspace)
    mailed = [
        one.card.id for group in groups(draft, made.labels(draft.language), workspace.settings) for one in group.cards
    ]
    assert mailed == [one.id for one in as_mailed(draft.cards)] != [one.id for one in draft.cards]


def test_what_is_put_into_another_topic_is_one_step_for_undo_and_leaves_what_others_moved(workspace):
    first, *_, last = before = ids(workspace)
    stood = topics(workspace)
    review.place(workspace, WEEK, last, stood[first], first, "ada")
    assert (ids(workspace)[0], topics(workspace)[last]) == (last, stood[first])
    review.move(workspace, WEEK, before[1], 1, "grace")
    hers = [one for one in ids(workspace) if one != last]
    assert undo(workspace, WEEK, "ada").action == "filed"
    assert topics(workspace) == stood
    assert [one for one in ids(workspace) if one != last] == hers
