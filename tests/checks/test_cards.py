"""Cards whose form is wrong are told before anybody approves them."""

from __future__ import annotations

from dataclasses import replace

from tests.checks.contexts import CARD, DRAFT, context
from weekly.checks.cards import empty, notes, pictures, placeholders
from weekly.models import Evidence, Level, Picture

HELD = replace(CARD, evidence=(Evidence(quote="X.", url="https://x.example"),))


def of(*cards, **parts):
    return context(replace(DRAFT, cards=cards, **parts))


def test_gaps_and_template_code_block_in_cards_and_in_the_head_and_name_their_place():
    for text, place in (("{{ name }}", "{{"), ("概述：待补充", "待补充")):
        (found,) = placeholders(of(replace(CARD, summary=text)))
        assert (found.card, found.level, found.place) == (CARD.id, Level.BLOCK, place)
    (found,) = placeholders(of(CARD, headlines=("{{ title }}",)))
    assert (found.card, found.level, found.place) == ("", Level.BLOCK, "{{")
    assert list(placeholders(of(CARD))) == []


def test_a_card_that_says_nothing_blocks_and_one_that_rests_on_nothing_warns():
    found = empty(of(replace(HELD, summary=" "), CARD, HELD))
    assert [one.level for one in found] == [Level.BLOCK, Level.WARN]


def test_a_picture_that_failed_says_why_and_other_notes_are_told_apart_from_it():
    broken = replace(CARD, notes=("no page: 404", "no picture: broken"))
    assert [one.message for one in pictures(of(broken))] == ["X: no picture: broken"]
    assert [one.message for one in pictures(of(CARD))] == ["X: no picture"]
    told = notes(of(broken, notes=("the model is out",)))
    assert [one.message for one in told] == ["X: no page: 404", "the model is out"]


def test_a_picture_without_words_blocks():
    shown = Picture(file="a.png", alt=" ", origin="https://a.example/a.png", width=100, height=100)
    assert [one.level for one in pictures(of(replace(CARD, picture=shown)))] == [Level.BLOCK]
    assert list(pictures(of(replace(CARD, picture=replace(shown, alt="图"))))) == []
