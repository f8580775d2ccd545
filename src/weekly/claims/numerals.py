"""Chinese numerals, and figures with Chinese scales: 一百二十万, 1亿2000万, 三点五亿, 百分之三十七, 三成五, 一半."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_DIGITS = {
    sign: at
    for at, signs in enumerate(("零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九"))
    for sign in signs
}
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_SECTION = 10**4
"""Scales from here on multiply what stands before them, 三千万 as a whole; those below add up to it."""
_D = f"[{''.join(_DIGITS)}]"
_SIGNS = f"[{''.join(_DIGITS)}{''.join(_SCALES)}]"
_CHINESE = rf"{_SIGNS}{{1,24}}(?:点{_D}{{1,8}}[十百千万亿]{{0,3}})?"
_FIGURES = r"(?:\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.\d{1,6})?"
# 5千克 and 第5百分位 are five of something.
_SCALED = rf"(?<![A-Za-z\d_.,])(?:{_FIGURES}\s?[十百千万亿]{{1,3}}(?![分克米瓦焦帕赫伏卡兆字])){{1,4}}"
_NUMERAL = re.compile(
    rf"(?P<of>[百千万])分之(?P<share>{_FIGURES}(?:[十百千万]{{1,2}})?|{_CHINESE})"
    rf"|(?P<below>\d{{1,4}}|{_SIGNS}{{1,6}})分之(?P<above>\d{{1,4}}|{_SIGNS}{{1,6}})"
    # 三成 is a share, 三成分 and 一成不变 are none.
    rf"|(?P<tenths>{_D}|\d|十)成(?P<more>半|{_D})?(?![{''.join(_DIGITS)}为了分就功立员果本长熟像因对份型品交语见绩千不])"
    r"|(?P<half>一半|半数|过半|减半|折半)"
    rf"|(?P<plain>{_SCALED}|{_CHINESE}(?!分[之位制点比]))"
)
_ANY = re.compile(f"[{''.join(_DIGITS)}{''.join(_SCALES)}之成半]")
_WRITTEN = re.compile(rf"{_FIGURES}|{_SCALED}|{_CHINESE}")
_TOKEN = re.compile(
    rf"(?P<figures>\d[\d,]*(?:\.\d+)?)|(?P<decimal>{_D}+点{_D}+)|(?P<digit>{_D})|(?P<scale>[十百千万亿])"
)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A Chinese numeral and where it stands."""

    start: int
    end: int
    value: Decimal
    """Of a share, in percent, to four places."""
    share: bool


def numerals(text: str) -> Iterator[Numeral]:
    """The numerals of *text* in order; those inside words (统一, 四川) are the caller's to tell apart."""
    if not _ANY.search(text):
        return  # most sentences have none, which this tells ten times quicker
    for match in _NUMERAL.finditer(text):
        number = value(match["plain"]) if match["plain"] else _share(match)
        if number is not None:
            yield Numeral(match.start(), match.end(), number, share=not match["plain"])


def value(numeral: str) -> Decimal | None:
    """The number that *numeral* writes (一百二十万, 1亿2000万, 二〇二六); None where it writes none, as 三五 does."""
    if not _WRITTEN.fullmatch(numeral):
        return None
    if len(numeral) > 1 and all(sign in _DIGITS for sign in numeral):
        # Read out figure by figure; two of them are a guess: 三五个 are three to five.
        return Decimal(_figures(numeral)) if len(numeral) > 2 else None  # noqa: PLR2004
    return _sum(numeral)


def _share(match: re.Match[str]) -> Decimal | None:
    if match["half"]:
        return Decimal(50)
    if match["tenths"]:
        more = 5 if match["more"] == "半" else value(match["more"] or "零")
        tenths = value(match["tenths"])
        return tenths * 10 + more if tenths is not None and more is not None else None
    below = Decimal(_SCALES[match["of"]]) if match["of"] else value(match["below"])
    above = value(match["share"] or match["above"])
    return (above * 100 / below).quantize(Decimal("0.0001")).normalize() if above is not None and below else None


def _sum(numeral: str) -> Decimal | None:
    """What digits and scales add up to; None where a scale is out of order or a digit has none, as in 三四十."""
    total, section = Decimal(0), Decimal(0)
    digit: Decimal | None = None
    ceiling, last = _SECTION, 10
    for token in _TOKEN.finditer(numeral):
        if token["scale"] is None:
            if digit is not None:
                return None
            if token["digit"] in ("零", "〇"):
                last = 10  # the digit after it is one of units: 一百零二, not 一百二
                continue
            digit = _number(token)
            continue
        scale = _SCALES[token["scale"]]
        if scale < _SECTION:
            if scale >= ceiling:
                return None
            section += (1 if digit is None else digit) * scale
            ceiling = scale
        else:
            section += digit or Decimal(0)
            if scale == _SECTION:
                total += (section or Decimal(1)) * scale
            else:
                total = (total + section or Decimal(1)) * scale
            section, ceiling = Decimal(0), _SECTION
        digit, last = None, scale
    if digit is not None:
        # 一百二 leaves its last scale out.
        section += digit * last / 10 if digit < 10 else digit  # noqa: PLR2004
    return total + section


def _number(token: re.Match[str]) -> Decimal:
    if token["figures"]:
        return Decimal(token["figures"].replace(",", ""))
    whole, _, part = token[0].partition("点")
    return Decimal(_figures(whole) + (f".{_figures(part)}" if part else ""))


def _figures(signs: str) -> str:
    return "".join(str(_DIGITS[sign]) for sign in signs)
