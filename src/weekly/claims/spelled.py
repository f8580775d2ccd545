"""English numbers in words: twenty-one, three million, two-thirds, half, twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from weekly.claims.words import words

_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_LARGE = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
_SHARES = {"half": 50, "halves": 50, "halved": 50, "halving": 50, "quarter": 25}
_PLAIN = {
    **{word: at for at, word in enumerate(_ONES, 1)},
    **{word: at for at, word in enumerate(_TEENS, 11)},
    **{word: at * 10 for at, word in enumerate(_TENS, 1)},
    **{word: at + (at > 4) for at, word in enumerate(_MONTHS, 1)},  # noqa: PLR2004 - May is a verb more often
    **{f"{word}fold": at for at, word in enumerate(_ONES, 1)},
    **_LARGE,
    **{f"{word}s": value for word, value in _LARGE.items()},
    **{word: at for at, word in enumerate(_ORDINALS, 1)},
    "zero": 0, "single": 1, "once": 1, "both": 2, "pair": 2, "pairs": 2, "dual": 2, "bi": 2, "twice": 2, "double": 2,
    "doubles": 2, "doubled": 2, "doubling": 2, "tri": 3, "thrice": 3, "triple": 3, "triples": 3, "tripled": 3,
    "tripling": 3, "quadruple": 4, "tenfold": 10, "dozen": 12,
}  # fmt: skip
_ANY_OF = "|".join
_SPELLED = re.compile(
    rf"(?<![A-Za-z])(?:(?P<tens>{_ANY_OF(_TENS[1:])})[\s-](?P<ones>{_ANY_OF(_ONES)})"
    rf"|(?P<above>an?|{_ANY_OF(_ONES)})[\s-](?P<below>{_ANY_OF(_PARTS)})s?"
    rf"|(?P<count>{_ANY_OF((*_ONES, *_TENS, *_TEENS))})[\s-](?P<large>{_ANY_OF(_LARGE)})"
    r"|(?P<may>(?-i:May))(?=,?\s(?:19|20)\d\d)"
    rf"|(?P<plain>{_ANY_OF(sorted({*_PLAIN, *_SHARES}, key=len, reverse=True))}))(?![A-Za-z])",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z]+")
_TELLING = frozenset({*_PLAIN, *_SHARES, *(f"{part}s" for part in _PARTS), "may"})
"""Words without one of which no text has a number in words."""
_BEGIN = _TELLING | {"a", "an"}
_CLAIMED = words("numerals")


class NumberKind(Enum):
    """What a number in words is."""

    COUNT = "count"
    ORDINAL = "ordinal"
    DATE = "date"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Spelled:
    """A number in words and where it stands."""

    start: int
    end: int
    value: Decimal
    """Of a share, in percent."""
    kind: NumberKind
    claimed: bool
    """Whether it asks to be believed: one and first are rather words than numbers."""


def spelled(text: str) -> Iterator[Spelled]:
    """The numbers that *text* writes in English words, in order."""
    if _TELLING.isdisjoint(map(str.lower, _WORD.findall(text))):
        return
    end = 0
    for word in _WORD.finditer(text):
        # Few words begin a number: the rule is twenty times slower than a look for them.
        match = _SPELLED.match(text, word.start()) if word.start() >= end and word[0].lower() in _BEGIN else None
        if match is None:
            continue
        end = match.end()
        said = {name: word.lower() for name, word in match.groupdict().items() if word}
        value, kind = _value(said)
        claimed = kind is not NumberKind.DATE and said.get("plain", "") in {"", *_CLAIMED}
        yield Spelled(match.start(), match.end(), value, kind, claimed)


def _value(said: dict[str, str]) -> tuple[Decimal, NumberKind]:
    if word := said.get("plain"):
        if word in _SHARES:
            return Decimal(_SHARES[word]), NumberKind.SHARE
        kind = NumberKind.ORDINAL if word in _ORDINALS else NumberKind.DATE if word in _MONTHS else NumberKind.COUNT
        return Decimal(_PLAIN[word]), kind
    if "may" in said:
        return Decimal(5), NumberKind.DATE
    if "tens" in said:
        return Decimal(_PLAIN[said["tens"]] + _PLAIN[said["ones"]]), NumberKind.COUNT
    if "large" in said:
        return Decimal(_PLAIN[said["count"]] * _LARGE[said["large"]]), NumberKind.COUNT
    above = Decimal(_PLAIN.get(said["above"], 1))
    return (above * 100 / _PARTS[said["below"]]).quantize(Decimal("0.0001")).normalize(), NumberKind.SHARE
