"""JSON lines in and out, compressed when the name ends in .gz."""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from weekly.errors import ParseError, WorkspaceError

if TYPE_CHECKING:
    from weekly.models import Entry


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file, one a line; raises ParseError naming the line that holds none."""
    try:
        with _open(path, "rt") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _object(line, path, number)
    except OSError as error:
        raise ParseError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (UnicodeDecodeError, EOFError) as error:
        raise ParseError(f"{path}: not UTF-8 JSON lines: {error}") from error


def _object(line: str, path: Path, number: int) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"{path}:{number}: not JSON: {error}") from error
    if not isinstance(value, dict):
        raise ParseError(f"{path}:{number}: not a JSON object")
    return value


def write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> int:
    """Writes *rows*, one a line, and returns how many; a file of that name is replaced when all are written."""
    part = path.with_name(f".{path.name}.{os.getpid()}{path.suffix}")
    count = 0
    try:
        with _open(part, "wt") as out:
            for row in rows:
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
                count += 1
        part.replace(path)
    except OSError as error:
        raise WorkspaceError(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    return count


def _open(path: Path, mode: str) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, mode, encoding="utf-8")  # type: ignore[return-value]
    return path.open(mode, encoding="utf-8")


def paper(row: dict[str, Any]) -> Entry:
    """The paper that a line describes (`title`, `abstract`, `authors`, `categories`, `comment`, …)."""
    from weekly.models import Entry, Kind
    from weekly.text import one_line, paragraphs

    identifier = one_line(str(row.get("arxiv_id") or row.get("id") or ""), 100)
    title = one_line(str(row.get("title") or ""), 1000)
    return Entry(
        source="arxiv",
        key=identifier or title,
        kind=Kind.PAPER,
        title=title,
        url=str(row.get("url") or (f"https://arxiv.org/abs/{identifier}" if identifier else "")),
        text=paragraphs(str(row.get("abstract") or "")),
        authors=_texts(row.get("authors"), r"\s*[,;]\s*"),
        categories=_texts(row.get("categories"), r"[\s,;]+"),
        published=_moment(row.get("published")),
        comment=one_line(str(row.get("comment") or ""), 1000),
        links=_texts(row.get("links"), r"\s+"),
    )


def _texts(value: Any, separator: str) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(filter(None, re.split(separator, value)))
    return tuple(str(one) for one in value) if isinstance(value, list | tuple) else ()


def _moment(value: Any) -> Any:
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(str(value).strip())
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
