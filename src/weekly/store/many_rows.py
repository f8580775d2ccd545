"""Statements about many rows, which go to the database together and not one after the other."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    String,
    Table,
    Text,
    any_,
    cast,
    column,
    exists,
    func,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeEngine


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> int:
    """Inserts those of *rows* whose *keys* are not there; returns how many.

    PostgreSQL gets all of them as one parameter of one statement: texts, numbers, truths and moments, no bytes.
    """
    if not rows:
        return 0
    counting = {"preserve_rowcount": True}
    if connection.dialect.name == "sqlite":
        each = sqlite.insert(table).on_conflict_do_nothing(index_elements=keys)
        return connection.execute(each, [dict(row) for row in rows], execution_options=counting).rowcount
    columns = (column(name, _unbounded(table.c[name].type)) for name in rows[0])
    given = literal(json.dumps([dict(row) for row in rows], default=datetime.isoformat), Text)
    told = (
        func.json_to_recordset(cast(given, postgresql.JSON))
        .table_valued(*columns)
        .render_derived(name="told", with_types=True)
    )
    known = exists().where(*(table.c[name] == told.c[name] for name in keys))  # whose number would be used up
    many = postgresql.insert(table).from_select(list(rows[0]), select(*told.c).where(~known))
    return connection.execute(many.on_conflict_do_nothing(index_elements=keys), execution_options=counting).rowcount


def among(connection: Connection, expression: ColumnElement[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """That *expression* is one of *values*, which go as one parameter, however many they are."""
    if connection.dialect.name == "sqlite":
        return expression.in_(select(func.json_each(json.dumps(list(values))).table_valued("value").c.value))
    return expression == any_(literal(list(values), ARRAY(_unbounded(expression.type))))


def _unbounded(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """*kind* without a length: PostgreSQL would cut a longer text to it, unsaid."""
    return Text() if isinstance(kind, String) else kind
