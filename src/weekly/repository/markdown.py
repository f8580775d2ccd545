"""What strangers wrote, in the Markdown and the log of a hosting site: shown as it is, and doing nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from weekly.text import one_line


def code(text: str, limit: int = 200) -> str:
    """*text* as a span of code: no markup, no link, nobody mentioned (https://spec.commonmark.org/0.31.2/#code-spans)."""
    plain = one_line(text, limit).replace("`", "'").strip()
    return f"`{plain}`" if plain else ""


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; bars would end a cell, in code too (https://github.github.com/gfm/#tables-extension-)."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(str(cell).replace('|', '¦') for cell in line)} |" for line in lines)


def annotation(level: str, message: str, *, file: str, line: int, title: str) -> str:
    """The line of a log that the hosting site shows at a line of a file.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message
    """
    where = ",".join(f"{name}={_property(str(value))}" for name, value in _fields(file, line, title))
    return f"::{level} {where}::{_data(message)}"


def _fields(file: str, line: int, title: str) -> tuple[tuple[str, object], ...]:
    return ("file", file), ("line", line), ("title", title)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
