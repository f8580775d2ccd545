"""English numbers in words, told by what Unicode calls its numerals and the standard library its months."""

from __future__ import annotations

import calendar
import sys
import unicodedata
from decimal import Decimal

import pytest

from weekly.claims import unsupported
from weekly.claims.spelled import NumberKind, spelled

ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def named(*prefixes):
    """What Unicode calls its numerals, without *prefixes*, and what they count."""
    for sign in map(chr, range(sys.maxunicode + 1)):
        name = unicodedata.name(sign, "")
        for prefix in prefixes:
            if name.startswith(prefix):
                yield name.removeprefix(prefix).lower(), unicodedata.numeric(sign)


def readings(text):
    return [(one.value, one.kind) for one in spelled(text)]


@pytest.mark.parametrize(
    ("words", "number"),
    sorted({pair for pair in named("AEGEAN NUMBER ", "CIRCLED NUMBER ", "CIRCLED DIGIT ") if len(pair[0].split()) < 3}),
)
def test_a_number_in_words_is_what_unicode_counts_by_that_name(words, number):
    assert readings(f"It has {words} parts") == [(number, NumberKind.COUNT)]
    assert unsupported(f"It has {words} parts", [f"共 {int(number)} 个"]) == ()


@pytest.mark.parametrize(("words", "share"), sorted(set(named("VULGAR FRACTION "))))
def test_a_fraction_in_words_is_a_share(words, share):
    below = words.split()[-1].removesuffix("s")
    if words == "zero thirds" or below in {"seventh", "ninth", "numerator"}:
        return  # nobody writes them
    ((value, kind),) = readings(f"about {words} of them")
    assert kind is NumberKind.SHARE
    assert abs(value - Decimal(share * 100)) < Decimal("0.0001")


@pytest.mark.parametrize("number", range(1, 13))
def test_a_month_is_its_number_and_claims_nothing(number):
    (month,) = spelled(f"since {calendar.month_name[number]} 2025")
    assert (month.value, month.kind, month.claimed) == (number, NumberKind.DATE, False)


def test_may_is_a_month_only_beside_a_year():
    assert readings("It may be so in 2025") == []
    assert readings("In May, 2025") == [(5, NumberKind.DATE)]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "first once single onefold"),
        (2, "second twice both pair pairs dual bi double doubles doubled doubling twofold"),
        (3, "third thrice tri triple triples tripled tripling threefold"),
        (4, "fourth quadruple fourfold"),
        (5, "fifth fivefold"),
        (6, "sixth sixfold"),
        (7, "seventh sevenfold"),
        (8, "eighth eightfold"),
        (9, "ninth ninefold"),
        (10, "tenth tenfold"),
        (12, "dozen"),
        (0, "zero"),
    ],
)
def test_every_form_of_a_number_is_that_number(number, words):
    assert [value for value, _ in readings(words.replace(" ", ", "))] == [number] * len(words.split())


@pytest.mark.parametrize("word", ["half", "halves", "halved", "halving"])
def test_a_half_in_any_form_is_fifty_percent(word):
    assert unsupported("降低 50%。", [f"It is {word}."]) == ()
    assert unsupported("降低 49%。", [f"It is {word}."]) != ()


@pytest.mark.parametrize(
    ("words", "number"),
    [("hundred", 10**2), ("thousand", 10**3), ("million", 10**6), ("billion", 10**9), ("trillion", 10**12)],
)
def test_large_numbers_multiply(words, number):
    assert [value for value, _ in readings(f"{words}, {words}s, seven {words}, nineteen-{words}, ninety {words}")] == [
        number,
        number,
        7 * number,
        19 * number,
        90 * number,
    ]


def test_tens_and_ones_add_up():
    words = dict(named("CIRCLED NUMBER ", "AEGEAN NUMBER "))
    for tens in range(2, 10):
        (ten,) = (name for name, value in words.items() if value == tens * 10 and len(name.split()) == 1)
        for one, word in enumerate(ONES, 1):
            assert readings(f"{ten}-{word} and {ten} {word}") == [(tens * 10 + one, NumberKind.COUNT)] * 2


@pytest.mark.parametrize("text", ["bone", "often", "attend", "weight", "Tenerife", "a", "an", "someone", ""])
def test_a_part_of_a_word_is_no_number(text):
    assert readings(text) == []


def test_a_part_of_a_number_is_no_other_number():
    assert readings("two-thirds, twenty-one") == [(Decimal("66.6667"), NumberKind.SHARE), (21, NumberKind.COUNT)]
    two_thirds, twenty_one = spelled("two-thirds, twenty-one")
    assert (two_thirds.start, two_thirds.end, twenty_one.start, twenty_one.end) == (0, 10, 12, 22)


@pytest.mark.parametrize(
    ("word", "claimed"), [("one", False), ("first", False), ("twelve", True), ("two-thirds", True)]
)
def test_what_is_rather_a_word_than_a_number_claims_nothing(word, claimed):
    assert [one.claimed for one in spelled(word)] == [claimed]
