"""Links, pictures and what must be escaped inside of a line: text to Markdown and back.

Each pair of functions is the identity on text without line breaks: `read_x(write_x(text)) == text`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_PLAIN_URL = re.compile(r"[^\s<>()\\]*(?:\([^\s<>()\\]*\)[^\s<>()\\]*)*")
_LINE_BREAK = re.compile(r"[\r\n]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BRACKET = re.compile(r"\\.|[\[\]]")
_MARK = re.compile(r"[\\`*_<>~]|&(?=#?\w{1,32};)")
_BAR = re.compile(r"(\\*)\|")


def one_line(text: str) -> str:
    """*text* with its line breaks turned into spaces: a heading or a label has one line."""
    if "\n" not in text and "\r" not in text:
        return text.strip(" \t")
    return " ".join(part.strip(" \t") for part in _LINE_BREAK.split(text)).strip(" \t")


def _plain_label(text: str) -> bool:
    """Whether *text* may stand between brackets as it is."""
    if text.startswith("![") or text.endswith("\\") or any(pair in text for pair in ("](", "\\[", "\\]")):
        return False
    depth = 0
    for mark in re.findall(r"[\[\]]", text):
        depth += 1 if mark == "[" else -1
        if depth < 0:
            return False
    return depth == 0


def literal(text: str) -> str:
    """*text* with a backslash before each mark of Markdown, but for brackets, which `write_label` knows."""
    return _MARK.sub(r"\\\g<0>", text)


def write_label(text: str) -> str:
    """*text* as the label of a link: brackets escaped where they would end it (CommonMark 0.31, section 6.3)."""
    label = one_line(text)
    return label if _plain_label(label) else re.sub(r"([\\\[\]])", r"\\\1", label)


def read_label(raw: str) -> str:
    """What the label *raw* says."""
    return raw if _plain_label(raw) else re.sub(r"\\([\\\[\]])", r"\1", raw)


def write_url(url: str) -> str:
    """*url* as the destination of a link: in angle brackets where it has blanks or single parentheses."""
    safe = _CONTROL.sub(lambda match: f"%{ord(match[0]):02X}", url)
    return safe if _PLAIN_URL.fullmatch(safe) and "](" not in safe else "<" + re.sub(r"([\\<>])", r"\\\1", safe) + ">"


def read_url(raw: str) -> str:
    """The address in the link destination *raw*."""
    return re.sub(r"\\([\\<>])", r"\1", raw[1:-1]) if raw.startswith("<") and raw.endswith(">") else raw


def write_link(label: str, url: str) -> str:
    """A Markdown link."""
    return f"[{write_label(label)}]({write_url(url)})"


def read_link(raw: str) -> tuple[str, str] | None:
    """Label and address of a text that is one link and nothing else, None for any other text."""
    if not (raw.startswith("[") and raw.endswith(")")):
        return None
    end = closing_bracket(raw)
    if not raw.startswith("](", end):
        return None
    target = raw[end + 2 : -1]
    if "](" in target and not target.startswith("<"):
        return None
    return read_label(raw[1:end]), read_url(target)


def closing_bracket(raw: str) -> int:
    """Where the bracket that *raw* begins with is closed; its length for nowhere."""
    depth = 0
    for match in _BRACKET.finditer(raw):
        if match[0] == "[":
            depth += 1
        elif match[0] == "]":
            depth -= 1
            if depth == 0:
                return match.start()
    return len(raw)


def write_image(alt: str, url: str) -> str:
    """A Markdown picture."""
    return "!" + write_link(alt, url)


def read_image(raw: str) -> tuple[str, str] | None:
    """Alternative text and address of a text that is one picture and nothing else."""
    return read_link(raw[1:]) if raw.startswith("![") else None


def write_cells(cells: Iterable[str], separator: str = " | ") -> str:
    """*cells* with *separator*, which holds a `|`, between them; a `|` in a cell gets a backslash."""
    escaped = [_BAR.sub(r"\1\1\\|", one_line(cell)) for cell in cells]
    if separator.startswith("|"):
        escaped[:-1] = [cell + cell[len(cell.rstrip("\\")) :] for cell in escaped[:-1]]
    return separator.join(escaped)


def read_cells(raw: str) -> tuple[str, ...]:
    """The cells of *raw*, each without the blanks around it."""
    cells = [""]
    start = 0
    for match in _BAR.finditer(raw):
        cells[-1] += raw[start : match.start()] + match[1][: len(match[1]) // 2]
        start = match.end()
        if len(match[1]) % 2:
            cells[-1] += "|"
        else:
            cells.append("")
    cells[-1] += raw[start:]
    return tuple(cell.strip(" \t") for cell in cells)
