"""What can be wrong with the text of any document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from weekly.formats.lines import Line, find_unclosed
from weekly.formats.pieces import DocumentFinding

_ZERO_WIDTH = re.compile("[\u200b\u200c\u200d\u2060\ufeff]")
_JOINED = re.compile("[\u2600-\u27bf\ufe0f\U0001f000-\U0001faff]\u200d|\u200d[\u2600-\u27bf\U0001f000-\U0001faff]")
"""A joiner inside of an emoji belongs there."""
_EMPTY_TARGET = re.compile(r"(?<!!)\[[^\[\]\n]{1,200}\]\([ \t]*#?[ \t]*\)")
_OPEN_TARGET = re.compile(r"\]\([^()\n]*$")
_SPACE_BEFORE = re.compile(r"\[[^\[\]\n]{1,200}\][ \t]+\((?:https?://|#)")
_ORDINAL = re.compile(r"[ \t]*(\d{1,9})[.)]")


def of_lines(lines: Sequence[Line]) -> Iterator[DocumentFinding]:
    """Zero-width characters, malformed links, unclosed code and mixed line ends."""
    for line in lines:
        if not line.text.isascii() and _ZERO_WIDTH.search(_JOINED.sub("", line.text)):
            yield DocumentFinding(kind="zero-width", line=line.number, message="a zero-width character: nobody sees it")
        if not line.code and (why := _malformed(line.text)):
            yield DocumentFinding(kind="malformed-link", line=line.number, message=why)
    if open_line := find_unclosed(lines):
        yield DocumentFinding(
            kind="unclosed-code", line=open_line.number, message="the code that begins here is never closed"
        )
    yield from _mixed_line_ends(lines)


def _malformed(text: str) -> str:
    """What is wrong with the links of a line, or nothing."""
    if "](" not in text and "] " not in text:
        return ""
    if _EMPTY_TARGET.search(text):
        return "a link without an address"
    if _OPEN_TARGET.search(text[-4000:]):
        return "the address of a link is never closed"
    if _SPACE_BEFORE.search(text):
        return "a blank between the label and the address of a link"
    return ""


def _mixed_line_ends(lines: Sequence[Line]) -> Iterator[DocumentFinding]:
    first: str | None = None
    for line in lines:
        end = line.end.lstrip(" \t")
        if not end:
            continue
        if first is None:
            first = end
        elif end != first:
            yield DocumentFinding(kind="line-ends", line=line.number, message="line ends are mixed from here on")
            return


def of_numbering(marks: Iterable[tuple[int, str]], what: str) -> Iterator[DocumentFinding]:
    """Where the numbers of a list skip or repeat.

    Args:
        marks: line and written beginning of each entry of the list.
        what: what is numbered, for the message.
    """
    expected: int | None = None
    for line, mark in marks:
        match = _ORDINAL.match(mark)
        if not match:
            continue
        number = int(match[1])
        if expected is not None and number != expected:
            message = f"{what} number {number} follows number {expected - 1}"
            yield DocumentFinding(kind="numbering", line=line, message=message)
        expected = number + 1
