"""The marks that all four forms begin their lines with."""

from __future__ import annotations

import re
from collections.abc import Sequence

from weekly.text.vocabulary import EN, ZH

from .body import RULE as RULE_LINE
from .lines import Chunk, Line, join
from .pieces import RULE, Piece, Ways, piece

HEADING = re.compile(r"( {0,3}(#{1,6})(?:[ \t]+|$))(.*)", re.DOTALL)
"""Mark, hashes and text of a heading (CommonMark 0.31, section 4.2)."""
LISTED = re.compile(r"([ \t]*(?:\d{1,9}[.)]|[-*+])[ \t]+)([^ \t].*)", re.DOTALL)
"""Mark and text of a list's line."""
CONTENTS = (ZH.contents, EN.contents, "Table of contents")
"""The words over a list of contents."""
_CONTENTS = re.compile(rf"[^\w#|\[\]]*(?:{'|'.join(CONTENTS)})[*_:： \t]*", re.IGNORECASE)
_RULE = re.compile(RULE_LINE)
_CONFLICT = re.compile(r"(?:<{7}|>{7}|\|{7}|={7})(?:[ \t]|$)")


def is_rule(line: Line) -> bool:
    """Whether a line keeps two parts apart."""
    return line.text[:1] in "-=*_" and bool(_RULE.fullmatch(line.text))


def rule(chunk: Chunk) -> Piece:
    """The piece of such a line."""
    raw, after = join(chunk.lines)
    return Piece(part=RULE, after=after, written=None if raw == "---" else raw)


def is_contents(name: str) -> bool:
    """Whether a heading stands over a list of contents: `目录`, `📋  目录`, `**Contents**`."""
    return bool(_CONTENTS.fullmatch(name))


def level(line: Line) -> int:
    """The level of the heading that a line is, 0 for any other line."""
    if line.code or "#" not in line.text[:4]:
        return 0
    match = HEADING.match(line.text)
    return len(match[2]) if match else 0


def heading(chunk: Chunk, part: str, form: str, ways: Ways) -> tuple[Piece, str]:
    """The piece of a heading and its text; *form* is what stands in front of it when it is written again."""
    raw, after = join(chunk.lines)
    match = HEADING.match(raw)
    mark, text = (match[1], match[3]) if match else ("", raw)
    return piece(part, text, after, ways, None if mark == form else mark), text


def conflicts(lines: Sequence[Line]) -> list[Line]:
    """The lines that a merge left for somebody to decide (https://git-scm.com/docs/git-merge#_how_conflicts_are_presented)."""
    marks = [line for line in lines if _CONFLICT.match(line.text)]
    return marks if any(line.text[0] != "=" for line in marks) else []  # `=======` alone is a rule
