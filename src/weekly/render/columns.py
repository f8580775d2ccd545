"""Plain text in columns, as terminals count them: a Chinese character takes two."""

from __future__ import annotations

import re
from unicodedata import combining, east_asian_width

WIDTH = 72
_WORD = re.compile(r"[^\s\u2e80-\u9fff\uff00-\uffef]+|[\u2e80-\u9fff\uff00-\uffef]|\s+")
_NEVER_FIRST = frozenset("，。、；：！？）》】”’,.;:!?)]}")


def width(text: str) -> int:
    """How many columns *text* takes (https://www.unicode.org/reports/tr11/)."""
    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def columns(text: str, limit: int = WIDTH, indent: str = "") -> str:
    """*text* with its lines broken at *limit* columns, further lines of a paragraph after *indent*.

    Words and addresses are never broken; a closing mark hangs over rather than begin a line.
    """
    return "\n".join(_wrap(line, limit, indent) for line in text.split("\n"))


def _wrap(line: str, limit: int, indent: str) -> str:
    out, current, room = [], "", limit
    for word in _WORD.findall(line):
        size = width(word)
        if size > room and current.strip() and (word not in _NEVER_FIRST or room < 0):
            out.append(current.rstrip())
            current, room = indent, limit - width(indent)
            word = word.lstrip()  # noqa: PLW2901 - a line does not begin with a blank
            size = width(word)
        current += word
        room -= size
    return "\n".join([*out, current.rstrip()])
