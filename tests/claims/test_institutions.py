from __future__ import annotations

import pytest

from weekly.claims import institutions


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
