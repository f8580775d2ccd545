from __future__ import annotations

from dataclasses import replace

import pytest

from tests.checks.contexts import context as check_context
from tests.drafting.works import candidate, context, paper, settings
from weekly.checks import wording
from weekly.drafting.extractive_drafter import ExtractiveDrafter
from weekly.models import Card, Draft, Fact, Level

CARD = ExtractiveDrafter(context()).card(candidate(paper()))
ENGLISH = ExtractiveDrafter(context(settings(newsletter={"language": "en"}))).card(candidate(paper()))


def draft(*cards: Card, headlines=()) -> Draft:
    return Draft(week="2025-W15", language="zh", headlines=headlines, summary="", cards=cards)


def messages(check, *cards: Card, headlines=()) -> list[str]:
    found = list(check(check_context(draft(*cards, headlines=headlines))))
    assert all(one.level is Level.WARN for one in found)
    return [one.message for one in found]


def test_the_machines_own_cards_have_nothing_of_it():
    for check in (wording.says_nothing, wording.residue, wording.tags):
        assert messages(check, CARD, ENGLISH) == []


@pytest.mark.parametrize(
    "text",
    [
        "**OmniSVG** 由 **复旦大学、阶跃星辰（StepFun）** 提出，是图像生成框架。\n\nYiying Yang 等 2 人 · 2025-04-08 · arXiv:2504.06263",
        "**OmniSVG** is a framework from **Fudan University**.",
    ],
)
def test_a_card_of_name_kind_and_makers_says_nothing(text):
    assert len(messages(wording.says_nothing, replace(CARD, summary=text))) == 1


def test_a_short_card_that_tells_something_is_one():
    told = "OmniSVG 把预训练视觉语言模型变成矢量图的书写者，训练用了两百万幅图。"
    assert messages(wording.says_nothing, replace(CARD, summary=told)) == []


@pytest.mark.parametrize(
    "left", [r"\\textbf{x}", "our method ( , ) wins", "as illustrated in Figure 1", "mname 's score", "方法（）很快"]
)
def test_residue_of_the_source_is_seen_in_a_card_and_in_its_sections(left):
    assert len(messages(wording.residue, replace(CARD, summary=f"{CARD.summary} {left}"))) == 1
    section = replace(CARD.sections[0], body=left)
    assert len(messages(wording.residue, replace(CARD, sections=(section,)))) == 1


def test_tags_that_say_the_same_and_tags_that_nothing_supports():
    tags = (*CARD.tags, "矢量的图", "3DGeneration")
    assert messages(wording.tags, replace(CARD, tags=tags)) == [
        "OmniSVG: #矢量图 and #矢量的图 say the same",
        "OmniSVG: #3DGeneration: neither the sources nor the text say so",
    ]


def test_a_tag_is_supported_by_a_fact_by_the_text_and_by_its_quotes():
    said = replace(CARD, facts=(*CARD.facts, Fact(name="tag", value="流匹配", origin="abstract")))
    assert messages(wording.tags, replace(said, tags=("流匹配", "MMSVG-2M", "vector-graphics"))) == []


@pytest.mark.parametrize(
    ("headline", "count"),
    [
        ("OmniSVG", 1),
        ("OmniSVG图像生成", 1),
        ("OmniSVG：图像生成框架", 0),
        ("OmniSVG：一句话画图标", 0),
        ("一周要闻", 0),
    ],
)
def test_a_headline_says_what_the_work_is(headline, count):
    assert len(messages(wording.headline_kinds, CARD, headlines=(headline,))) == count


@pytest.mark.parametrize("kind", ["multimodal LLM", "a multimodal LLM"])
def test_a_topic_that_is_what_the_work_is_makes_a_headline(kind):
    said = replace(
        CARD,
        facts=(Fact(name="topic", value="Multimodal LLM", origin=""), Fact(name="kind", value=kind, origin="abstract")),
    )
    assert messages(wording.headline_kinds, said, headlines=("OmniSVG: multimodal LLM",)) == []
