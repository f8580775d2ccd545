"""Plain text in columns, as terminals count them: a Chinese character takes two."""

from __future__ import annotations

import re
from unicodedata import combining, east_asian_width

WIDTH = 72
_WORD = re.compile(r"https?://\S+|[^\s\u2e80-\u9fff\uff00-\uffef]+|[\u2e80-\u9fff\uff00-\uffef]|\s+")
_NEVER_FIRST = frozenset("，。、；：！？）》】」』”’,.;:!?)]}")
_NEVER_LAST = frozenset("（《【「『“‘")


def width(text: str) -> int:
    """How many columns *text* takes (https://www.unicode.org/reports/tr11/)."""
    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def columns(text: str, limit: int = WIDTH, indent: str = "") -> str:
    """*text* with its lines broken at *limit* columns, further lines of a paragraph after *indent*.

    Words and addresses are never broken; a closing mark takes the word before it along rather than begin a line, and an
    opening one goes along rather than end a line (https://www.w3.org/TR/clreq/#prohibition_rules_for_line_start_end).
    """
    return "\n".join(_wrap(line, limit, indent) for line in text.split("\n"))


def _wrap(line: str, limit: int, indent: str) -> str:
    out: list[str] = []
    current: list[str] = []
    room = limit
    for word in _WORD.findall(line):
        size = width(word)
        if size > room and any(map(str.strip, current)) and not word.isspace():
            taken: list[str] = []
            while any(map(str.strip, current[:-1])) and (
                (word in _NEVER_FIRST and not taken) or current[-1] in _NEVER_LAST
            ):
                taken.insert(0, current.pop())
            out.append("".join(current).rstrip())
            current, room = [indent, *taken], limit - width(indent) - sum(map(width, taken))
        current.append(word)
        room -= size
    return "\n".join([*out, "".join(current).rstrip()])
