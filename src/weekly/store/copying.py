"""Copies everything from one database into another, of the same kind or not, so that an interrupted copy goes on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, Text, delete, func, insert, inspect, select, text

from weekly.errors import StoreError
from weekly.store.database import Database
from weekly.store.faults import without_password
from weekly.store.tables import metadata

_BATCH = 1000
UNFINISHED = Table("unfinished_copy", MetaData(), Column("source", Text))
"""A table that stands in a database while it is only partly a copy."""
Told = Callable[[str, int, int], None]


def copy(source: Database, target: Database, progress: Told, *, anew: bool = False) -> dict[str, int]:
    """Copies every row and returns how many of each table, compared in number and content.

    A copy that was interrupted goes on where it stopped; *anew* empties the target first. Both have the newest schema.
    Raises StoreError when the target holds something else, or the source was written to between two tries.
    """
    if anew:
        _empty(target)
    _begin(target, without_password(source.engine.url))
    counts = {}
    with source.clear_faults(), _snapshot(source) as reading:
        for table in metadata.sorted_tables:
            counts[table.name] = _copy_table(reading, target, table, progress)
        last = last_numbers(reading)
    with target.transaction(writes=True) as connection:
        continue_numbers(connection, last)
        UNFINISHED.drop(connection)
    return counts


@contextmanager
def _snapshot(database: Database) -> Iterator[Connection]:
    """One view of everything, however long the reading takes and whatever others write."""
    server = database.engine.dialect.name == "postgresql"
    options: dict[str, Any] = {"isolation_level": "REPEATABLE READ"} if server else {"weekly_reads": True}
    with database.engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


def _empty(target: Database) -> None:
    with target.transaction(writes=True) as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))
        UNFINISHED.drop(connection, checkfirst=True)


def _begin(target: Database, source: str) -> None:
    with target.transaction(writes=True) as connection:
        if inspect(connection).has_table(UNFINISHED.name):
            return
        if any(_count(connection, table) for table in metadata.sorted_tables):
            cause, mend = "it holds something already", "name an empty one"
            raise StoreError(database=without_password(target.engine.url), cause=cause, mend=mend)
        UNFINISHED.create(connection)
        connection.execute(insert(UNFINISHED), [{"source": source}])


def _copy_table(reading: Connection, target: Database, table: Table, progress: Told) -> int:
    columns = _columns(table)
    total = _count(reading, table)
    with target.transaction(writes=False) as connection:
        done = _count(connection, table)
    rows = select(*columns).order_by(*table.primary_key).offset(done).execution_options(yield_per=_BATCH)
    progress(table.name, done, total)
    with reading.execute(rows) as found:
        for batch in found.mappings().partitions():
            with target.transaction(writes=True) as connection:
                connection.execute(insert(table), [dict(row) for row in batch])
            done += len(batch)
            progress(table.name, done, total)
    with target.transaction(writes=False) as connection:
        alike = _fingerprint(connection, table) == _fingerprint(reading, table)
    if not alike:
        cause = f"its table {table.name} is not what the source holds, which was written to meanwhile"
        mend = "stop what writes to the source, and copy with --anew"
        raise StoreError(database=without_password(target.engine.url), cause=cause, mend=mend)
    return total


def _columns(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if column.computed is None]


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _fingerprint(connection: Connection, table: Table) -> tuple[int, int]:
    """The number of rows and a sum over them, whatever their order: databases sort texts by rules of their own."""
    count = total = 0
    for row in connection.execute(select(*_columns(table)).execution_options(yield_per=_BATCH)):
        count += 1
        total += int.from_bytes(hashlib.blake2b(repr(tuple(row)).encode(), digest_size=8).digest())
    return count, total % (1 << 64)


def last_numbers(connection: Connection) -> dict[str, int]:
    """The last number that each table has given, 0 where it gave none: of a row that is gone, too."""
    counted = [table for table in metadata.sorted_tables if table.autoincrement_column is not None]
    return {table.name: _last_number(connection, table) for table in counted}


def continue_numbers(connection: Connection, last: Mapping[str, int]) -> None:
    """Numbers that were given once are not given again, though their rows are gone: old links hold them."""
    for name, number in last.items():
        if number and connection.dialect.name == "postgresql":
            statement = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :number)")
            connection.execute(statement, {"name": name, "number": number})
        elif number:
            statement = text("UPDATE sqlite_sequence SET seq = :number WHERE name = :name AND seq < :number")
            connection.execute(statement, {"name": name, "number": number})


def _last_number(connection: Connection, table: Table) -> int:
    highest = connection.scalar(select(func.max(table.c.id))) or 0
    if connection.dialect.name == "postgresql":
        sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table.name})
        given = connection.scalar(text(f"SELECT last_value FROM {sequence} WHERE is_called")) or 0  # noqa: S608 - its own
    else:
        known = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        given = connection.scalar(known, {"name": table.name}) or 0
    return max(int(highest), int(given))
