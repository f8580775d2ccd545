"""An editor's last act is taken back, of whatever kind; what others have done since is left as it is."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.stored import stored
from weekly.models import Status, Week
from weekly.pipeline import classify
from weekly.review import blocks, edit, pictures
from weekly.review.blocks import BlockFields
from weekly.review.decide import decide, move
from weekly.review.facts import edit_facts, fact_fields
from weekly.review.regroup import merge, split
from weekly.review.undo import Overruled, undo
from weekly.store.reviews import Comment

WEEK = Week.parse("2025-W15")


def draft(workspace):
    return stored(workspace).drafts.find(WEEK).draft


def card(workspace, place=0):
    return draft(workspace).cards[place]


def find(workspace, identifier):
    return next((one for one in draft(workspace).cards if one.id == identifier), None)


def week(workspace):
    """All that an act may change: the draft, and the candidates with their places and decisions."""
    return draft(workspace), stored(workspace).candidates.ranking(WEEK), stored(workspace).candidates.statuses(WEEK)


def block(title="T"):
    return BlockFields(kind="sponsor", title=title, body="B")


def png(colour="red"):
    out = io.BytesIO()
    Image.new("RGB", (200, 100), colour).save(out, "PNG")
    return out.getvalue()


def a_sentence(workspace, shown):
    work = stored(workspace).candidates.find(WEEK, shown.id).work
    return next(
        one for one in work.lead.text.split(". ") if len(one) > 40 and all(one not in e.quote for e in shown.evidence)
    )


def test_acts_of_every_kind_are_taken_back_one_after_the_other_to_how_the_week_stood(workspace):
    first, second, third = draft(workspace).cards[:3]
    lead = stored(workspace).candidates.find(WEEK, second.id).work.lead
    another = next(one.file for one in edit.covers(draft(workspace)) if one != draft(workspace).cover)
    acts = (
        lambda: merge(workspace, WEEK, first.id, second.id, "ada"),
        lambda: split(workspace, WEEK, first.id, lead.source, lead.key, "ada"),
        lambda: blocks.add(workspace, WEEK, block(), "ada"),
        lambda: blocks.edit(workspace, WEEK, 1, block("Other"), "ada"),
        lambda: blocks.move(workspace, WEEK, 1, 2, "ada"),
        lambda: blocks.remove(workspace, WEEK, 1, "ada"),
        lambda: edit_facts(workspace, WEEK, third.id, {"venue": "CVPR 2025", "date": "", "authors": "Ada"}, "ada"),
        lambda: edit_facts(workspace, WEEK, third.id, {"links": "code https://example.org/x"}, "ada"),
        lambda: pictures.upload(workspace, WEEK, third, png(), "ada"),
        lambda: pictures.remove(workspace, WEEK, third, "ada"),
        lambda: edit.link_quote(workspace, WEEK, third.id, a_sentence(workspace, third), "ada"),
        lambda: edit.edit_head(workspace, WEEK, {"cover": another}, "*", "ada"),
        lambda: move(workspace, WEEK, third.id, 1, "ada"),
    )
    stood = []
    for act in acts:
        stood.append(week(workspace))
        act()
        assert week(workspace) != stood[-1]
    for before in reversed(stood):
        undo(workspace, WEEK, "ada")
        assert week(workspace) == before
    assert undo(workspace, WEEK, "ada") is None


def test_a_text_is_not_taken_back_and_stays_when_another_act_on_its_card_is(workspace):
    shown = card(workspace)
    pictures.upload(workspace, WEEK, shown, png(), "ada")
    edit.edit(workspace, WEEK, shown.id, {"body": "Ada's words."}, "*", "ada")
    assert undo(workspace, WEEK, "ada").data["fields"] == ["picture"]
    assert (card(workspace).picture, card(workspace).summary) == (shown.picture, "Ada's words.")
    assert undo(workspace, WEEK, "ada") is None


def test_what_is_no_longer_as_it_was_left_stays_and_is_told_with_who_changed_it(workspace):
    shown, other, third = draft(workspace).cards[:3]
    lead = stored(workspace).candidates.find(WEEK, other.id).work.lead

    def comment():
        with workspace.store.write() as tx:
            tx.reviews.record(WEEK, "bob", "commented", workspace.clock(), other.id)
            tx.reviews.add_comment(WEEK, Comment(card=other.id, at=workspace.clock(), by="bob", text="Hm."))

    for ada, bob, told in (
        (
            lambda: pictures.remove(workspace, WEEK, shown, "ada"),
            lambda: pictures.upload(workspace, WEEK, shown, png(), "bob"),
            "edited",
        ),
        (
            lambda: edit_facts(workspace, WEEK, shown.id, {"venue": "CVPR"}, "ada"),
            lambda: edit_facts(workspace, WEEK, shown.id, {"venue": "ICML"}, "bob"),
            "edited",
        ),
        (
            lambda: blocks.add(workspace, WEEK, block(), "ada"),
            lambda: blocks.edit(workspace, WEEK, 1, block("Bob's"), "bob"),
            "block edited",
        ),
        (
            lambda: edit_facts(workspace, WEEK, third.id, {"venue": "CVPR"}, "ada"),
            lambda: decide(workspace, WEEK, third.id, Status.REJECTED, "bob"),
            "rejected",
        ),
        (
            lambda: merge(workspace, WEEK, shown.id, other.id, "ada"),
            lambda: split(workspace, WEEK, shown.id, lead.source, lead.key, "bob"),
            "split",
        ),
        (
            lambda: merge(workspace, WEEK, shown.id, other.id, "ada"),
            lambda: decide(workspace, WEEK, shown.id, Status.REJECTED, "bob"),
            "rejected",
        ),
        (lambda: split(workspace, WEEK, shown.id, lead.source, lead.key, "ada"), comment, "commented"),
    ):
        ada()
        bob()
        stands = week(workspace)
        with pytest.raises(Overruled, match=f"nothing is taken back: bob has {told}"):
            undo(workspace, WEEK, "ada")
        assert week(workspace) == stands
    assert undo(workspace, WEEK, "ada") is None


def test_what_others_did_elsewhere_on_the_same_card_or_among_the_blocks_is_kept(workspace):
    shown, other, third = draft(workspace).cards[:3]
    edit_facts(workspace, WEEK, shown.id, {"venue": "CVPR"}, "ada")
    edit_facts(workspace, WEEK, shown.id, {"date": "2025-04-01"}, "bob")
    undo(workspace, WEEK, "ada")
    assert fact_fields(card(workspace)) == {**fact_fields(shown), "date": "2025-04-01"}

    blocks.add(workspace, WEEK, block("Ada's"), "ada")
    blocks.add(workspace, WEEK, block("Bob's"), "bob")
    undo(workspace, WEEK, "ada")
    assert [one.title for one in draft(workspace).blocks] == ["Bob's"]

    merge(workspace, WEEK, shown.id, other.id, "ada")
    edit.edit(workspace, WEEK, shown.id, {"body": "Bob's words."}, "*", "bob")
    decide(workspace, WEEK, third.id, Status.REJECTED, "bob")
    undo(workspace, WEEK, "ada")
    assert find(workspace, other.id) == other
    assert find(workspace, shown.id).summary == "Bob's words."
    assert find(workspace, shown.id).links == shown.links
    assert find(workspace, third.id) is None


def test_a_decision_about_what_another_has_merged_since_is_not_taken_back(workspace):
    shown, other = draft(workspace).cards[:2]
    decide(workspace, WEEK, other.id, Status.ACCEPTED, "bob")
    merge(workspace, WEEK, shown.id, other.id, "ada")
    with pytest.raises(Overruled, match="ada has merged"):
        undo(workspace, WEEK, "bob")
    undo(workspace, WEEK, "ada")
    assert stored(workspace).candidates.statuses(WEEK)[other.id] is Status.ACCEPTED


def test_a_card_that_another_accepted_keeps_what_was_merged_into_its_work(workspace):
    known = {one.id for one in draft(workspace).cards}
    one, other = [one for one in stored(workspace).candidates.statuses(WEEK) if one not in known][:2]
    merge(workspace, WEEK, one, other, "ada")
    decide(workspace, WEEK, one, Status.ACCEPTED, "bob")
    with pytest.raises(Overruled, match="bob has accepted"):
        undo(workspace, WEEK, "ada")
    classify(workspace, WEEK)
    assert other not in stored(workspace).candidates.statuses(WEEK)


def test_classifying_again_keeps_apart_what_is_merged_no_more(workspace):
    shown, other = draft(workspace).cards[:2]
    merge(workspace, WEEK, shown.id, other.id, "ada")
    undo(workspace, WEEK, "ada")
    classify(workspace, WEEK)
    assert other.id in stored(workspace).candidates.statuses(WEEK)


def test_no_more_blocks_come_back_than_an_issue_may_have(workspace):
    most = workspace.settings.newsletter.blocks
    for number in range(most):
        blocks.add(workspace, WEEK, block(f"T {number}"), "ada")
    blocks.remove(workspace, WEEK, 1, "ada")
    blocks.add(workspace, WEEK, block("Bob's"), "bob")
    with pytest.raises(Overruled, match="bob has block added"):
        undo(workspace, WEEK, "ada")
    assert len(draft(workspace).blocks) == most
