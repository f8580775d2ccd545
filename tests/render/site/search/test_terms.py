"""What a card is found by."""

from __future__ import annotations

import json

import pytest

from tests.cards import a_card, an_issue
from weekly.models import Fact, Link, LinkKind
from weekly.render.environment import environment
from weekly.render.issue import IssueRenderer
from weekly.render.site.issues import IssueIndex
from weekly.render.site.search.terms import AUTHOR, NAME, PERSON, TEXT, TITLE, card_terms, fold, name_terms, terms
from weekly.settings import Settings


def archived(card):
    data = IssueRenderer(Settings(), environment()).data(an_issue([card]))
    return IssueIndex([json.loads(json.dumps(data))], Settings().newsletter.zone).items[0]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Seaweed-7B, at last", ["seaweed", "7b", "at", "last"]),
        ("视频生成模型", ["视频", "频生", "生成", "成模", "模型"]),
        ("用LLM写", ["用", "llm", "写"]),
        ("arXiv:2504.08685v2", ["arxiv", "2504.08685"]),
        ("12.5% of 1504.123", ["12", "5", "of", "1504", "123"]),
        ("Ｏｍｎｉ Müller ﬁne", ["omni", "muller", "fine"]),
        ("한국어 モデル", ["한국", "국어", "モデ", "デル"]),
        ("<b>&amp;", ["b", "amp"]),
        ("…—　", []),
    ],
)
def test_words_stand_whole_chinese_in_pairs_and_an_id_without_its_version(text, wanted):
    assert list(terms(text)) == wanted


def test_nobody_types_accents_capitals_or_full_width():
    assert fold("ＧÉANT Straße") == "geant straße"
    assert fold("가") == "가"


def test_a_name_is_found_however_its_parts_are_joined():
    assert {"seaweed", "7b", "seaweed7b"} <= set(name_terms("Seaweed-7B"))
    assert {"fantasytalking", "fantasy", "talking"} <= set(name_terms("FantasyTalking"))


def test_a_term_counts_where_it_says_most():
    people = tuple(Fact(name="author", value=name, origin="") for name in ("Bo Li", "Ada Müller"))
    card = archived(
        a_card(
            1,
            name="Omni",
            text="Omni does what the others do. Bo is thanked.",
            line="A Model of Bo",
            facts=people,
            links=(Link(kind=LinkKind.PAPER, url="https://arxiv.org/abs/2504.08685v3", origin=""),),
        )
    )
    found = card_terms(card, "智能体")
    assert [found[term] for term in ("omni", "2504.08685", "bo li", "ada muller", "bo", "li", "others")] == [
        NAME, NAME, PERSON, PERSON, TITLE, AUTHOR, TEXT,
    ]  # fmt: skip
    assert "智能" in found
    assert "the" not in found  # tells nothing


def test_a_word_of_any_length_costs_no_more_than_a_long_one():
    assert max(map(len, card_terms(archived(a_card(1, name="x" * 5000, text="y" * 5000)), ""))) <= 24
