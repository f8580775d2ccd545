from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from weekly.formats.handbook.model import Handbook
from weekly.formats.insert import same_title

_ORDER = re.compile(r"^(?:第[零〇一二三四五六七八九十百\d]{1,6}[章节部篇]|【[^】]{1,4}】|[\d.]+)[ \t]*")
"""What chapters are counted with."""
_ENOUGH = 2
"""Questions of a chapter that speak for a topic."""


def fitting_chapter(page: Handbook, names: Sequence[str], keywords: Mapping[str, float] | None = None) -> str:
    """The title of the chapter that questions of a topic go to; empty where none fits.

    A heading that is one of *names* comes before one that holds one, a heading that holds a keyword before questions
    that do.

    Args:
        page: a handbook.
        names: what the topic is called, in any language.
        keywords: words of the topic and what they weigh; those below zero speak against it.
    """
    titled = [chapter for chapter in page.chapters if chapter.title and chapter.questions]
    wanted = [same for name in names if (same := _bare(name))]
    bare = {chapter.title: _bare(chapter.title) for chapter in titled}
    equal = (title for title, words in bare.items() if words in wanted)
    near = (title for title, words in bare.items() if words and any(name in words or words in name for name in wanted))
    if named := next(equal, next(near, "")):
        return named
    words = dict.fromkeys((name.casefold() for name in names if name), 4.0) | dict(keywords or {})
    headings = {chapter.title: _weigh(chapter.title, words) for chapter in titled}
    best = max(headings, key=lambda title: headings[title], default="")
    if best and headings[best] > 0:
        return best
    asked = {chapter.title: [_weigh(question.title, words) for question in chapter.questions] for chapter in titled}
    shares = {
        title: sum(weights) / len(weights) for title, weights in asked.items() if sum(w > 0 for w in weights) >= _ENOUGH
    }
    best = max(shares, key=lambda title: shares[title], default="")
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
