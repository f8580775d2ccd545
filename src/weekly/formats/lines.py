from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

BLANK = " \t"
"""White space that may stand behind the text of a line; a no-break space is text."""

_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")
_BACKTICKS = re.compile(r"(`{3,})([^`]*)$")
_TILDES = re.compile(r"(~{3,})(.*)$")


class Line(NamedTuple):
    """One line of a document; `text + end` is how it stands there."""

    number: int
    """Counted from 1."""
    text: str
    """Without the blanks behind it."""
    end: str
    """The blanks behind it and the line break."""
    code: bool
    """Whether it belongs to a fenced code block, its fences included."""

    @property
    def raw(self) -> str:
        """The line as it stands in the document."""
        return self.text + self.end


def split(text: str) -> list[Line]:
    """The lines of *text*, each knowing whether it is code.

    Fences follow CommonMark 0.31 section 4.5, but may be indented at will: they also stand inside of lists. A fence
    that nothing closes opens no code, so that a forgotten one does not swallow the rest of a page.
    """
    lines: list[Line] = []
    fences: list[tuple[int, str, bool]] = []
    for number, (raw, line_break) in enumerate(_LINE.findall(text), 1):
        if not raw:
            if line_break:  # else the end, once more
                lines.append(Line(number, "", line_break, False))
            continue
        kept = raw.rstrip(BLANK)
        if ("```" in kept or "~~~" in kept) and (marker := fence(kept)) is not None:
            fences.append((number - 1, *marker))
        lines.append(Line(number, kept, raw[len(kept) :] + line_break, False))
    for first, last in _pair_fences(fences):
        lines[first : last + 1] = [line._replace(code=True) for line in lines[first : last + 1]]
    return lines


def fence(text: str) -> tuple[str, bool] | None:
    """The backticks or tildes that a fence consists of and whether it may close one; None for other lines."""
    start = text.lstrip(BLANK)
    if not start.startswith(("```", "~~~")):
        return None
    match = (_BACKTICKS if start[0] == "`" else _TILDES).match(start)
    return (match[1], not match[2].strip()) if match else None


def find_unclosed(lines: Sequence[Line]) -> Line | None:
    """The first line that opens code which nothing closes."""
    return next((line for line in lines if not line.code and fence(line.text)), None)


def _pair_fences(fences: Sequence[tuple[int, str, bool]]) -> list[tuple[int, int]]:
    """First and last line of each code block."""
    longest = {"`": 0, "~": 0}
    closable = []
    for _, marker, closes in reversed(fences):
        closable.append(longest[marker[0]] >= len(marker))
        if closes:
            longest[marker[0]] = max(longest[marker[0]], len(marker))
    pairs = []
    opened: tuple[int, str] | None = None
    for (index, marker, closes), has_end in zip(fences, reversed(closable), strict=True):
        if opened is None:
            opened = (index, marker) if has_end else None
        elif closes and marker.startswith(opened[1]):
            pairs.append((opened[0], index))
            opened = None
    return pairs


def join(lines: Sequence[Line]) -> tuple[str, str]:
    """What stands on *lines* and the white space behind it; the first line is not blank."""
    last = len(lines) - 1
    while last > 0 and not lines[last].text:
        last -= 1
    before = "".join([line.text + line.end for line in lines[:last]]) if last else ""
    after = "".join([line.text + line.end for line in lines[last + 1 :]])
    return before + lines[last].text, lines[last].end + after


def lead(lines: Sequence[Line]) -> tuple[str, list[Line]]:
    """The white space in front of everything, a byte order mark among it, and the lines behind it."""
    first = 0
    while first < len(lines) and not lines[first].text.strip("\ufeff"):
        first += 1
    before = "".join(line.text + line.end for line in lines[:first])
    rest = list(lines[first:])
    if rest and rest[0].text.startswith("\ufeff"):
        text = rest[0].text.lstrip("\ufeff")
        before += rest[0].text[: len(rest[0].text) - len(text)]
        rest[0] = rest[0]._replace(text=text)
    return before, rest


class Chunk(NamedTuple):
    """Consecutive lines that one part of a document stands on; the first is not blank."""

    part: str
    lines: list[Line]

    @property
    def number(self) -> int:
        """Where it begins."""
        return self.lines[0].number


def chunks(lines: Sequence[Line], begins: Callable[[Line], str], running: Collection[str]) -> list[Chunk]:
    """*lines* cut into the parts of a document.

    Args:
        lines: the first is not blank.
        begins: the part that a line begins, or nothing. Not asked about blank lines and code.
        running: the parts that go on until another begins; what follows on any other part is `markdown`.
    """
    result: list[Chunk] = []
    for line in lines:
        part = begins(line) if line.text and not line.code else ""
        if line.text and (part or not result or result[-1].part not in running):
            result.append(Chunk(part or "markdown", [line]))
        else:
            result[-1].lines.append(line)
    return result
