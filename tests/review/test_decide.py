"""What an editor decides is done once, is written down, and leaves the rest of the draft as it stands."""

from __future__ import annotations

import pytest

from tests.stored import stored
from weekly.errors import StageError
from weekly.models import Status, Week
from weekly.review import decide as review
from weekly.review import edit
from weekly.review.decide import Repeated
from weekly.review.undo import undo

WEEK = Week.parse("2025-W15")


def cards(workspace):
    return stored(workspace).drafts.find(WEEK).draft.cards


def ids(workspace):
    return [card.id for card in cards(workspace)]


def outside(workspace):
    """A candidate without a card."""
    return next(one for one in stored(workspace).candidates.statuses(WEEK) if one not in ids(workspace))


def test_an_accepted_candidate_stands_behind_the_last_card_of_its_topic_or_at_the_end(workspace):
    candidate, before = outside(workspace), ids(workspace)
    review.decide(workspace, WEEK, candidate, Status.ACCEPTED, "ada")
    after = [*cards(workspace)]
    place = next(at for at, card in enumerate(after) if card.id == candidate)
    same = [at for at, card in enumerate(after) if card.topic == after[place].topic and card.id != candidate]
    assert place == (max(same) + 1 if same else len(before))
    assert [one for one in ids(workspace) if one != candidate] == before


def test_a_card_that_comes_back_says_what_it_said_when_it_left(workspace):
    card = ids(workspace)[0]
    edit.edit(workspace, WEEK, card, {"body": "Ada's words."}, "*", "ada")
    review.decide(workspace, WEEK, card, Status.REJECTED, "ada")
    assert card not in ids(workspace)
    review.decide(workspace, WEEK, card, Status.ACCEPTED, "grace")
    assert next(one for one in cards(workspace) if one.id == card).summary == "Ada's words."


def test_deciding_the_same_again_adds_neither_a_revision_nor_an_entry(workspace):
    candidate = outside(workspace)
    first = review.decide(workspace, WEEK, candidate, Status.ACCEPTED, "ada")
    length = stored(workspace).reviews.length(WEEK)
    assert review.decide(workspace, WEEK, candidate, Status.ACCEPTED, "grace").number == first.number
    assert stored(workspace).reviews.length(WEEK) == length


def test_what_a_device_asks_for_twice_under_one_key_is_done_once(workspace):
    card, *_ = before = ids(workspace)
    review.move(workspace, WEEK, card, 1, "ada", key="a-key")
    with pytest.raises(Repeated) as caught:
        review.move(workspace, WEEK, card, 1, "ada", key="a-key")
    assert caught.value.entry.action == "moved"
    assert ids(workspace).index(card) == 1
    review.move(workspace, WEEK, card, -1, "grace", key="a-key")  # the key is hers
    assert ids(workspace) == before


def test_an_order_that_names_some_cards_puts_them_first_and_keeps_the_others_in_theirs(workspace):
    *rest, last = ids(workspace)
    review.arrange(workspace, WEEK, [last, "arxiv:0000.00000"], "ada")
    assert ids(workspace) == [last, *rest]


def test_undo_goes_back_step_by_step_to_how_the_week_stood(workspace):
    before, topics = ids(workspace), {card.id: card.topic for card in cards(workspace)}
    candidate = outside(workspace)
    review.decide(workspace, WEEK, before[0], Status.REJECTED, "ada")
    review.decide(workspace, WEEK, candidate, Status.ACCEPTED, "ada")
    review.move(workspace, WEEK, before[1], 1, "ada")
    review.file_under(workspace, WEEK, before[1], "other", "ada")
    taken = [undo(workspace, WEEK, "ada").action for _ in range(4)]
    assert taken == ["filed", "moved", "accepted", "rejected"]
    assert undo(workspace, WEEK, "ada") is None
    assert ids(workspace) == before
    assert {card.id: card.topic for card in cards(workspace)} == topics


def test_what_is_not_there_is_said(workspace):
    with pytest.raises(StageError, match="has no candidate"):
        review.decide(workspace, WEEK, "arxiv:0000.00000", Status.ACCEPTED, "ada")
    with pytest.raises(StageError, match="accept the candidate first"):
        review.move(workspace, WEEK, outside(workspace), 1, "ada")
    with pytest.raises(StageError, match="there is no topic 'gardening'"):
        review.file_under(workspace, WEEK, ids(workspace)[0], "gardening", "ada")
