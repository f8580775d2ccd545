from __future__ import annotations

import pytest

from weekly.claims import institutions, unsupported


@pytest.mark.parametrize(
    ("spelling", "english"),
    [
        ("ICL", "Imperial College London"),
        ("Imperial", "Imperial College London"),
        ("上海交大", "Shanghai Jiao Tong University"),
        ("University of California, Berkeley", "University of California, Berkeley"),
        ("阶跃星辰", "StepFun"),
    ],
)
def test_spellings_lead_to_one_institution(spelling, english):
    assert institutions.find(spelling).en == english


def test_every_row_has_a_name_of_its_own():
    rows = {id(row): row for row in institutions.spellings().values()}
    assert len({row.en for row in rows.values()}) == len(rows)


def test_the_longest_spelling_wins():
    assert [one.known for one in institutions.mentions("the Chinese University of Hong Kong, Shenzhen")] == [
        "Chinese University of Hong Kong, Shenzhen"
    ]


def test_part_of_a_word_is_no_institution():
    assert institutions.mentions("META-learning, HITs, Googled, MITx") == []


def test_unknown_ones_are_mentioned_too():
    assert [one.text for one in institutions.mentions("by Foo Bar University and 由某某大学提出")] == [
        "某某大学",
        "Foo Bar University",
    ]


def test_an_account_of_an_institution_is_known_and_a_persons_is_not():
    assert institutions.owner("Microsoft").en == "Microsoft"
    assert institutions.owner("lzyhha") is None


@pytest.mark.parametrize(
    "text",
    [
        "转换为字节级模型。",
        "以提高通用性。",
        "数学、物理四大学科。",
        "使用合成微观结构实验室。",
        "凯斯西储大学轴承数据。",
    ],
)
def test_ordinary_words_and_latin_spellings_are_no_foreign_institution(text):
    assert unsupported(text, ["Case Western Reserve University"]) == ()


@pytest.mark.parametrize(
    "text", ["由南洋理工团队提出。", "由字节提出。", "made at the Institute of Foo", "来自某某实验室"]
)
def test_an_institution_of_no_source_is_found(text):
    assert unsupported(text, ["a method"]) != () or "某某" in text


def test_an_institution_goes_by_its_name_in_each_language():
    row = institutions.find("清华大学")
    assert (row.label("en"), row.label("zh")) == ("Tsinghua University", "清华大学")


def test_an_unknown_institution_is_held_as_it_is_written():
    assert unsupported("from Foo Bar University", ["Foo bar university, Mars"]) == ()
    assert unsupported("from Foo Bar University", ["a method"]) != ()
    assert unsupported("From The University", ["a method"]) != ()
