"""Tables that are kept as they stand, a line for each row."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, insert, select

from weekly.state.folder import Line, Lines
from weekly.store import tables
from weekly.store.reviews import LOOKED
from weekly.store.tables import Utc

_ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")
_BATCH = 500


class Json(Enum):
    """How a column holds JSON: as it is hashed, or as `json.dumps` writes it."""

    COMPACT = (",", ":")
    SPACED = (", ", ": ")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTable:
    """A table, the file that its rows are in, and what of it is kept."""

    table: Table
    file: str
    by_week: bool = True
    """Whether each week has a file of its own, in which the week is not said again."""
    json: Mapping[str, Json] = field(default_factory=dict)
    without: Collection[str] = ()
    """Columns that are left out; they are empty afterwards."""
    told_by_servers: Collection[str] = ()
    """Columns in which mail servers may have named an address: it is taken out."""
    where: ColumnElement[bool] | None = None


_NEWEST = select(func.max(tables.source_runs.c.id)).group_by(tables.source_runs.c.week, tables.source_runs.c.source)
KEPT = (
    # What says when somebody last looked changes with every look, and nobody needs it.
    KeptTable(table=tables.marks, file="marks", by_week=False, where=tables.marks.c.name != LOOKED),
    KeptTable(table=tables.watermarks, file="watermarks", by_week=False),
    KeptTable(table=tables.published_works, file="published", by_week=False),
    KeptTable(table=tables.model_calls, file="model_calls", by_week=False),
    KeptTable(table=tables.ledger, file="ledger", by_week=False),
    KeptTable(table=tables.send_counts, file="send_counts", by_week=False),
    KeptTable(table=tables.mailings, file="mailings", by_week=False),
    KeptTable(table=tables.bounces, file="bounces", by_week=False, told_by_servers=("detail",)),
    KeptTable(table=tables.updates, file="updates"),
    KeptTable(
        table=tables.source_runs,
        file="sources",
        json={"data": Json.COMPACT},
        where=tables.source_runs.c.id.in_(_NEWEST),
    ),
    KeptTable(table=tables.funnels, file="funnel", json={"data": Json.COMPACT}),
    KeptTable(table=tables.approvals, file="approvals", json={"overrides": Json.SPACED}),
    KeptTable(
        table=tables.review_log, file="log", json={"data": Json.SPACED}, where=tables.review_log.c.action != LOOKED
    ),
    KeptTable(table=tables.review_comments, file="comments"),
    KeptTable(table=tables.review_assignments, file="assignments"),
    KeptTable(table=tables.issues, file="issue", json={"files": Json.SPACED}, without=("data",)),
    KeptTable(table=tables.errata, file="errata"),
    KeptTable(table=tables.announcements, file="announcements", without=("holder",)),
)


def dump(connection: Connection, kept: KeptTable) -> Iterator[tuple[str, Line]]:
    """Each row with the file that it belongs to, in the order of the primary key."""
    query = select(*(column for column in kept.table.columns if column.name not in kept.without))
    rows = connection.execute(query if kept.where is None else query.where(kept.where)).mappings().all()
    keys = [column.name for column in kept.table.primary_key]
    for row in sorted(rows, key=lambda row: tuple(row[key] for key in keys)):
        line = {name: _plain(kept, name, value) for name, value in row.items() if value is not None and value != ""}
        yield (f"{line.pop('week')}/{kept.file}" if kept.by_week else kept.file), line


def put(connection: Connection, kept: KeptTable, lines: Lines, more: Mapping[str, Mapping[str, Any]]) -> None:
    """Puts the rows of *lines* into the table, those of a week with the columns that *more* has for it."""
    rows = []
    for name, content in lines.items():
        week, _, file = name.rpartition("/")
        if file == kept.file and bool(week) is kept.by_week:
            known: dict[str, Any] = {"week": week} if kept.by_week else {}
            known |= more.get(week, {})
            rows += [_row(kept, {**line, **known}) for line in content if isinstance(line, dict)]
    insert_all(connection, kept.table, rows)


def insert_all(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Inserts *rows*, however many."""
    waiting = list(rows)
    for first in range(0, len(waiting), _BATCH):
        connection.execute(insert(table), waiting[first : first + _BATCH])


def moment(at: datetime) -> str:
    """A moment as lines have it: in UTC, with its microseconds where there are some."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def without_addresses(text: str) -> str:
    """What a mail server said, without the address that it was said about."""
    return _ADDRESS.sub("(address)", text)


def _plain(kept: KeptTable, name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    if name in kept.json:
        return json.loads(value)
    return without_addresses(value) if name in kept.told_by_servers else value


def _row(kept: KeptTable, line: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column in kept.table.columns:
        value = line.get(column.name)
        if value is None:
            row[column.name] = None if column.nullable else ""
        elif isinstance(column.type, Utc):
            row[column.name] = datetime.fromisoformat(value)
        elif column.name in kept.json:
            separators = kept.json[column.name].value
            row[column.name] = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=separators)
        else:
            row[column.name] = value
    return row
