from __future__ import annotations

from dataclasses import replace

import pytest

from tests.checks.contexts import context
from tests.drafting import works
from tests.drafting.works import candidate, paper
from weekly.checks import evidence
from weekly.drafting.extractive_drafter import ExtractiveDrafter
from weekly.models import Card, Draft, Evidence, Level

CARD = ExtractiveDrafter(works.context()).card(candidate(paper()))


def draft(
    *cards: Card, headlines=("OmniSVG图像生成",), summary="本周亮点：图像生成方向的 OmniSVG。详情见正文。"
) -> Draft:
    return Draft(week="2025-W15", language="zh", headlines=headlines, summary=summary, cards=cards)


def found(card: Card) -> dict[str, str]:
    return {one.check: one.message for one in evidence.claims(context(draft(card)))}


def test_the_machines_own_card_stands():
    assert found(CARD) == {}
    assert list(evidence.opening(context(draft(CARD)))) == []


@pytest.mark.parametrize(
    ("before", "after", "check"),
    [
        ("12.5%", "15.5%", "numbers"),
        ("two stages", "three stages", "numbers"),
        ("IconShop", "StarVector", "names"),
        ("复旦大学", "清华大学", "institutions"),
        ("We propose", "首次 We propose", "boasts"),
        ("We propose", "见 https://evil.example/x We propose", "links"),
        ("We propose", "见[项目页](https://evil.example) We propose", "links"),
        ("We propose", "排名第一 We propose", "boasts"),
        ("We propose", "快百分之二十 We propose", "numbers"),
    ],
)
def test_what_an_edit_adds_to_the_evidence_blocks(before, after, check):
    assert before in CARD.summary
    edited = replace(CARD, summary=CARD.summary.replace(before, after))
    assert check in found(edited)
    assert all(one.level is Level.BLOCK and one.card == CARD.id for one in evidence.of_card(edited))


def test_what_may_be_turned_round_warns_and_blocks_nothing():
    turned = replace(CARD, summary="OmniSVG 的鲁棒性降低。")
    assert [(one.check, one.level) for one in evidence.of_card(turned)] == [("directions", Level.WARN)]


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
    assert {one.check for one in evidence.opening(context(made))} == {"names", "numbers"}
    assert (
        list(evidence.opening(context(replace(made, cards=())))) == []
    )  # that there is no card is for another check to say
