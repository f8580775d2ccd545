"""A card that was accepted before its page was read is completed afterwards, and never against its editor."""

from __future__ import annotations

from tests.stored import stored
from weekly import pipeline
from weekly.models import Status, Week
from weekly.review import decide as review
from weekly.review import edit
from weekly.review.edit import etag
from weekly.review.redraw import WAITING, complete, waiting_cards

WEEK = Week.parse("2025-W15")


def draft(workspace):
    return stored(workspace).drafts.find(WEEK).draft


def accepted(workspace):
    """The card of a candidate that had none, as an editor sees it at once."""
    known = {card.id for card in draft(workspace).cards}
    chosen = next(one.work.id for one in stored(workspace).candidates.ranking(WEEK) if one.work.id not in known)
    review.decide(workspace, WEEK, chosen, Status.ACCEPTED, "ada")
    assert waiting_cards(draft(workspace)) == (chosen,)
    return next(card for card in draft(workspace).cards if card.id == chosen)


def again(workspace, card):
    complete(workspace, WEEK, card.id)
    return next((one for one in draft(workspace).cards if one.id == card.id), None)


def test_an_untouched_card_is_drawn_again_whole_and_only_once(workspace):
    card = accepted(workspace)
    drawn = again(workspace, card)
    assert WAITING not in drawn.notes
    number = stored(workspace).drafts.find(WEEK).number
    assert again(workspace, card) == drawn
    assert stored(workspace).drafts.find(WEEK).number == number


def test_words_of_an_editor_stay(workspace):
    card = accepted(workspace)
    edit.edit(workspace, WEEK, card.id, {"body": "Ada's words."}, etag(card), "ada")
    drawn = again(workspace, card)
    assert drawn.summary == "Ada's words."
    assert WAITING not in drawn.notes


def test_a_card_that_was_rejected_meanwhile_does_not_come_back(workspace):
    card = accepted(workspace)
    review.decide(workspace, WEEK, card.id, Status.REJECTED, "ada")
    assert again(workspace, card) is None


def test_a_published_issue_is_left_as_it_is(workspace):
    card = accepted(workspace)
    pipeline.approve(workspace, WEEK, "ada")
    pipeline.publish(workspace, WEEK)
    number = stored(workspace).drafts.find(WEEK).number
    assert WAITING in again(workspace, card).notes
    assert stored(workspace).drafts.find(WEEK).number == number


def test_a_candidate_that_is_no_more_is_nothing_to_draw(workspace):
    before = draft(workspace)
    complete(workspace, WEEK, "arxiv:0000.00000")
    assert draft(workspace) == before
