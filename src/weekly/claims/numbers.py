"""The numbers of a text, each under one spelling: 1,000 and 1000, 3.5 % and 百分之三点五, 2× and 两倍, 8B and 80亿."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from weekly.claims.numerals import Numeral, numerals
from weekly.claims.spelled import NumberKind, Spelled, spelled
from weekly.claims.units import ANY, COUNT, DATE, ORDINAL, PART, PERCENT, UNIT, unit_of

_SCALES = {
    "k": 3, "thousand": 3, "m": 6, "million": 6, "mn": 6, "b": 9, "billion": 9, "bn": 9, "t": 12, "trillion": 12,
    "hundred": 2,
}  # fmt: skip
_SCALE = (
    r"(?P<scale>(?:thousand|million|billion|trillion|hundred)(?=s?(?![a-z]))|(?:mn|bn)(?![a-z])"
    r"|(?-i:[kKMBTbm])(?![A-Za-z0-9]))"
)
_FIGURES = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,6})?(?!\d)|\d{1,12}(?:\.\d{1,6})?"
_NUMBER = re.compile(
    rf"(?=[\d.])(?<![A-Za-z\d_'’])(?<!\d[.,])(?:(?P<figures>{_FIGURES})|(?<![\d.])(?P<part>\.\d{{1,6}}))"
    rf"(?:e(?P<power>[+-]?\d{{1,2}})(?![A-Za-z\d]))?(?P<gap>[\s\u00a0-]?)(?:{_SCALE}|{UNIT})?",
    re.IGNORECASE,
)
_SPACED = re.compile(r"\d(?<![\d.,]\d)\d{0,2}(?:[ \u00a0\u202f]\d{3}){1,3}(?![\d.,])")
"""144 000, which may be two numbers as well."""
# A rule is searched for five times quicker when it begins with the signs that it may begin with, and looks back later.
_ONE = re.compile(rf"(?-i:[AaPpSs])(?<![A-Za-z][aps])(?:(?<=a)n?|(?<=p)er|(?<=s)ub)[\s-](?:{UNIT})", re.IGNORECASE)
_POWER = re.compile(r"(?<=[\d)）A-Za-z])[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,6}")
"""An exponent is a number of its own: 10¹⁷ is no 1017."""
_GLUED = re.compile(r"[\d₀-₉](?:(?<=[A-Za-z_-]\d)\d{0,8}(?:\.\d{1,4})?|(?<=[A-Za-z][₀-₉])[₀-₉]{0,5})")
"""Figures inside names: a source that says GPT-4 or top5 holds 4 and 5."""
_TO = re.compile(r"\s?(?:[-–—~～〜]|to|至|到|and)\s?")
_ANY_FIGURE = re.compile(r"[\d⁰¹²³⁴-⁹₀-₉]")
_LOW = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "0123456789" * 2)
_NARROW = str.maketrans("０１２３４５６７８９．％", "0123456789.%")
_BELOW = r"over|more than|at least|exceeding|greater than|>|超过|逾|超|高于|不少于|至少|大于"
_ABOVE = r"nearly|almost|close to|under|less than|fewer than|below|<|近|接近|将近|不到|低于|不足|少于"
_BOUND = re.compile(
    rf"(?:(?P<below>{_BELOW})|(?P<above>{_ABOVE})|about|around|roughly|approximately|approx\.|[~≈∼～]|约|大约|大概|约为)\s{{0,2}}$",
    re.IGNORECASE,
)
"""What says that a number is rounded: down ("over 70" for 72), up ("nearly 75" for 74.8), or to the nearest."""
_BOUND_AFTER = re.compile(r"\s?(?:(?P<rest>[多余])|(?P<below>\+|以上)|(?P<above>以下|以内)|左右|上下)")
_UNIT_HERE = re.compile(UNIT, re.IGNORECASE)
_OF_WORDS = {NumberKind.COUNT: COUNT, NumberKind.ORDINAL: ORDINAL, NumberKind.DATE: DATE, NumberKind.SHARE: PERCENT}
_UNCLAIMED = ("第", "数", "几", "上", "成", "好")
_SMALL = 10
"""Chinese numerals up to here are rather words: 一个, 三维, 四足."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number as a text states it."""

    text: str
    start: int
    values: tuple[Decimal, ...]
    """What it may be read as: 37.74m are metres or millions."""
    unit: str = ANY
    bound: str = ""
    """How the text says that it is rounded: `about`; to one side, `below` or `above` the exact one; `rest`."""
    before: str = ""
    after: str = ""
    """The Latin words on either side."""


def stated(text: str, names: Sequence[tuple[int, int]] = ()) -> list[Number]:
    """The numbers that *text* asks its reader to believe, in order; figures within *names* belong to the name."""
    chinese = [] if text.isascii() else list(numerals(text))
    every = [
        *(_figures(text, chinese) if _ANY_FIGURE.search(text) else ()),
        *(_chinese(text, one) for one in chinese if _claimed(text, one)),
        *(_word(text, one) for one in spelled(text) if one.claimed),
    ]
    return sorted((one for one in every if not any(a <= one.start < b for a, b in names)), key=lambda one: one.start)


@lru_cache(maxsize=256)
def held(text: str) -> tuple[Number, ...]:
    """Every number that *text* may be said to hold: those that it states, and figures in names, ordinals, months.

    Kept a while: each index of a source's sentences asks for them.
    """
    return tuple(_held(text))


def _held(text: str) -> Iterator[Number]:
    chinese = [] if text.isascii() else list(numerals(text))
    yield from (_chinese(text, one) for one in chinese)
    yield from (_word(text, one) for one in spelled(text))
    for match in _ONE.finditer(text):
        yield Number(text=match[0], start=match.start(), values=(Decimal(1),), unit=unit_of(match))
    if _ANY_FIGURE.search(text):
        yield from _in_figures(text, chinese)


def _in_figures(text: str, chinese: Sequence[Numeral]) -> Iterator[Number]:
    yield from _figures(text, chinese)
    for match in _GLUED.finditer(text):
        yield Number(text=match[0], start=match.start(), values=_values(match[0].translate(_LOW)), unit=PART)
    for match in _SPACED.finditer(text):
        yield Number(text=match[0], start=match.start(), values=_values(re.sub(r"\D", "", match[0])))


def _unit_behind(text: str, end: int) -> str:
    """What a scaled number is of: 1.5 million hours; things, where it does not say."""
    match = _UNIT_HERE.match(text, end + text.startswith(" ", end))
    return unit_of(match) if match else COUNT


def _values(figures: str, scale: int = 0) -> tuple[Decimal, ...]:
    return (Decimal(figures.replace(",", "")).scaleb(scale).normalize(),)


def _figures(text: str, chinese: Sequence[Numeral]) -> list[Number]:
    plain = text if text.isascii() else text.translate(_NARROW)
    scaled = [range(one.start, one.end) for one in chinese if plain[one.start].isdigit()]
    matches = [one for one in _NUMBER.finditer(plain) if not any(one.start() in span for span in scaled)]
    numbers = [_figure(plain, match) for match in matches]
    for at, (match, other) in enumerate(pairwise(matches)):
        if _TO.fullmatch(plain, match.end("figures") if match["figures"] else match.end("part"), other.start()):
            numbers[at] = _ranged(numbers[at], numbers[at + 1], other)
    powers = _POWER.finditer(plain) if plain is not text else ()
    return numbers + [
        Number(text=match[0], start=match.start(), values=_values(match[0].translate(_LOW))) for match in powers
    ]


def _figure(text: str, match: re.Match[str]) -> Number:
    figures, scale = match["figures"] or f"0{match['part']}", match["scale"]
    values, unit = (
        _values(figures, int(match["power"] or 0)),
        ORDINAL if text[match.start() - 1 : match.start()] == "第" else unit_of(match),
    )
    # "10 m" are metres, "4-b" are no billions, and 37.74m may be both.
    if scale and (len(scale) > 1 or (match["gap"] != "-" and not (scale == "m" and match["gap"]))):
        scaled = _values(figures, _SCALES[scale.lower()])
        values, unit = (values + scaled, ANY) if scale == "m" else (scaled, _unit_behind(text, match.end()))
    before, after = _neighbours(text, match.start(), match.end())
    return Number(
        text=match[0].strip(" \u00a0-"),
        start=match.start(),
        values=values,
        unit=unit,
        bound=_bound(text, match.start(), match.end()),
        before=before,
        after=after,
    )


def _ranged(number: Number, upper: Number, match: re.Match[str]) -> Number:
    """The lower end of a range, which has the unit and the scale of its upper end: 16-20%, 1-3B."""
    if number.unit != ANY or len(number.values) > 1:
        return number
    scale = _SCALES.get((match["scale"] or "").lower(), 0)
    values = tuple(dict.fromkeys((*number.values, *(value.scaleb(scale).normalize() for value in number.values))))
    return replace(number, values=values, unit=upper.unit)


def _chinese(text: str, numeral: Numeral) -> Number:
    match = _UNIT_HERE.match(text, numeral.end)
    end = match.end() if match else numeral.end
    unit = PERCENT if numeral.share else unit_of(match) if match else COUNT
    bound = _bound(text, numeral.start, end)
    words = text[numeral.start : end]
    return Number(text=words, start=numeral.start, values=(numeral.value.normalize(),), unit=unit, bound=bound)


def _claimed(text: str, numeral: Numeral) -> bool:
    """Whether a Chinese numeral asks to be believed: those in words (统一, 数百) and the small ones (三个) do not."""
    words = text[numeral.start : numeral.end]
    if numeral.share or words[0].isdigit():
        return True
    if text[numeral.start - 1 : numeral.start] in _UNCLAIMED or words[0] in "零〇百千万亿":
        return False
    return numeral.value > _SMALL or (numeral.value > 1 and text.startswith("倍", numeral.end))


def _word(text: str, word: Spelled) -> Number:
    match = (
        _UNIT_HERE.match(text, word.end + (text[word.end : word.end + 1] in (" ", "-")))
        if word.kind is NumberKind.COUNT
        else None
    )
    before, after = _neighbours(text, word.start, word.end) if word.kind is NumberKind.COUNT else ("", "")
    return Number(
        text=text[word.start : word.end],
        start=word.start,
        values=(word.value,),
        unit=unit_of(match) if match else _OF_WORDS[word.kind],
        before=before,
        after=after,
    )


def _bound(text: str, start: int, end: int) -> str:
    if match := _BOUND_AFTER.match(text, end):
        return match.lastgroup or "about"
    match = _BOUND.search(text, max(0, start - 16), start)
    return (match.lastgroup or "about") if match else ""


_BEFORE = re.compile(r"([A-Za-z]{2,20}) $")
_AFTER = re.compile(r" ?([A-Za-z]{2,20})")


def _neighbours(text: str, start: int, end: int) -> tuple[str, str]:
    before = _BEFORE.search(text, max(0, start - 21), start)
    after = _AFTER.match(text, end)
    return (before[1].lower(), after[1].lower()) if before and after else ("", "")
