from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.drafting.works import candidate, context, paper, settings
from weekly.checks.evidence import of_card
from weekly.drafting.extractive_drafter import ExtractiveDrafter
from weekly.formats.digest import Digest, Item, parse
from weekly.models import Candidate, Card, Entry, Kind
from weekly.render.documents import render
from weekly.render.environment import environment
from weekly.render.markdown import to_html


def card(of: Candidate, language: str = "zh") -> Card:
    return ExtractiveDrafter(context(settings(newsletter={"language": language}))).card(of)


def test_a_chinese_card_says_what_the_work_is_and_quotes_its_sentences_by_what_they_are_for():
    made = card(candidate(paper()))
    assert made.summary.split("\n") == [
        "**OmniSVG** 由 **复旦大学、阶跃星辰（StepFun）** 提出，是图像生成框架（CVPR 2025），附代码。",
        "",
        "**提出**（vision-language model 视觉语言模型；vector graphics 矢量图）：",
        "",
        "> We propose OmniSVG, a framework that turns a pre-trained vision-language model into a writer of vector graphics.",
        "",
        "**做法**：",
        "",
        "> Specifically, it turns commands and coordinates into discrete tokens in two stages. We train on MMSVG-2M, a data set of two million drawings.",
        "",
        "**结果**：",
        "",
        "> Experiments show that OmniSVG improves FID by 12.5% over IconShop.",
        "",
        "**数字**：数据 200万幅图 · 结果 improves FID by 12.5% over IconShop",
        "",
        "Yiying Yang 等 2 人 · 复旦大学、阶跃星辰（StepFun） · 2025-04-08 · arXiv:2504.06263 · CVPR 2025 · [代码](https://github.com/OmniSVG/OmniSVG)",
    ]
    assert list(of_card(made)) == []


@pytest.mark.parametrize(
    ("changes", "opening"),
    [
        ({}, "**复旦大学、阶跃星辰（StepFun）** 提出图像生成框架（CVPR 2025），附代码。"),
        ({"affiliations": ()}, "Yiying Yang 等 2 人提出图像生成框架（CVPR 2025），附代码。"),
        ({"affiliations": (), "authors": ()}, "本文提出图像生成框架（CVPR 2025），附代码。"),
    ],
)
def test_a_work_without_a_name_is_put_by_who_made_it_and_never_by_its_whole_title(changes, opening):
    text = "We propose a framework that draws. It is quick."
    made = card(
        candidate(paper(title="On drawing things with models", text=f"{text} Code: https://github.com/a/b", **changes))
    )
    assert made.summary.split("\n")[0] == opening


def test_the_blockquote_is_read_back_by_the_digests_form():
    made = card(candidate(paper()))
    item = Item(title="X", summary=made.summary, tags=made.tags)
    assert to_html(made.summary).count('<blockquote lang="en">') == 3
    text = render(Digest(headlines=("X",), summary="s", items=(item,)), environment())
    assert parse(text).items[0].summary == made.summary


def test_an_english_card_has_english_labels_around_the_same_sentences():
    made = card(candidate(paper()), "en")
    assert made.summary.split("\n\n") == [
        "**OmniSVG** is a framework for image generation from **Fudan University, StepFun** (CVPR 2025), with code.",
        "**Proposal**: We propose OmniSVG, a framework that turns a pre-trained vision-language model into a writer of vector graphics.",
        "**Method**: Specifically, it turns commands and coordinates into discrete tokens in two stages. We train on MMSVG-2M, a data set of two million drawings.",
        "**Results**: Experiments show that OmniSVG improves FID by 12.5% over IconShop.",
        "**Numbers**: data two million drawings · result improves FID by 12.5% over IconShop",
        "Yiying Yang et al. (2 authors) · Fudan University, StepFun · 2025-04-08 · arXiv:2504.06263 · CVPR 2025 · [code](https://github.com/OmniSVG/OmniSVG)",
    ]
    assert made.tags == ("ImageGeneration", "VectorGraphics", "VisionLanguageModels", "OmniSVG")
    assert list(of_card(made)) == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (
            Entry(
                source="github",
                key="a/b",
                kind=Kind.PROJECT,
                title="microsoft/thing",
                url="https://github.com/microsoft/thing",
                text="Does things",
                stars=1200,
                star_counts=((date(2025, 4, 7), 1032), (date(2025, 4, 14), 1200)),
                licence="MIT",
            ),
            {
                "zh": "**thing** 由 **微软** 发布，是智能体方向的开源项目，GitHub 星标 1,200（每天新增 24），许可证 MIT。\n\n英文摘录：\n\n> Does things.",
                "en": "**thing** is an open-source project on agents from **Microsoft**, with 1,200 stars on GitHub (24 more a day), under MIT. Does things.",
            },
        ),
        (
            Entry(
                source="feed:x",
                key="m",
                kind=Kind.MODEL,
                title="acme/Thing-7B",
                url="https://huggingface.co/acme/Thing-7B",
                text="It answers questions about long videos.",
                published=datetime(2025, 4, 9, tzinfo=UTC),
            ),
            {
                "zh": "**Thing-7B** 是智能体方向的模型（4 月 9 日发布）。\n\n英文摘录：\n\n> It answers questions about long videos.",
                "en": "**Thing-7B** is a model on agents of 9 April 2025. It answers questions about long videos.",
            },
        ),
        (
            Entry(
                source="github",
                key="a/b@v1",
                kind=Kind.RELEASE,
                title="thing 1.0",
                url="https://github.com/a/thing/releases/tag/v1",
                text="# New\n- Faster **loading** of big models\n- Fix",
                published=datetime(2025, 4, 9, tzinfo=UTC),
            ),
            {
                "zh": "**thing 1.0** 是新版本（4 月 9 日发布）。\n\n英文摘录：\n\n> Faster loading of big models.",
                "en": "**thing 1.0** is a new release of 9 April 2025. Faster loading of big models.",
            },
        ),
        (
            Entry(
                source="feed:x",
                key="p",
                kind=Kind.POST,
                title="我们做了什么",
                url="https://a.example/p",
                text="我们发布了新的模型。它很快。",
            ),
            {
                "zh": "**我们做了什么** 是智能体方向的文章。摘录：我们发布了新的模型。它很快。",
                "en": "**我们做了什么** is a post on agents.\n\nIn Chinese:\n\n> 我们发布了新的模型。它很快。",
            },
        ),
    ],
    ids=["project", "model", "release", "post"],
)
def test_each_kind_has_its_frame(entry, words, language):
    made = card(candidate(entry, topic="agents"), language)
    assert made.summary == words[language]
    assert list(of_card(made)) == []


def test_every_shown_sentence_rests_on_a_quote():
    made = card(candidate(paper()))
    shown = {sentence for proof in made.evidence for sentence in proof.supports}
    assert all(sentence in made.summary for sentence in shown)
    assert all(proof.quote in f"{paper().text} Fudan University StepFun CVPR 2025" for proof in made.evidence)


def test_a_name_that_only_the_abstract_coins_brings_its_sentence_along():
    text = (
        "A thing was long missing. We show that an approach, here called ZapNet, does well. " + "We propose a way. " * 9
    )
    made = card(candidate(paper(title="A study of things", text=text)))
    assert made.name == "ZapNet"
    assert any("ZapNet" in proof.quote for proof in made.evidence)


def test_a_paper_of_another_field_gets_no_tag_of_ai():
    text = "We model the diffusion of a solute under stress. The diffusion model is discretised by finite elements."
    given = {"title": "Stress-assisted diffusion problems", "text": text}
    assert "扩散模型" in card(candidate(paper(**given, categories=("cs.CV",)))).tags
    assert "扩散模型" not in card(candidate(paper(**given, categories=("math.NA", "cs.NA")))).tags
    assert "扩散模型" not in card(candidate(paper(**given, categories=("math.NA",)))).summary


def test_tags_are_the_topic_the_glossary_and_the_name():
    assert card(candidate(paper())).tags == ("图像生成", "矢量图", "视觉语言模型", "OmniSVG")


def test_hostile_titles_stay_text():
    made = card(candidate(paper(title="<script>x</script>: [a](javascript:b) `c`", text="")))
    assert "<script>" not in made.summary
    assert "](javascript" not in made.summary


def test_a_work_without_any_text_still_has_a_card():
    made = card(candidate(paper(text="", comment="", affiliations=())))
    assert made.summary == "**OmniSVG** 是图像生成方向的论文。\n\nYiying Yang 等 2 人 · 2025-04-08 · arXiv:2504.06263"
    assert [section.publication for section in made.sections] == ["collection", "handbook"]


def test_the_sections_of_the_evergreen_publications():
    made = card(candidate(paper()))
    found = {(one.publication, one.heading): one.body for one in made.sections}
    assert list(found) == [
        ("topic", "概述"), ("topic", "方法"), ("topic", "实验"),
        ("collection", "简介"), ("collection", "核心功能"), ("collection", "技术原理"),
        ("handbook", "介绍"),
    ]  # fmt: skip
    assert "Vector graphics stay sharp" in found["topic", "概述"]
    assert "discrete tokens" in found["topic", "方法"]
    assert "12.5%" in found["topic", "实验"]
    assert found["collection", "简介"].startswith("**OmniSVG** 由 **复旦大学")
    assert found["collection", "核心功能"].startswith("英文摘录：\n\n> - Specifically")


def test_english_sections_have_english_headings():
    made = card(candidate(paper()), "en")
    assert [one.heading for one in made.sections if one.publication == "topic"] == [
        "Overview",
        "Method",
        "Experiments",
    ]
    assert "英文摘录" not in "".join(one.body for one in made.sections)


def test_the_field_that_stands_right_before_the_noun_says_more_than_the_topic():
    text = "We propose OmniSVG, a versatile visual captioning framework for pictures. It is quick."
    of = candidate(paper(text=text))
    assert "是视觉描述框架" in card(of).summary
    assert "a framework for captioning" in card(of, "en").summary
