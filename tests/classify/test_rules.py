"""Keyword rules: what an owner writes in weekly.toml is what is counted."""

from __future__ import annotations

import pytest

from weekly.classify.rules import Hit, Rules
from weekly.models import Entry, Kind
from weekly.select.tokens import plain, words
from weekly.settings import Topic

TOPICS = (
    Topic(slug="video", keywords={"video editing": 4, "video": 2, "视频": 3}),
    Topic(slug="image", keywords={"editing": 2, "image": 1}, categories=("cs.CV",)),
)


def entry(title: str, text: str = "", categories: tuple[str, ...] = ()) -> Entry:
    return Entry(
        source="arxiv", key="1", kind=Kind.PAPER, title=title, url="https://x.org", text=text, categories=categories
    )


def hits(one: Entry) -> list[Hit]:
    return Rules(TOPICS).hits(words(plain(one.title)), words(plain(one.text)), one)


def scores(one: Entry) -> list[float]:
    return Rules(TOPICS).points(hits(one))


def test_a_longer_phrase_hides_the_shorter_ones_within_it() -> None:
    assert scores(entry("Fast Video Editing")) == [4, 0]


def test_case_hyphens_latex_and_a_plural_s_make_no_difference() -> None:
    assert scores(entry(r"\textbf{VIDEO}-Editing")) == [4, 0]
    assert scores(entry("Editing videos")) == [2, 2]


def test_a_phrase_in_the_abstract_counts_less_and_only_three_times() -> None:
    once, often = scores(entry("", "an image")), scores(entry("", "image " * 50))
    assert 0 < once[1] < 1
    assert often[1] == 3 * once[1]


def test_chinese_phrases_match_anywhere() -> None:
    assert scores(entry("长视频生成方法")) == [3, 0]


@pytest.mark.parametrize(
    ("keyword", "title"),
    [
        ("query", "Answering Queries"),
        ("queries", "A Query"),
        ("query processing", "Processing and Queries Processing"),
        ("El Niño", r"The 2015 El Ni\~no"),
        ("el nino", "EL NIÑO"),
        ("Lévy process", "On Levy Processes"),
        ("β-plane", r"Waves on the $\beta$-plane"),
        ("Storm-Surge", "Storm\n  surges"),
        ("key-value store", "{K}ey--{V}alue \\emph{stores}"),
        ("大模型 检索", "大模型检索"),
        ("LLM 推理", "加速LLM\n推理"),
        ("погода", "О погоде: погода"),
        ("天気", "天気予報"),
    ],
)
def test_a_keyword_is_found_however_a_title_spells_it(keyword: str, title: str) -> None:
    rules = Rules([Topic(slug="a", keywords={keyword: 4})])
    found = rules.hits(words(plain(title)), [], entry(title))
    assert [(hit.points, hit.what) for hit in found] == [(4, keyword)]


def test_a_greek_letter_is_part_of_a_keyword() -> None:
    rules = Rules([Topic(slug="a", keywords={"β-plane": 4})])
    assert not rules.hits(words(plain("A plane")), [], entry("A plane"))


def test_singular_and_plural_keep_the_weights_that_they_are_given() -> None:
    rules = Rules([Topic(slug="a", keywords={"policy": 4, "policies": 1})])
    assert [hit.points for hit in rules.hits(words("policies"), [], entry("policies"))] == [1]


def test_categories_hint_and_the_first_hints_more() -> None:
    first, second = scores(entry("x", categories=("cs.CV",))), scores(entry("x", categories=("cs.XX", "CS.cv")))
    assert first[1] > second[1] > 0


def test_a_category_with_a_minus_speaks_against() -> None:
    rules = Rules([Topic(slug="a", keywords={"code": 4}, categories=("cs.SE", "-cs.IT"))])
    assert rules.points(rules.hits(["code"], [], entry("code", categories=("cs.IT",))))[0] < -10
    assert rules.points(rules.hits(["code"], [], entry("code", categories=("cs.SE",))))[0] > 4


def test_what_is_spoken_against_loudly_falls_below_nought() -> None:
    rules = Rules([Topic(slug="a", keywords={"video": -8})])
    assert rules.points(rules.hits(["video"], [], entry("video"))) == [-8]


def test_no_topic_falls_below_nought_for_a_quiet_word_against_it() -> None:
    rules = Rules([Topic(slug="a", keywords={"video": -3})])
    assert rules.points(rules.hits(["video"], [], entry("video"))) == [0]


def test_hits_name_the_phrase_as_the_owner_wrote_it_and_its_place() -> None:
    found = hits(entry("Images", "video editing, editing", ("cs.CV",)))
    assert {(TOPICS[hit.topic].slug, hit.what, hit.where) for hit in found} == {
        ("image", "image", "title"),
        ("video", "video editing", "abstract"),
        ("image", "editing", "abstract"),
        ("image", "cs.CV", "categories"),
    }


def test_nothing_that_is_named_gives_no_hits() -> None:
    assert hits(entry("weather")) == []


def test_a_keyword_without_a_word_in_it_says_nothing() -> None:
    rules = Rules([Topic(slug="a", keywords={"…": 5, "\\text": 3})])
    assert rules.hits(words("…"), [], entry("…")) == []
