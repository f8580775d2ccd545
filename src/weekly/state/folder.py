"""A folder of JSON lines: sorted, one change to a line, and written only where something changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from weekly import files
from weekly.errors import ParseError

Line = dict[str, Any] | list[Any]
Lines = Mapping[str, list[Line]]
"""The lines of each file, by its name within the folder without `.jsonl`: `marks`, `2025-W15/log`."""
_SUFFIX = ".jsonl"


def write(folder: Path, lines: Lines) -> int:
    """Makes *folder* hold exactly *lines*; returns how many files changed. Files of other kinds are left alone."""
    texts = {f"{name}{_SUFFIX}": "".join(f"{_text(line)}\n" for line in content) for name, content in lines.items()}
    changed = 0
    for name, text in texts.items():
        path, data = folder / name, text.encode()
        if not path.is_file() or path.read_bytes() != data:
            files.replace(path, data)
            changed += 1
    for path in _present(folder):
        if path.relative_to(folder).as_posix() not in texts:
            path.unlink()
            changed += 1
    return changed


def read(folder: Path) -> dict[str, list[Line]]:
    """What `write` wrote; raises ParseError, with file and line, for what is not JSON."""
    return {path.relative_to(folder).as_posix().removesuffix(_SUFFIX): list(_lines(path)) for path in _present(folder)}


def _present(folder: Path) -> Iterable[Path]:
    return sorted([*folder.glob(f"*{_SUFFIX}"), *folder.glob(f"[0-9][0-9][0-9][0-9]-W[0-9][0-9]/*{_SUFFIX}")])


def _lines(path: Path) -> Iterator[Line]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ParseError(f"{path}: cannot be read: {error}: take the file back from an earlier commit") from error
    for number, line in enumerate(text.splitlines(), 1):
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            mend = "after a merge, keep each side's lines and drop its marks"
            raise ParseError(f"{path}:{number}: not JSON: {mend}") from error
        if not isinstance(value, (dict, list)):
            raise ParseError(f"{path}:{number}: neither an object nor a list: take it back from an earlier commit")
        yield value


def _text(line: Line) -> str:
    return json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
