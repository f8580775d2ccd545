"""Text as rules and weights read it: lower case, no LaTeX, no addresses, no plural s."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

LONGEST = 4000
"""Characters of a text that are read: twice the longest abstract that arXiv takes (1,920)."""
TITLE = 2
"""How often a word of the title counts, against one of the text."""

_EMPTY_WORDS = """
    a an and are as at based be been between but by can data does during each efficient enhanced fast first for from
    fully general good has have high how if improved improving in into is it its large learning low method model more
    most multi near new no non not novel of on one only or other our out over paper problem recent self shall should
    simple single so some step study such system task than that the their there these they this those three through to
    toward two under unified up use user using via was we were what when where which while why will with within without
    work analysis approach application case effect evaluation framework introduction modeling result research review
    role set state survey technique test theory tool
"""
EMPTY = frozenset(_EMPTY_WORDS.split())
"""Words that say nothing of what a text is about, as `words` gives them."""

_ADDRESS = re.compile(r"https?://\S+|this https url")
_COMMAND = re.compile(r"\\(?:text|math|emph|bf|it|tt|rm|sc)[a-z]*\b")
_WORD = re.compile(r"[a-z0-9]+(?:\+\+)?")
_ACCENT = re.compile(r"""\{?\\(?:["'`^~=.]\{?|[chkruv]\{)\\?([a-z])\}{0,2}""")
_KEPT_CAPITAL = re.compile(r"(?<![a-z}^_])\{([a-z0-9]+)\}(?=[a-z])")
_OTHER_SCRIPT = re.compile(r"[\u0400-\u1fff\u2c00-\ud7ff\uf900-\ufdff]")
_GREEK = {chr(code): f" {unicodedata.name(chr(code)).split()[-1].lower()} " for code in range(ord("α"), ord("ω") + 1)}
_SPELLED = _GREEK | {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe"}
"""Greek letters are called by the names that LaTeX has for them; an accent has no entry and falls away."""
_TO_SPELL = re.compile(f"[\u0300-\u036f{''.join(_SPELLED)}]")


def plain(text: str) -> str:
    r"""The first LONGEST characters of *text* in lower case, without addresses, accents and LaTeX's formatting.

    `El Niño` and `El Ni\~no`, `β-plane` and `$\beta$-plane`, `{K}ey` and `Key` are read alike.
    """
    text = text[:LONGEST].lower()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).lower()
        text = _TO_SPELL.sub(lambda found: _SPELLED.get(found[0], ""), text)[:LONGEST]
    if "http" in text:
        text = _ADDRESS.sub(" ", text)
    if "\\" in text:
        text = _ACCENT.sub(r"\1", _COMMAND.sub(" ", text))
    return _KEPT_CAPITAL.sub(r"\1", text) if "{" in text else text


def words(plain_text: str) -> list[str]:
    """The Latin words and numbers of a `plain` text in order, each without its plural s."""
    # 3dgs, nerfs, bias: what the rule does to a word it does to the keyword as well, so a wrong cut is harmless.
    return [
        word[:-1] if word[-1] == "s" and len(word) > 3 and word[-2] not in "sui" else word  # noqa: PLR2004
        for word in _WORD.findall(plain_text)
    ]


def other_number(word: str) -> str:
    """The plural or singular of a word that `words` does not bring together: query and querie(s), box and boxe(s)."""
    if word.endswith("ie"):
        return f"{word[:-2]}y"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ie"
    if word.endswith(("sse", "xe", "che", "she")):
        return word[:-1]
    return f"{word}e" if word.endswith(("s", "x", "ch", "sh")) else ""


def has_other_script(text: str) -> bool:
    """Whether *text* holds a letter that is neither Latin nor Greek, such as a Chinese one."""
    return not text.isascii() and _OTHER_SCRIPT.search(text) is not None


class TokenizedText(NamedTuple):
    """A title and a text as rules and weights see them."""

    title: Sequence[str]
    text: Sequence[str]
    counts: Mapping[str, int]
    """How often each word and pair of neighbouring words occurs."""


@lru_cache(maxsize=1024)
def reading(title: str, text: str) -> TokenizedText:
    """*title* and *text* in `words`, read once for the classifier and the ranking behind it."""
    first, rest = words(plain(title)), words(plain(text))
    return TokenizedText(first, rest, count_words(first, rest))


def count_words(title: Sequence[str], text: Sequence[str]) -> Counter[str]:
    """How often each word and pair of neighbouring words occurs; *title* and *text* are what `words` gave."""
    counts = Counter(title)
    counts.update(map(" ".join, itertools.pairwise(title)))
    for key in counts:
        counts[key] *= TITLE
    counts.update(text)
    counts.update(map(" ".join, itertools.pairwise(text)))
    return counts
