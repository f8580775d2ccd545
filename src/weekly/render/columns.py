"""Plain text in columns, as terminals count them: a Chinese character takes two."""

from __future__ import annotations

import re
from unicodedata import combining, east_asian_width

WIDTH = 72
_WORD = re.compile(r"https?://\S+|[^\s\u2e80-\u9fff\uff00-\uffef]+|[\u2e80-\u9fff\uff00-\uffef]|\s+")
_NEVER_FIRST = frozenset("，。、；：！？）》】”’,.;:!?)]}")


def width(text: str) -> int:
    """How many columns *text* takes (https://www.unicode.org/reports/tr11/)."""
    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def columns(text: str, limit: int = WIDTH, indent: str = "") -> str:
    """*text* with its lines broken at *limit* columns, further lines of a paragraph after *indent*.

    Words and addresses are never broken; a closing mark takes the word before it along rather than begin a line.
    """
    return "\n".join(_wrap(line, limit, indent) for line in text.split("\n"))


def _wrap(line: str, limit: int, indent: str) -> str:
    out: list[str] = []
    current: list[str] = []
    room = limit
    for word in _WORD.findall(line):
        size = width(word)
        if size > room and any(map(str.strip, current)) and not word.isspace():
            taken = [current.pop()] if word in _NEVER_FIRST and any(map(str.strip, current[:-1])) else []
            out.append("".join(current).rstrip())
            current, room = [indent, *taken], limit - width(indent) - sum(map(width, taken))
        current.append(word)
        room -= size
    return "\n".join([*out, "".join(current).rstrip()])
