from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weekly.claims import About, Sources, unsupported
from weekly.text.sentences import split

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


@pytest.mark.parametrize(
    "text",
    [
        "Transformer是其基础模型。",
        "**Whisper**：一种方法。",
        "Whisper is used as the base model.",
        "该工作基于Kling构建，效果更好。",
    ],
)
def test_a_name_that_looks_like_an_ordinary_word_is_a_name_where_no_ordinary_word_stands(text):
    assert [about for about, _ in found(text)] == [About.NAME]


def test_an_abbreviation_stands_for_words_in_a_row_that_no_small_word_parts():
    assert found("VLM 落后。", "Vision-language models fall behind.") == []
    assert found("AST 落后。", "As shown, the models fall at some time.") == [(About.NAME, "AST")]


@pytest.mark.parametrize(
    "text", ["由旷视科技提出", "来自旷视科技的研究者提出了 UNO。", "据某某研究中心介绍", "联合图宾根大学共同完成"]
)
def test_an_institution_that_no_table_has_is_seen_in_any_chinese_frame(text):
    assert [about for about, _ in found(text)] == [About.INSTITUTION]
    name = next(words for about, words in found(text))
    assert found(text, f"{SOURCE} {name}") == []


def test_a_number_in_the_name_of_an_institution_is_no_number():
    assert found("来自Twelve Labs的研究者", "Made at TwelveLabs.") == []


@pytest.mark.parametrize(
    ("said", "exact"),
    [
        ("约 75%", "74.8%"),
        ("超过 70%", "71.5%"),
        ("近 5 万张图", "49,870 images"),
        ("nearly 30000", "29,870"),
        ("超过 75%", "75.8%"),
        ("about 75%", "74.5%"),
    ],
)
def test_a_rounded_number_that_says_so_is_held(said, exact):
    assert found(f"结果为 {said}。", f"It is {exact}.") == []


@pytest.mark.parametrize(
    ("said", "exact"),
    [
        ("up to 70%", "up to 67%"),
        ("over 91%", "over 92%"),
        ("约 100%", "93%"),
        ("超过 75%", "74.8%"),
        ("近 74%", "74.8%"),
        ("约 4", "3.7"),
        ("约 2020", "2018"),
        ("约 75%", "74.4%"),
        ("about 75%", "75.8%"),
        ("nearly 760", "nearly 750"),
    ],
)
def test_another_number_is_no_rounding(said, exact):
    assert found(f"结果为 {said}。", f"It is {exact}.") != []


def test_metres_are_no_millions():
    assert found("误差为 1.09 米。", "an error of 1.09 m in all") == []
    assert found("误差为 109 万。", "an error of 1.09 m in all") != []
    assert found("数据有 150 万条。", "with 1.5M samples") == []


def test_a_power_is_two_numbers():
    assert found("共 10¹⁷ 种。", r"a set of $10^{17}$ things") == []
    assert found("共 10¹⁸ 种。", r"a set of $10^{17}$ things") == [(About.NUMBER, "¹⁸")]
    assert found("分辨率 384。", r"a resolution of $384^2$") == []


def test_markdown_makes_no_difference():
    assert found(r"**UNO** gains \*3.5%\*.") == []


@pytest.mark.parametrize(
    "text", ["a" * 50_000, "9" * 50_000, "1," * 20_000, "A-" * 20_000, "由" * 20_000, "www." * 9_000]
)
def test_hostile_texts_take_no_time(text):
    Sources([SOURCE]).unsupported(text)
    assert Sources([text]).unsupported(SOURCE)


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


# One that ends in a zero may be a rounding of its neighbour.
exact = st.integers(13, 10**6).filter(lambda number: number % 10)


@given(exact, exact)
def test_another_number_is_another_number(one, other):
    assert (unsupported(f"共 {one} 个", [f"of {other} things"]) == ()) == (one == other)
