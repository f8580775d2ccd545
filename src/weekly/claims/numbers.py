"""The numbers of a text, each under one spelling: 1,000 and 1000, 3.5 % and 3.5%, 2× and "twice", 8B and 80亿."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from weekly.claims.words import words

_DIGITS = r"\d{1,3}(?:[,，]\d{3})+(?:\.\d{1,6})?(?![\d])|\d{1,12}(?:\.\d{1,6})?"
_SCALES = {
    "k": 3, "thousand": 3, "千": 3, "m": 6, "million": 6, "millions": 6, "百万": 6, "b": 9, "billion": 9,
    "billions": 9, "十亿": 9, "trillion": 12, "t": 12, "万": 4, "亿": 8, "千万": 7, "万亿": 12, "hundred": 2, "百": 2,
}  # fmt: skip
_UNIT = (
    r"(?:(?P<percent>[%％]|\\%|percent\b|per cent\b|个百分点)"
    r"|(?P<times>[x×](?![A-Za-z0-9])|[-\s]?times\b|-?folds?\b|倍)"
    r"|(?P<scale>(?:thousand|millions?|billions?|trillion|hundred)\b|万亿|千万|百万|十亿|[万亿千百]"
    r"|(?-i:[kKMBTb])(?![A-Za-z0-9])|m(?![A-Za-z0-9])))?"
)
_NUMBER = re.compile(rf"(?<![A-Za-z\d_])(?<!\d[.,])(?P<digits>{_DIGITS})(?P<gap>[\s\u00a0-]?){_UNIT}", re.IGNORECASE)
_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90, "hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000, "dozen": 12,
    "twice": 2, "double": 2, "doubles": 2, "doubling": 2, "doubled": 2, "dual": 2, "both": 2, "triple": 3, "thrice": 3,
    "second": 2, "third": 3, "half": 50, "single": 1, "one": 1, "first": 1, "once": 1, "zero": 0, "fourth": 4,
    "fifth": 5, "quarter": 25, "bi": 2, "tri": 3, "pairs": 2, "pair": 2, "hundreds": 100, "thousands": 1000,
}  # fmt: skip
_CLAIMED = words("numerals")
_WORD = re.compile(
    r"(?<![A-Za-z])(?:" + "|".join(sorted(_WORDS, key=len, reverse=True)) + r")(?![A-Za-z])", re.IGNORECASE
)
_SPELLED = re.compile(
    r"(?<![A-Za-z])(two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|fifty)[\s-]"
    r"(hundred|thousand|million|billion|trillion)(?![A-Za-z])",
    re.IGNORECASE,
)
_CJK = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_CJK_LARGE = re.compile(r"([一二两三四五六七八九]?十?[一二两三四五六七八九]?)(百万|千万|万亿|十亿|[百千万亿倍])")
_LOWERED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉０１２３４５６７８９", "0123456789" * 3)
_POWER = re.compile(r"(?<=\d)(?=[⁰¹²³⁴⁵⁶⁷⁸⁹])")
"""Before an exponent, which is a number of its own: 10¹⁷ is no 1017."""
_BELOW = r"over|more than|at least|exceeding|超过|逾|超|高于|不少于|至少"
_ABOVE = r"nearly|almost|close to|under|less than|近|接近|将近|不到"
_BOUND = re.compile(
    rf"(?:(?P<below>{_BELOW})|(?P<above>{_ABOVE})|about|around|roughly|approximately|~|≈|约|大约|大概)\s{{0,2}}$",
    re.IGNORECASE,
)
"""What says that a number is rounded: down ("over 70" for 72), up ("nearly 75" for 74.8), or to the nearest."""
_ROUNDED = Decimal("0.03")
"""The share of itself by which rounding may change a number: 74.8 to 75 and 29,870 to 30,000, never 67 to 70."""
_YEARS = range(1900, 2101)
ANY, PERCENT, TIMES = "", "%", "×"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number as a text states it."""

    text: str
    value: Decimal
    unit: str = ANY
    """`%`, `×`, or nothing for what it counts or measures."""
    bound: str = ""
    """Whether the text itself says that it is rounded: `about`, or to one side, `below` or `above` the exact one."""
    before: str = ""
    after: str = ""
    """The Latin words on either side."""


def stated(text: str) -> list[Number]:
    """The numbers that *text* asks its reader to believe, in order; figures glued to a name belong to the name."""
    claimed = (match for match in _WORD.finditer(text) if match[0].lower() in _CLAIMED)
    return [*_figures(text), *(_word(text, match) for match in claimed)]


class Held:
    """The numbers that sources hold."""

    def __init__(self, text: str) -> None:
        self._units: dict[Decimal, set[str]] = {}
        self._places: dict[tuple[str, str], set[Decimal]] = {}
        for number in (*_figures(text), *(_word(text, match) for match in _WORD.finditer(text)), *_glued(text)):
            self._units.setdefault(number.value, set()).add(number.unit)
            if number.before and number.after:
                self._places.setdefault((number.before, number.after), set()).add(number.value)

    def __contains__(self, number: Number) -> bool:
        there = self._places.get((number.before, number.after))
        if there is not None and number.value not in there:
            return any(_rounds(value, number) for value in there)
        units = self._units.get(number.value)
        if units is not None and (number.unit == ANY or number.unit in units or ANY in units):
            return True
        return any(_rounds(value, number) for value in self._units)


def _figures(text: str) -> Iterator[Number]:
    plain = _POWER.sub("^", text).translate(_LOWERED) if not text.isascii() else text
    for match in _NUMBER.finditer(plain):
        if (value := _value(match["digits"])) is None:
            continue
        scale = match["scale"]
        if (
            scale and (len(scale) > 1 or match["gap"] != "-") and (scale != "m" or not match["gap"])
        ):  # "10 m" are metres
            value = value.scaleb(_SCALES[scale.lower()])
        unit = PERCENT if match["percent"] else TIMES if match["times"] else ANY
        bound = _BOUND.search(plain, max(0, match.start() - 16), match.start())
        before, after = _neighbours(plain, match)
        yield Number(
            text=match[0].strip(" \u00a0-"),
            value=value.normalize(),
            unit=unit,
            bound=(bound.lastgroup or "about") if bound else "",
            before=before,
            after=after,
        )
    for match in _SPELLED.finditer(plain):
        value = Decimal(_WORDS[match[1].lower()]).scaleb(_SCALES[match[2].lower()])
        yield Number(text=match[0], value=value.normalize())
    for match in () if plain.isascii() else _CJK_LARGE.finditer(plain):
        if match[1]:
            scale = _SCALES.get(match[2], 0)
            unit = TIMES if match[2] == "倍" else ANY
            yield Number(text=match[0], value=Decimal(_cjk(match[1])).scaleb(scale).normalize(), unit=unit)


_GLUED = re.compile(r"[A-Za-z_-](\d{1,9}(?:\.\d{1,4})?)")


def _glued(text: str) -> Iterator[Number]:
    """Figures inside names: a source that says GPT-4 or top5 holds 4 and 5."""
    for match in _GLUED.finditer(text):
        if (value := _value(match[1])) is not None:
            yield Number(text=match[1], value=value.normalize())


_BEFORE = re.compile(r"([A-Za-z]+)[^A-Za-z]{0,4}$")
_AFTER = re.compile(r"[^A-Za-z]{0,4}([A-Za-z]+)")
_AFTER_TWO = re.compile(r"[^A-Za-z]{0,4}([A-Za-z]+[^A-Za-z]{1,2}[A-Za-z]+)")


def _neighbours(text: str, match: re.Match[str]) -> tuple[str, str]:
    sign = text[match.start() - 1 : match.start()]
    if sign and sign in "(/":  # "(2) a method" counts, "6.3/7" is a share: the sign says more than the word before it
        after = _AFTER_TWO.match(text, match.end(), match.end() + 40)
        return sign, after[1].lower() if after else ""
    before = _BEFORE.search(text, max(0, match.start() - 20), match.start())
    after = _AFTER.match(text, match.end(), match.end() + 20)
    return before[1].lower() if before else "", after[1].lower() if after else ""


def _word(text: str, match: re.Match[str]) -> Number:
    word = match[0].lower()
    unit = PERCENT if word in {"half", "quarter"} else ANY
    before, after = _neighbours(text, match)
    value = Decimal(_WORDS[word]).normalize()
    return Number(text=match[0], value=value, unit=unit, before=before, after=after)


def _value(digits: str) -> Decimal | None:
    try:
        return Decimal(digits.replace(",", "").replace("，", ""))
    except InvalidOperation:
        return None


def _cjk(numeral: str) -> int:
    tens, ten, ones = numeral.partition("十")
    if not ten:
        return _CJK[numeral]
    return 10 * _CJK.get(tens, 1) + _CJK.get(ones, 0)


def _rounds(exact: Decimal, said: Number) -> bool:
    """Whether *said* is *exact* with fewer digits: about 75 for 74.8, 30000 for 29,870; never 4 for 3.7."""
    value = said.value
    if not said.bound or exact == value or not exact or not value:
        return False
    if (value > exact) if said.bound == "below" else (said.bound == "above" and value < exact):
        return False
    digits = value.as_tuple().digits
    if (len(digits) < 2 and value < 10) or len(digits) >= len(exact.as_tuple().digits):  # noqa: PLR2004 - two digits say something
        return False
    if not said.unit and exact in _YEARS and value in _YEARS:
        return False
    step = Decimal(1).scaleb(int(value.as_tuple().exponent))
    reach = step / 2 if said.bound == "about" else step
    return abs(exact - value) <= min(reach, abs(exact) * _ROUNDED)
