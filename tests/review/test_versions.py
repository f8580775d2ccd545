"""Every version that was saved can be seen, compared, and stand again; standing again is a version of its own."""

from __future__ import annotations

import pytest

from tests.stored import stored
from weekly.errors import Conflict, StageError
from weekly.models import Status, Week
from weekly.review import decide as review
from weekly.review import edit, versions
from weekly.review.edit import TextConflict, etag, head_etag

WEEK = Week.parse("2025-W15")


def tip(workspace):
    return stored(workspace).drafts.find(WEEK)


def cards(workspace):
    return {card.id: card for card in tip(workspace).draft.cards}


def write(workspace, identifier, text, by="ada"):
    card = cards(workspace)[identifier]
    edit.edit(workspace, WEEK, identifier, {"body": text}, etag(card), by)
    return tip(workspace).number


def listed(workspace, card=None):
    return list(versions.versions(workspace, WEEK, card))


def test_each_version_says_who_saved_it_and_what_it_changed(workspace):
    first, second, *_ = cards(workspace)
    write(workspace, first, "Ada's text.")
    write(workspace, second, "Bob's text.", "bob")
    newest, before, *_, machine = listed(workspace)
    assert (newest.author, [change.card for change in newest.changes if change.card]) == ("bob", [second])
    assert (before.author, before.changes[-1].texts["body"][1]) == ("ada", "Ada's text.")
    assert (machine.number, machine.author) == (1, "machine")
    assert [one.number for one in listed(workspace, first)] == [before.number, 1]


def test_a_text_that_was_not_taken_is_marked_and_can_stand(workspace):
    first = next(iter(cards(workspace)))
    began = etag(cards(workspace)[first])
    edit.edit(workspace, WEEK, first, {"body": "Ada's."}, began, "ada")
    with pytest.raises(TextConflict) as caught:
        edit.edit(workspace, WEEK, first, {"body": "Grace's."}, began, "grace")
    kept = next(one for one in listed(workspace) if one.number == caught.value.kept)
    assert kept.kept
    assert kept.changes[-1].texts["body"] == ("Ada's.", "Grace's.")
    versions.restore_card(workspace, WEEK, kept.number, first, "grace")
    assert cards(workspace)[first].summary == "Grace's."
    assert not any(one.kept for one in listed(workspace)[:1])


def test_restoring_a_card_leaves_the_others_and_loses_no_version(workspace):
    first, second, *_ = cards(workspace)
    old = write(workspace, first, "Old.")
    newest = write(workspace, second, "Stays.")
    newest = write(workspace, first, "New.")
    revision = versions.restore_card(workspace, WEEK, old, first, "bob")
    assert revision.number == newest + 1
    assert (cards(workspace)[first].summary, cards(workspace)[second].summary) == ("Old.", "Stays.")
    versions.restore_card(workspace, WEEK, newest, first, "bob")
    assert cards(workspace)[first].summary == "New."
    assert stored(workspace).reviews.history(WEEK)[0].action == "restored"


def test_a_card_that_has_left_comes_back_accepted(workspace):
    first = next(iter(cards(workspace)))
    old = write(workspace, first, "Ada's.")
    review.decide(workspace, WEEK, first, Status.REJECTED, "bob")
    versions.restore_card(workspace, WEEK, old, first, "ada")
    assert cards(workspace)[first].summary == "Ada's."
    assert stored(workspace).candidates.find(WEEK, first).status is Status.ACCEPTED


def test_the_whole_issue_stands_as_it_stood_and_decisions_follow_its_cards(workspace):
    first, *_ = before = list(cards(workspace))
    write(workspace, first, "As it was.")
    old = tip(workspace)
    new = next(one.work.id for one in stored(workspace).candidates.ranking(WEEK) if one.work.id not in before)
    review.decide(workspace, WEEK, new, Status.ACCEPTED, "bob")
    review.decide(workspace, WEEK, first, Status.REJECTED, "bob")
    edit.edit_head(workspace, WEEK, {"headlines": "Another"}, head_etag(tip(workspace).draft), "bob")
    versions.restore_issue(workspace, WEEK, old.number, "ada")
    assert tip(workspace).draft == old.draft
    statuses = stored(workspace).candidates.statuses(WEEK)
    assert (statuses[first], statuses[new]) == (Status.ACCEPTED, Status.PENDING)


def test_a_card_that_goes_with_a_restored_issue_keeps_its_text_for_when_it_comes_back(workspace):
    old = tip(workspace)
    new = next(one for one in stored(workspace).candidates.statuses(WEEK) if one not in cards(workspace))
    review.decide(workspace, WEEK, new, Status.ACCEPTED, "ada")
    write(workspace, new, "Written by hand.")
    versions.restore_issue(workspace, WEEK, old.number, "ada")
    assert new not in cards(workspace)
    review.decide(workspace, WEEK, new, Status.ACCEPTED, "ada")
    assert cards(workspace)[new].summary == "Written by hand."


def test_restoring_the_head_leaves_the_cards(workspace):
    first = next(iter(cards(workspace)))
    stood = tip(workspace).draft
    edit.edit_head(workspace, WEEK, {"headlines": "Another", "summary": "S"}, head_etag(stood), "bob")
    write(workspace, first, "Stays.")
    versions.restore_head(workspace, WEEK, 1, "ada")
    assert (tip(workspace).draft.headlines, tip(workspace).draft.summary) == (stood.headlines, stood.summary)
    assert cards(workspace)[first].summary == "Stays."


def test_what_stands_already_makes_no_version(workspace):
    newest = tip(workspace).number
    versions.restore_issue(workspace, WEEK, newest, "ada")
    assert tip(workspace).number == newest


def test_a_restore_that_would_hide_what_nobody_looked_at_is_refused(workspace):
    first = next(iter(cards(workspace)))
    seen = tip(workspace)
    write(workspace, first, "Meanwhile.", "bob")
    with pytest.raises(Conflict, match="edited since you looked"):
        versions.restore_card(workspace, WEEK, 1, first, "ada", seen.hash)
    assert cards(workspace)[first].summary == "Meanwhile."


@pytest.mark.parametrize("number", [0, 99, 10**12])
def test_a_version_that_is_not_there_is_named_with_those_that_are(workspace, number):
    with pytest.raises(StageError, match="its versions are 1 to 1"):
        versions.find_version(workspace, WEEK, number)


def test_a_card_that_a_version_does_not_have_is_refused(workspace):
    new = next(one for one in stored(workspace).candidates.statuses(WEEK) if one not in cards(workspace))
    with pytest.raises(StageError, match="version 1 of 2025-W15 has no card"):
        versions.restore_card(workspace, WEEK, 1, new, "ada")
