"""Which language words are in, where it is another than that of the page or mail around them."""

from __future__ import annotations

import re

from markupsafe import Markup

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_WORD = re.compile(r"[A-Za-z]{2,}")
_PHRASE = 3
"""English words that make a phrase of their own; fewer are a name, which Chinese text is full of."""


def other_language(text: str, language: str) -> str:
    """The tag of the language of *text* (RFC 5646), empty where it is *language* or nobody can tell."""
    chinese = bool(_CHINESE.search(text))
    if language == "en":
        return "zh-Hans" if chinese else ""
    return "en" if not chinese and len(_WORD.findall(text)) >= _PHRASE else ""


def lang(text: str, language: str) -> Markup:
    """The attribute that says so in HTML, after a blank; empty where there is nothing to say."""
    tag = other_language(text, language)
    return Markup(' lang="{}"').format(tag) if tag else Markup("")
