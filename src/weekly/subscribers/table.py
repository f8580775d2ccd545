"""Lists of subscribers as CSV (RFC 4180, and what spreadsheets make of it)."""

from __future__ import annotations

import codecs
import csv
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from weekly.errors import ParseError, WeeklyError
from weekly.store.subscribers import Subscriber, SubscriberStatus
from weekly.store.suppressions import Reason
from weekly.subscribers.addresses import cell_parts, subscriber
from weekly.subscribers.columns import Columns, Standing, read_header

LARGEST = 2 * 1024**3
"""Bytes of a CSV file."""
_LONGEST = 100_000
"""Characters of a line; what is longer is a quotation mark that was never closed, or no list of subscribers."""
FIELDS = ("email", "name", "topics", "language", "status")
_FORMULA = "=+-@\t＝＋－＠"
"""What a spreadsheet takes for the beginning of a formula, in its Chinese and Japanese editions too:
https://owasp.org/www-community/attacks/CSV_Injection"""
_MOST_LINES = 64
"""Lines of a row with line breaks in its cells; more are a quotation mark that was never closed."""
_STOPPED = {
    Standing.COMPLAINED: (SubscriberStatus.SUPPRESSED, Reason.COMPLAINT),
    Standing.UNSUBSCRIBED: (SubscriberStatus.UNSUBSCRIBED, Reason.UNSUBSCRIBED),
    Standing.BOUNCED: (SubscriberStatus.SUPPRESSED, Reason.BOUNCE),
    Standing.SUPPRESSED: (SubscriberStatus.SUPPRESSED, Reason.OWNER),
    Standing.PAUSED: (SubscriberStatus.PAUSED, None),
    Standing.ACTIVE: (SubscriberStatus.ACTIVE, None),
}


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class UnconfirmedRow:
    """Somebody who never said that they want the mail: they stay out, and may come by themselves."""

    line: int


Row = Subscriber | BadRow | UnconfirmedRow


def read_columns(path: Path) -> Columns:
    """What the columns of a CSV file are read as; raises ParseError for what is no list of subscribers."""
    with _opened(path) as lines:
        return _header(path, lines)[0]


def read_csv(path: Path, statuses: Mapping[str, Standing] | None = None) -> Iterator[Row]:
    """The rows of a CSV file in their order, as they are read.

    UTF-8, UTF-16 or GB18030; commas, semicolons or tabs. *statuses* are meanings of words in a status column that the
    owner gave. A stray quotation mark spoils its own row and no other. Raises ParseError for what is no such file.
    """
    with _opened(path) as lines:
        columns, delimiter = _header(path, lines)
        yield from _rows(lines, columns, delimiter, statuses or {})


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


@contextmanager
def _opened(path: Path) -> Iterator[_Lines]:
    try:
        if path.stat().st_size > LARGEST:
            raise ParseError(f"{path}: larger than {LARGEST:,} bytes: split it")
        with path.open(encoding=_encoding(path), newline=None) as file:
            yield _Lines(file)
    except OSError as error:
        raise ParseError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ParseError(
            f"{path}: neither UTF-8, UTF-16 nor GB18030 (byte {error.start}): save it as CSV UTF-8"
        ) from error


def _encoding(path: Path) -> str:
    """How a file is encoded: by its mark, or the first of those in use in which all of it can be read."""
    with path.open("rb") as file:
        start = file.read(4096)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if b"\0" in start[1:64:2] and start[1:64:2].count(0) * 2 > len(start[1:64:2]):
            return "utf-16-le"
        decoder = codecs.getincrementaldecoder("utf-8")()
        file.seek(0)
        try:
            while chunk := file.read(1 << 20):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "gb18030"
    return "utf-8-sig"


class _Lines:
    """The lines of a file, each with its number; some can be put back."""

    def __init__(self, file: TextIO) -> None:
        self._file, self._back = file, deque[str]()
        self.number = 0

    def next(self) -> str:
        """The next line, empty at the end; one that is longer than a line can be comes in pieces."""
        self.number += 1
        return self._back.popleft() if self._back else self._file.readline(_LONGEST)

    def put_back(self, lines: list[str]) -> None:
        """The next lines are *lines* again."""
        self._back.extendleft(reversed(lines))
        self.number -= len(lines)


def _header(path: Path, lines: _Lines) -> tuple[Columns, str]:
    head = lines.next()
    named = head.strip().lower().strip('"')
    if named.startswith("sep=") and len(named) <= len("sep=;"):
        delimiter, head = named[4:] or "\t", lines.next()  # what Excel reads as the delimiter
    else:
        delimiter = max(",;\t", key=head.count)
    try:
        return read_header(next(csv.reader([head], delimiter=delimiter), [])), delimiter
    except (WeeklyError, csv.Error) as error:
        raise ParseError(f"{path}:1: {error}") from error


def _rows(lines: _Lines, columns: Columns, delimiter: str, statuses: Mapping[str, Standing]) -> Iterator[Row]:
    while line := lines.next():
        number = lines.number
        if not line.strip(" \t\n,;"):
            continue
        try:
            cells = [_unquote(cell) for cell in _record(line, lines, delimiter)]
            standing = columns.standing(cells, statuses)
        except (WeeklyError, csv.Error) as error:
            yield BadRow(number, str(error))
            continue
        if standing is Standing.UNCONFIRMED:
            yield UnconfirmedRow(number)
        else:
            yield from _people(number, columns, cells, standing)


def _people(line: int, columns: Columns, cells: list[str], standing: Standing) -> Iterator[Row]:
    """Who stands in a row: one person, whatever addresses they have, or those that share a cell.

    Who left has left with every address.
    """
    fields, (status, reason) = columns.fields(cells), _STOPPED[standing]
    emails = columns.emails(cells) or [""]
    if reason is not None:
        fields |= {"topics": "", "language": ""}  # whatever is wrong with these, they have left
        found = [part for cell in emails for part in cell_parts(cell)]
    else:
        found = cell_parts(emails[0].partition(" ::: ")[0])
    if len(found) > 1:
        fields["name"] = ""
    for email in found:
        try:
            person = subscriber({**fields, "email": email})
        except WeeklyError as error:
            yield BadRow(line, str(error))
            continue
        yield replace(person, status=status, stopped_for=reason) if status is not person.status else person


def _record(line: str, lines: _Lines, delimiter: str) -> list[str]:
    """The cells of the row that begins with *line*: a line break within quotation marks is one of the cell."""
    more: list[str] = []
    marks = line.count('"')
    while marks % 2 and len(more) < _MOST_LINES and (following := lines.next()):
        more.append(following)
        marks += following.count('"')
    if not more:
        return next(csv.reader([line], delimiter=delimiter, strict='"' in line), [])
    try:
        (cells,) = csv.reader([line, *more], delimiter=delimiter, strict=True)
    except (ValueError, csv.Error):
        lines.put_back(more)
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    return cells
