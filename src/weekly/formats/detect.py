from __future__ import annotations

import re
from collections.abc import Mapping

from weekly.errors import UnknownFormat

_LOOKED_AT = 1_000_000
"""Characters at the beginning of a text that tell what it is."""

_ASKED = r"(?:[?？吗呢]|什么|如何|怎么|哪些|介绍|区别|\b(?:What|How|Why)\b)"
"""What only a question says."""
_SIGNS = {
    "digest": (
        r"^\*\*(?:概要|标签|In brief|Tags)\*\*[：:]",
        r"^#[ \t][^\r\n]{0,500}(?:【[^【】\r\n]{0,40}周报】|\[[^\[\]\r\n]{0,40}Weekly\])[ \t]*\r?$",
    ),
    "topic": (
        r"^#[ \t]+(?:Special[ \t]+)?Topic[ \t]*[:：]",
        r"^\d{4}-\d{1,2}(?:-\d{1,2})?[ \t]*｜",
        r"^#{3}[ \t]+(?:概述|通俗易懂|In plain words)[ \t]*\r?$",
    ),
    "collection": (
        r"^#{1,6}[ \t]+(?:[\d.]{1,20}[ \t]*)?(?:简介|核心功能|技术原理|应用场景)[ \t]*\r?$",
        r"^#{4,6}[ \t]+(?:Introduction|Core features|Technical principles|Use cases)[ \t]*\r?$",
    ),
    "handbook": (r"^[ \t\ufeff\u200b]{0,8}<h[1-6][^<>\r\n]{0,200}?\bid[ \t]*=",),
}
"""What only one of the forms has at the beginning of a line."""
_WEAK_SIGNS = {
    "collection": (
        r"^[*_ \t]{0,4}\[⬆",
        r"^[ \t]{0,8}[-*+][ \t]+[^\[\]\r\n:：]{1,40}[:：][ \t]*https?://[^\s]{1,500}[ \t]*\r?$",
        r"^#{1,6}[ \t][^\r\n]{0,8}(?:目录|Contents)[ \t]*\r?\n\s{0,8}1\.[ \t]+[^\s\[]",
    ),
    "handbook": (
        r"^#{1,6}[ \t][^\r\n]{0,8}(?:目录|Contents)[ \t]*\r?\n\s{0,8}(?:-[ \t]+)?\[[^\r\n]{1,300}\]\(#",
        r"^[ \t]{0,8}(?:[-*+][ \t]+)?\[(?:\d{1,3}[.、．]|Q\d)[^\r\n]{1,300}\]\(#[^\r\n]{1,300}\)[ \t]*\r?$",
        rf"^#{{1,4}}[ \t]+\d{{1,3}}[.、．][^\r\n]{{0,200}}{_ASKED}",
    ),
}
"""What a page has that has none of the above."""

_WEIGHT = 5
"""Signs of the second kind that weigh as much as one of the first: an answer may have a heading `应用场景` in it."""


def _count_signs(signs: Mapping[str, tuple[str, ...]], text: str) -> dict[str, int]:
    return {
        name: sum(len(re.findall(pattern, text, re.MULTILINE | re.IGNORECASE)) for pattern in patterns)
        for name, patterns in signs.items()
    }


def detect(text: str) -> str:
    """The name of the format that *text* is in.

    Raises:
        UnknownFormat: it is in none of the four.
    """
    beginning = text[:_LOOKED_AT]
    strong, weak = _count_signs(_SIGNS, beginning), _count_signs(_WEAK_SIGNS, beginning)
    weights = {name: _WEIGHT * strong[name] + weak.get(name, 0) for name in _SIGNS}
    best = max(weights, key=lambda name: weights[name])
    if weights[best]:
        return best
    raise UnknownFormat(
        "this is none of digest, topic, collection and handbook: it has neither cards (**概要**：), "
        "nor # Topic: lines, nor sections (#### 简介), nor questions (<h2 id=…>)"
    )
