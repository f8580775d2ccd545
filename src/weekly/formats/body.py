"""Escaping of running text: what looks like a mark of the format gets a backslash, and loses it when read."""

from __future__ import annotations

import re
from collections.abc import Callable

from weekly.formats.lines import fence, split

HEADING = r"#{1,6}(?:[ \t]|$)"
RULE = r"(?:-{3,}|={3,}|\*{3,}|_{3,})[ \t]*$"
"""A line between two parts."""


class Body:
    """The way running text is written among lines that begin with one of the *marks* of a form.

    `read(write(text)) == text` for every text without white space around it. Code is left alone: nothing is a mark
    inside of closed fences. *also* tells of marks that no expression tells; they hold a `](` or a `://`. *last* is
    what looks like a mark only where the text ends.
    """

    def __init__(self, *marks: str, also: Callable[[str], bool] | None = None, last: str | None = None) -> None:
        mark = r" {0,3}(\\*)(?:" + "|".join(marks) + ")"
        self._mark = re.compile(mark)
        self._also = also or (lambda _: False)
        self._signs = ("\r", "](", "://") if also else ("\r",)
        self._last = re.compile(rf" {{0,3}}(\\*){last}") if last else None
        self._may_matter = re.compile(rf"^(?:{mark}|[ \t]*\\*(?:```|~~~))", re.MULTILINE).search

    def write(self, text: str, *, behind: bool = False) -> str:
        """*text* for a page; *behind* a label its first line is no line's beginning."""
        return self._each(text, behind=behind, change=self._escaped)

    def read(self, raw: str, *, behind: bool = False) -> str:
        """What *raw* says."""
        return self._each(raw, behind=behind, change=self._plain)

    def again(self, raw: str) -> str:
        """*raw* as it would be written again."""
        return self.write(self.read(raw)) if self._matters(raw) else raw

    def _each(self, text: str, *, behind: bool, change: Callable[[str, int], str]) -> str:
        if not self._matters(text):
            return text
        shield = "." if behind else ""
        lines = split(shield + text)
        last = max((i for i, line in enumerate(lines) if line.text), default=0)
        changed = []
        for index, line in enumerate(lines):
            at = None if line.code else self._place(line.text, last=index == last)
            changed.append(line.raw if at is None else change(line.text, at) + line.end)
        return "".join(changed).removeprefix(shield)

    def _matters(self, text: str) -> bool:
        """Whether anything in *text* may be a mark: most texts are read no further."""
        for sign in self._signs:  # asked of each text several times: a generator takes twice as long
            if sign in text:
                return True
        if self._may_matter(text):
            return True
        end = text.rstrip()
        return bool(self._last and self._last.match(end, max(end.rfind("\n"), end.rfind("\r")) + 1))

    @staticmethod
    def _escaped(text: str, at: int) -> str:
        return text[:at] + "\\" + text[at:]

    @staticmethod
    def _plain(text: str, at: int) -> str:
        return text[:at] + text[at + 1 :] if text[at] == "\\" else text

    def _place(self, text: str, *, last: bool) -> int | None:
        """Where a backslash goes or goes away, None for a line that looks like no mark."""
        match = self._mark.match(text) or (last and self._last and self._last.match(text))
        if match:
            return match.start(1)
        start = text.lstrip(" \t")
        bare = start.lstrip("\\")
        return len(text) - len(start) if fence(bare) or self._also(bare) else None
