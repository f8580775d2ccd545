"""The heading of a page under which what belongs to a topic stands: a chapter of questions, a group of entries."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from weekly.formats.insert import same_title

_ORDER = re.compile(r"^(?:第[零〇一二三四五六七八九十百\d]{1,6}[章节部篇]|【[^】]{1,4}】|[\d.]+)[ \t]*")
"""What headings are counted with."""
_ENOUGH = 2
"""Titles under a heading that speak for a topic."""


def fitting_heading(
    parts: Mapping[str, Sequence[str]], names: Sequence[str], keywords: Mapping[str, float] | None = None
) -> str:
    """The heading that a topic's works go under; empty where none fits.

    One that is one of *names* comes before one that holds one, a heading that holds a keyword before titles under it
    that do.

    Args:
        parts: the headings of a page, each with the titles under it.
        names: what the topic is called, in any language.
        keywords: words of the topic and what they weigh; those below zero speak against it.
    """
    wanted = [same for name in names if (same := _bare(name))]
    bare = {heading: _bare(heading) for heading in parts}
    equal = (heading for heading, words in bare.items() if words in wanted)
    near = (head for head, words in bare.items() if words and any(name in words or words in name for name in wanted))
    if named := next(equal, next(near, "")):
        return named
    words = dict.fromkeys((name.casefold() for name in names if name), 4.0) | dict(keywords or {})
    headings = {heading: _weigh(heading, words) for heading in parts}
    best = max(headings, key=lambda heading: headings[heading], default="")
    if best and headings[best] > 0:
        return best
    below = {heading: [_weigh(title, words) for title in titles] for heading, titles in parts.items()}
    shares = {
        heading: sum(weights) / len(weights)
        for heading, weights in below.items()
        if sum(weight > 0 for weight in weights) >= _ENOUGH
    }
    best = max(shares, key=lambda heading: shares[heading], default="")
    return best if best and shares[best] > 0 else ""


def _bare(title: str) -> str:
    return same_title(_ORDER.sub("", title.strip()))


def _weigh(text: str, words: Mapping[str, float]) -> float:
    folded = text.casefold()
    return sum(weight for word, weight in words.items() if _holds(folded, word.casefold()))


def _holds(text: str, word: str) -> bool:
    """Whether *text* holds *word*, and not as a part of a longer Latin one."""
    edge = r"(?<![a-z0-9])" if word[:1].isascii() else ""
    return bool(re.search(edge + re.escape(word) + (r"(?![a-z0-9])" if word[-1:].isascii() else ""), text))
