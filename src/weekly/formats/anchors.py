"""The anchors that GitHub gives to headings, by the rule of the npm package github-slugger 2.0.0."""

from __future__ import annotations

import re
import unicodedata

from markdown_it import MarkdownIt
from markdown_it.token import Token

_KEPT = {"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "Pc"}
"""General categories that stay in an anchor; hyphens stay too, spaces become hyphens, all else goes."""
_CIRCLED = "24B6-24E9 1F130-1F149 1F150-1F169 1F170-1F189"
"""Symbols that Unicode calls alphabetic."""
_LATER = (
    "870-887 889-88F 897-89F 8B5 8C8-8D2 C3C C5C-C5D CDC-CDD CF3 ECE 170D 1715 171F 180F 1AC1-1ADD 1AE0-1AEB 1B4C "
    "1C89-1C8A 1DFA 2C2F 2C5F 9FFD-9FFF A7C0-A7C1 A7CB-A7DC A7F1-A7F4 10570-1057A 1057C-1058A 1058C-10592 10594-10595 "
    "10597-105A1 105A3-105B1 105B3-105B9 105BB-105BC 105C0-105F3 10780-10785 10787-107B0 107B2-107BA 10940-10959 "
    "10D40-10D65 10D69-10D6D 10D6F-10D85 10EC2-10EC7 10EFA-10EFF 10F70-10F85 11070-11075 110C2 1123F-11241 11380-11389 "
    "1138B 1138E 11390-113B5 113B7-113C0 113C2 113C5 113C7-113CA 113CC-113D3 113E1-113E2 116D0-116E3 11740-11746 "
    "11AB0-11ABF 11B60-11B67 11BC0-11BE0 11BF0-11BF9 11DB0-11DDB 11DE0-11DE9 11F00-11F10 11F12-11F3A 11F3E-11F42 "
    "11F50-11F5A 12F90-12FF0 1342F 13440-13455 13460-143FA 16100-16139 16A70-16ABE 16AC0-16AC9 16D40-16D6C 16D70-16D79 "
    "16EA0-16EB8 16EBB-16ED3 16FF2-16FF6 187F8-187FF 18CFF 18D09-18D1E 18D80-18DF2 1AFF0-1AFF3 1AFF5-1AFFB 1AFFD-1AFFE "
    "1B11F-1B122 1B132 1B155 1CCF0-1CCF9 1CF00-1CF2D 1CF30-1CF46 1DF00-1DF1E 1DF25-1DF2A 1E030-1E06D 1E08F 1E290-1E2AE "
    "1E4D0-1E4F9 1E5D0-1E5FA 1E6C0-1E6DE 1E6E0-1E6F5 1E6FE-1E6FF 1E7E0-1E7E6 1E7E8-1E7EB 1E7ED-1E7EE 1E7F0-1E7FE "
    "2A6DE-2A6DF 2B735-2B73F 2CEA2-2CEAD 2EBF0-2EE5D 31350-33479"
)
"""Letters, marks and digits that Unicode has since version 14: github-slugger knows version 13, Python a later one."""

_CAPITALS = {0xA7CB: 0x264, 0xA7DC: 0x19B}
"""Capitals since version 16 of small letters that are older: JavaScript knows them already, Python may not."""

_MARKED = re.compile(r"[\\`*_\[\]<>&~!]")
_LONGEST = 10_000
"""Characters of a heading; some marks cost more than they say."""
_CLOSING = re.compile(r"(?:^|(?<![ \t])[ \t]+)#+[ \t]*$")
_INLINE = MarkdownIt("commonmark", {"html": True}).enable("strikethrough")


def _ranges(text: str) -> list[range]:
    bounds = [[int(end, 16) for end in word.split("-")] for word in text.split()]
    return [range(bound[0], bound[-1] + 1) for bound in bounds]


class _Table(dict[int, int | None]):
    """What becomes of each character, filled as characters come."""

    def __init__(self) -> None:
        super().__init__({ord(" "): ord("-"), ord("-"): ord("-")} | _CAPITALS)
        self._circled = _ranges(_CIRCLED)
        self._later = _ranges(_LATER)

    def __missing__(self, code: int) -> int | None:
        kept = unicodedata.category(chr(code)) in _KEPT and not any(code in later for later in self._later)
        self[code] = code if kept or any(code in circled for circled in self._circled) else None
        return self[code]


_TABLE = _Table()


def slug(heading: str) -> str:
    """The anchor of *heading* on a page that has no other heading like it."""
    return heading.lower().translate(_TABLE)


def plain(heading: str) -> str:
    """What a reader sees of *heading*: GitHub makes the anchor of that, without the marks of links and emphasis."""
    text = _CLOSING.sub("", heading)
    if not _MARKED.search(text) or len(text) > _LONGEST:
        return text
    return "".join(_seen(token) for token in _INLINE.parseInline(text)[0].children or ())


def _seen(token: Token) -> str:
    return "" if token.type == "html_inline" else " " if token.type == "softbreak" else token.content


class Slugger:
    """The anchors of one page's headings, in order: the second of a kind gets `-1`, the third `-2`."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def slug(self, heading: str) -> str:
        """The anchor of the next *heading*."""
        first = anchor = slug(heading)
        while anchor in self._seen:
            self._seen[first] += 1
            anchor = f"{first}-{self._seen[first]}"
        self._seen[anchor] = 0
        return anchor
