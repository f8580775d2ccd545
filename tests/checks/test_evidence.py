from __future__ import annotations

from dataclasses import replace

import pytest

from tests.drafting.works import candidate, context, paper
from weekly.checks import evidence
from weekly.checks.cards import empty, notes, pictures, placeholders
from weekly.drafting.extractive_drafter import ExtractiveDrafter
from weekly.models import Card, Draft, Evidence, Level, Picture

CARD = ExtractiveDrafter(context()).card(candidate(paper()))


def draft(
    *cards: Card, headlines=("OmniSVG图像生成",), summary="本周亮点：图像生成方向的 OmniSVG。详情见正文。", **parts
) -> Draft:
    return Draft(week="2025-W15", language="zh", headlines=headlines, summary=summary, cards=cards, **parts)


def found(card: Card) -> dict[str, str]:
    return {one.check: one.message for one in evidence.claims(draft(card))}


def test_the_machines_own_card_stands():
    assert found(CARD) == {}
    assert list(evidence.opening(draft(CARD))) == []


@pytest.mark.parametrize(
    ("before", "after", "check"),
    [
        ("12.5%", "15.5%", "numbers"),
        ("two stages", "three stages", "numbers"),
        ("IconShop", "StarVector", "names"),
        ("复旦大学", "清华大学", "institutions"),
        ("We propose", "首次 We propose", "boasts"),
        ("We propose", "见 https://evil.example/x We propose", "links"),
    ],
)
def test_what_an_edit_adds_to_the_evidence_blocks(before, after, check):
    assert before in CARD.summary
    edited = replace(CARD, summary=CARD.summary.replace(before, after))
    assert check in found(edited)
    assert all(one.level is Level.BLOCK and one.card == CARD.id for one in evidence.of_card(edited))


def test_linking_the_quote_unblocks():
    edited = replace(CARD, summary=f"{CARD.summary} 训练数据 MMSVG-2M 含 300 万幅图。")
    assert "300" in found(edited)["numbers"]
    quote = Evidence(
        quote="The data set MMSVG-2M now has three million drawings.", url="https://arxiv.org/abs/2504.06263"
    )
    assert found(replace(edited, evidence=(*edited.evidence, quote))) == {}


def test_name_line_and_institutions_of_a_card_are_held_too():
    assert "names" in found(replace(CARD, name="OmniPNG"))
    assert "numbers" in found(replace(CARD, line="快 17 倍"))
    assert "institutions" in found(replace(CARD, institutions=("清华大学",)))


def test_the_opening_of_an_issue_rests_on_its_cards():
    made = draft(CARD, headlines=("GPT-9图像生成",), summary="本周亮点：提升 77%。")
    assert {one.check for one in evidence.opening(made)} == {"names", "numbers"}
    assert list(evidence.opening(replace(made, cards=()))) == []  # that there is no card is for another check to say


def test_gaps_and_template_code_block():
    for text in ("{{ name }}", "概述：待补充"):
        assert [one.level for one in placeholders(draft(replace(CARD, summary=text)))] == [Level.BLOCK]
    assert list(placeholders(draft(CARD))) == []


def test_a_card_that_says_nothing_blocks_and_one_that_rests_on_nothing_warns():
    assert [one.level for one in empty(draft(replace(CARD, summary=" "), replace(CARD, evidence=())))] == [
        Level.BLOCK,
        Level.WARN,
    ]


def test_pictures_that_failed_say_why():
    broken = replace(CARD, notes=("no page: 404", "no picture: broken"))
    assert [one.message for one in pictures(draft(broken))] == ["OmniSVG: no picture: broken"]
    assert [one.message for one in pictures(draft(CARD))] == ["OmniSVG: no picture"]
    assert [one.message for one in notes(draft(broken, notes=("the model is out",)))] == [
        "OmniSVG: no page: 404",
        "the model is out",
    ]


def test_a_picture_without_words_blocks():
    shown = Picture(file="a.png", alt=" ", origin="https://a.example/a.png", width=100, height=100)
    assert [one.level for one in pictures(draft(replace(CARD, picture=shown)))] == [Level.BLOCK]
    assert list(pictures(draft(replace(CARD, picture=replace(shown, alt="图"))))) == []
