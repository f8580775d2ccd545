"""Lines put into a text that stays as it is otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence

from weekly.errors import ParseError
from weekly.formats.lines import Line, fence, find_unclosed

ORDINAL = re.compile(r"(?:\d{1,9}\.)*\d{1,9}[.、．][ \t]*")
"""The number of a title, of several parts or of one."""


def same_title(text: str) -> str:
    """What two writings of one title have in common: words in one case, without number and punctuation."""
    bare = ORDINAL.sub("", text.strip(" \t"), count=1)
    return re.sub(r"[\W_]+", "", bare).casefold() or bare or text


def line_break(lines: Sequence[Line]) -> str:
    """How the first line of a text ends."""
    return next((end for line in lines if (end := line.end.lstrip(" \t"))), "\n")


def insert(lines: Sequence[Line], added: Sequence[tuple[int, Sequence[str]]]) -> str:
    """The text of *lines* with lines added.

    Args:
        lines: a text.
        added: new lines behind the number of the line that they go in front of; one more than the last number for the
            end.

    Raises:
        ParseError: code that the text never closes would swallow what is added.
    """
    if (opened := find_unclosed(lines)) and any(
        fence(text) for _, block in added for part in block for text in part.split("\n")
    ):
        raise ParseError(
            f"line {opened.number}: the code that begins here is never closed, close it before adding to the page"
        )
    end = line_break(lines)
    parts: list[str] = []
    for number in range(1, len(lines) + 2):
        for text in (text for at, block in added if at == number for text in block):
            if parts and not parts[-1].endswith(("\n", "\r")):
                parts.append(end)
            parts.append(text.replace("\r\n", "\n").replace("\n", end) + end)
        if number <= len(lines):
            parts.append(lines[number - 1].raw)
    return "".join(parts)


def add_blank_lines(lines: Sequence[Line], number: int, block: Sequence[str]) -> list[str]:
    """*block* with a blank line in front of it where there is none, and one behind it where something follows."""
    before = [""] if number > 1 and lines[number - 2].text else []
    behind = [""] if number <= len(lines) else []
    return [*before, *block, *behind]
