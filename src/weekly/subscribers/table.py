"""Lists of subscribers as CSV (RFC 4180, and what spreadsheets make of it)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from weekly.errors import ParseError, WeeklyError
from weekly.store.subscribers import Subscriber
from weekly.subscribers.addresses import subscriber

LARGEST = 2 * 1024**3
"""Bytes of a CSV file."""
_LONGEST = 100_000
"""Characters of a line; what is longer is a quotation mark that was never closed, or no list of subscribers."""
FIELDS = ("email", "name", "topics", "language", "status")
_FORMULA = "=+-@\t＝＋－＠"
"""What a spreadsheet takes for the beginning of a formula, in its Chinese and Japanese editions too:
https://owasp.org/www-community/attacks/CSV_Injection"""
_SAME = {
    "e-mail": "email",
    "mail": "email",
    "email address": "email",
    "邮箱": "email",
    "姓名": "name",
    "lang": "language",
}


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used."""

    line: int
    message: str


def read_csv(path: Path) -> Iterator[Subscriber | BadRow]:
    """The subscribers of a CSV file and its bad rows, in their order, as they are read.

    UTF-8 with or without a byte order mark; commas, semicolons or tabs. A row is one line: a stray quotation mark
    spoils its own row and no other. Raises ParseError for what is no such file at all.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise ParseError(f"{path}: larger than {LARGEST:,} bytes: split it")
        with path.open(encoding="utf-8-sig", newline=None) as file:
            yield from _rows(path, iter(lambda: file.readline(_LONGEST), ""))
    except OSError as error:
        raise ParseError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ParseError(f"{path}: not UTF-8 (byte {error.start}): save it as CSV UTF-8") from error


def write_csv(out: TextIO, subscribers: Iterable[Subscriber]) -> None:
    """Subscribers as CSV that no spreadsheet runs anything of, and that `read_csv` reads back as it was."""
    table = csv.writer(out, lineterminator="\n")
    table.writerow(FIELDS)
    for row in subscribers:
        cells = (row.email, row.name, " ".join(row.topics), row.language, row.status.value)
        table.writerow([_quote(cell) for cell in cells])


def _quote(cell: str) -> str:
    """A cell behind the apostrophe that makes it text, where a spreadsheet would take it for something else."""
    return f"'{cell}" if cell.startswith(("'", *_FORMULA)) else cell


def _unquote(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(("'", *_FORMULA)) else cell


def _rows(path: Path, lines: Iterator[str]) -> Iterator[Subscriber | BadRow]:
    head = next(lines, "")
    delimiter = max(",;\t", key=head.count)
    fields = [_SAME.get(name, name) for name in (cell.strip().lower() for cell in _cells(head, delimiter))]
    if "email" not in fields:
        raise ParseError(
            f"{path}:1: no column called email: begin with a line such as email,name,topics,language,status"
        )
    for number, line in enumerate(lines, start=2):
        if not line.strip(" \t\n,;"):
            continue
        try:
            yield subscriber(dict(zip(fields, map(_unquote, _cells(line, delimiter)), strict=False)))
        except (WeeklyError, csv.Error) as error:
            yield BadRow(number, str(error))


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])
