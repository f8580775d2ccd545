"""JSON lines in and out (https://jsonlines.org), compressed when the name ends in .gz."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from weekly import files
from weekly.errors import ParseError, WorkspaceError


def read(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each object of the file *path* with its place for messages, `FILE:12`; blank lines are passed over.

    Raises ParseError naming the line that holds no object.
    """
    try:
        with path.open("rb") as raw:
            lines = io.BufferedReader(gzip.GzipFile(fileobj=raw)) if path.suffix == ".gz" else raw
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield f"{path}:{number}", _object(line, f"{path}:{number}")
    except (OSError, EOFError, zlib.error) as error:
        raise ParseError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error


def _object(line: bytes, place: str) -> dict[str, Any]:
    try:
        value = json.loads(line.decode())
        if b"\\ud" in line.lower():  # half of a character can be written in JSON, and nowhere else
            value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise ParseError(f"{place}: not JSON in UTF-8: {error}") from error
    if not isinstance(value, dict):
        raise ParseError(f"{place}: not a JSON object")
    return value


def write(path: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    """Writes *rows*, one a line, and returns how many; a file of that name is replaced when all are written.

    Raises WorkspaceError when it cannot be written.
    """
    if not path.parent.is_dir():
        raise WorkspaceError(f"{path}: cannot be written: there is no folder {path.parent}")
    count = 0
    with files.replacing(path) as part, part.open("wb") as raw:
        packed = gzip.GzipFile(path.stem, "wb", fileobj=raw, mtime=0) if path.suffix == ".gz" else raw
        with io.TextIOWrapper(packed, encoding="utf-8", newline="\n") as out:
            for row in rows:
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
                count += 1
    return count
