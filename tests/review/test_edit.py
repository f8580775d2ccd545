"""Several people write on one issue, and nobody's words are lost."""

from __future__ import annotations

import pytest

from tests.stored import stored
from weekly.errors import ParseError, StageError
from weekly.models import Week
from weekly.review import decide as review
from weekly.review import edit
from weekly.review.edit import TextConflict, etag, head, head_etag
from weekly.review.undo import undo

WEEK = Week.parse("2025-W15")


def draft(workspace):
    return stored(workspace).drafts.find(WEEK).draft


def first(workspace):
    return draft(workspace).cards[0]


def revisions(workspace):
    newest = stored(workspace).drafts.find(WEEK).number
    return [stored(workspace).drafts.find_revision(WEEK, number).draft for number in range(1, newest + 1)]


def test_two_people_may_write_on_different_fields_of_one_card(workspace):
    card = first(workspace)
    edit.edit(workspace, WEEK, card.id, {"body": "Ada's."}, etag(card), "ada")
    edit.edit(workspace, WEEK, card.id, {"tags": "grace #works"}, etag(card), "grace")
    assert (first(workspace).summary, first(workspace).tags) == ("Ada's.", ("grace", "works"))


def test_on_one_field_the_second_learns_of_the_first_and_both_texts_are_kept(workspace):
    card = first(workspace)
    edit.edit(workspace, WEEK, card.id, {"body": "Ada's."}, etag(card), "ada")
    with pytest.raises(TextConflict) as caught:
        edit.edit(workspace, WEEK, card.id, {"body": "Grace's."}, etag(card), "grace")
    assert caught.value.by == "ada"
    assert caught.value.theirs["body"] == "Ada's."
    assert first(workspace).summary == "Ada's."
    assert revisions(workspace)[caught.value.kept - 1].cards[0].summary == "Grace's."
    edit.edit(workspace, WEEK, card.id, {"body": "Grace's."}, caught.value.etag, "grace")
    assert first(workspace).summary == "Grace's."


def test_writing_the_same_words_as_somebody_else_is_no_conflict(workspace):
    card = first(workspace)
    edit.edit(workspace, WEEK, card.id, {"body": "The same."}, etag(card), "ada")
    saved, _ = edit.edit(workspace, WEEK, card.id, {"body": "The same."}, etag(card), "grace")
    assert not saved.changed


def test_a_version_that_nobody_knows_conflicts(workspace):
    with pytest.raises(TextConflict):
        edit.edit(workspace, WEEK, first(workspace).id, {"body": "From where?"}, "no-such-version", "ada")


def test_the_head_has_the_same_rules(workspace):
    began = head_etag(draft(workspace))
    edit.edit_head(workspace, WEEK, {"headlines": "One\nTwo"}, began, "ada")
    edit.edit_head(workspace, WEEK, {"summary": "Grace's."}, began, "grace")
    with pytest.raises(TextConflict) as caught:
        edit.edit_head(workspace, WEEK, {"headlines": "Three"}, began, "grace")
    assert caught.value.by in {"ada", "grace"}
    assert draft(workspace).headlines == ("One", "Two")
    assert revisions(workspace)[caught.value.kept - 1].headlines == ("Three",)
    same = edit.edit_head(workspace, WEEK, {"headlines": "One\n\n  Two "}, head_etag(draft(workspace)), "ada")
    assert not same.changed


def test_the_cover_is_one_of_the_pictures_of_the_issue(workspace):
    pictured = next(card for card in draft(workspace).cards if card.picture)
    edit.edit_head(workspace, WEEK, {"cover": pictured.picture.file}, "*", "ada")
    edit.edit_head(workspace, WEEK, {"alt": "What it shows", "credit": "Ada"}, "*", "ada")
    assert draft(workspace).cover.file == pictured.picture.file
    assert head(draft(workspace))["alt"] == "What it shows"
    edit.edit_head(workspace, WEEK, {"cover": "../../weekly.toml"}, "*", "ada")
    assert draft(workspace).cover is None
    assert head(draft(workspace))["cover"] == ""


def test_headlines_and_summary_follow_the_cards_until_somebody_writes_them(workspace):
    review.arrange(workspace, WEEK, [card.id for card in reversed(draft(workspace).cards)], "ada")
    edit.edit_head(workspace, WEEK, {"summary": "Mine."}, "*", "ada")
    best = draft(workspace).headlines[0]
    leader = next(card for card in draft(workspace).cards if best.startswith(card.name))
    review.decide(workspace, WEEK, leader.id, review.Status.REJECTED, "ada")
    assert best not in draft(workspace).headlines
    assert draft(workspace).summary == "Mine."


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"body": "x" * 100_001}, "at most 100,000"),
        ({"price": "1"}, "'price' is no field"),
        ({"rating": "five stars"}, "rating: 'five stars'"),
    ],
)
def test_what_cannot_be_a_field_is_refused(workspace, changes, told):
    with pytest.raises(ParseError, match=told):
        edit.edit(workspace, WEEK, first(workspace).id, changes, "*", "ada")


def test_texts_lose_what_no_text_may_hold(workspace):
    edit.edit(workspace, WEEK, first(workspace).id, {"body": "a\r\nb\0c\rd\ud800", "alt": "x\ny"}, "*", "ada")
    assert first(workspace).summary == "a\nbc\nd?"


def test_a_quote_is_evidence_only_if_a_source_says_it_word_for_word(workspace):
    card = first(workspace)
    work = next(one.work for one in stored(workspace).candidates.ranking(WEEK) if one.work.id == card.id)
    sentence = work.lead.text.split(". ")[-1]
    edit.link_quote(workspace, WEEK, card.id, f"  {sentence} ", "ada")
    linked = first(workspace).evidence
    assert linked[-1].quote == " ".join(sentence.split())
    edit.link_quote(workspace, WEEK, card.id, sentence, "ada")
    assert first(workspace).evidence == linked
    for wrong in ("nobody has ever written this sentence", sentence[:5]):
        with pytest.raises(StageError, match="word for word"):
            edit.link_quote(workspace, WEEK, card.id, wrong, "ada")


def test_there_is_nothing_to_write_on_without_a_card_or_a_draft(workspace):
    with pytest.raises(StageError, match="no card 'x'"):
        edit.edit(workspace, WEEK, "x", {"body": "y"}, "*", "ada")
    with pytest.raises(StageError, match="has no draft"):
        edit.edit(workspace, Week.parse("2025-W20"), "x", {"body": "y"}, "*", "ada")
    with pytest.raises(StageError, match="no topic 'cooking'"):
        review.file_under(workspace, WEEK, first(workspace).id, "cooking", "ada")


def test_filing_and_arranging_as_it_stands_makes_no_revision(workspace):
    stood = stored(workspace).drafts.find(WEEK)
    card = stood.draft.cards[0]
    assert review.file_under(workspace, WEEK, card.id, card.topic, "ada") == stood
    assert review.arrange(workspace, WEEK, [one.id for one in stood.draft.cards], "ada") == stood
    assert review.move(workspace, WEEK, card.id, -3, "ada") == stood
    assert undo(workspace, WEEK, "ada") is None
