"""Statements compiled once, for the few places where SQLAlchemy's execution costs more than the database's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Update


class Prepared:
    """An UPDATE that is run again and again with other values; SQLAlchemy writes it, the driver runs it."""

    def __init__(self, statement: Update) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, tuple[str, ...], Mapping[str, Any], dict[str, Callable[..., Any]]]] = {}

    def run(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
        """Runs it for each of *rows* inside the connection's transaction; returns how many changed."""
        dialect = connection.dialect
        if dialect.name not in self._compiled:
            self._compiled[dialect.name] = self._compile(dialect)
        sql, order, fixed, adapt = self._compiled[dialect.name]
        values = [{**fixed, **row} for row in rows]
        for row in values:
            for name, adapted in adapt.items():
                row[name] = adapted(row[name])
        driver = connection.connection.dbapi_connection
        assert driver is not None
        cursor = driver.cursor()
        try:
            cursor.executemany(sql, [[row[name] for name in order] for row in values] if order else values)
            return int(cursor.rowcount)
        finally:
            cursor.close()

    def _compile(
        self, dialect: Dialect
    ) -> tuple[str, tuple[str, ...], Mapping[str, Any], dict[str, Callable[..., Any]]]:
        compiled = self._statement.compile(dialect=dialect)
        processors = {name: bind.type.dialect_impl(dialect) for name, bind in compiled.binds.items()}
        adapt = {name: made for name, kind in processors.items() if (made := kind.bind_processor(dialect)) is not None}
        fixed = {name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required}
        return str(compiled), tuple(compiled.positiontup or ()), fixed, adapt
