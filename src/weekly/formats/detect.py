from __future__ import annotations

import re

from weekly.errors import ParseError

_LOOKED_AT = 1_000_000
"""Characters at the beginning of a text that tell what it is."""

_SIGNS = {
    "digest": (
        r"^\*\*(?:概要|标签|In brief|Tags)\*\*[：:]",
        r"^#[ \t][^\r\n]{0,500}(?:【[^【】\r\n]{0,40}周报】|\[[^\[\]\r\n]{0,40}Weekly\])[ \t]*\r?$",
        r"^#{2,3}[ \t]+\**(?:摘要|参考链接|参考文献)\**[ \t]*\r?$",
    ),
    "topic": (
        r"^#[ \t]+(?:Special[ \t]+)?Topic[ \t]*[:：]",
        r"^\d{4}-\d{1,2}(?:-\d{1,2})?[ \t]*｜",
        r"^#{3}[ \t]+(?:概述|通俗易懂)[ \t]*\r?$",
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
        r"^#{1,6}[ \t][^\r\n]{0,8}目录[ \t]*\r?\n\s{0,8}1\.[ \t]+[^\s\[]",
    ),
    "handbook": (r"^#{1,6}[ \t][^\r\n]{0,8}目录[ \t]*\r?\n\s{0,8}(?:-[ \t]+)?\[[^\r\n]{1,300}\]\(#",),
}
"""What a page has that has none of the above."""


def _count_signs(signs: dict[str, tuple[str, ...]], text: str) -> dict[str, int]:
    return {
        name: sum(len(re.findall(pattern, text, re.MULTILINE | re.IGNORECASE)) for pattern in patterns)
        for name, patterns in signs.items()
    }


def detect(text: str) -> str:
    """The name of the format that *text* is in.

    Raises:
        ParseError: it is in none of the four.
    """
    beginning = text[:_LOOKED_AT]
    for signs in (_SIGNS, _WEAK_SIGNS):
        counts = _count_signs(signs, beginning)
        best = max(counts, key=lambda name: counts[name])
        if counts[best]:
            return best
    raise ParseError(
        "this is none of digest, topic, collection and handbook: it has neither cards (**概要**：), "
        "nor # Topic: lines, nor sections (#### 简介), nor questions (<h2 id=…>)"
    )
