"""What comes before the migration 0022 on PostgreSQL: 64 bits for the numbers of deliveries, while mail goes on.

To change the type of a column writes the whole table anew while nobody may read it. So a second column is filled beside
the first, and indexes are made for it beside those who write
(https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY); the migration only puts it
in the place of the first. Whoever is interrupted goes on where they stopped.
"""

from __future__ import annotations

import time

from sqlalchemy import Connection, Engine, inspect, text

_LOCK = 5721404
_BATCH = 20_000
"""Rows that one statement holds locked, for a fraction of a second."""
_COLUMN = (
    "ALTER TABLE deliveries ADD COLUMN IF NOT EXISTS wide bigint",
    (
        "CREATE OR REPLACE FUNCTION deliveries_wide() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN NEW.wide := NEW.id; RETURN NEW; END $$"
    ),
    "DROP TRIGGER IF EXISTS deliveries_wide ON deliveries",
    (
        "CREATE TRIGGER deliveries_wide BEFORE INSERT OR UPDATE ON deliveries"
        " FOR EACH ROW EXECUTE FUNCTION deliveries_wide()"
    ),
)
_INDEXES = (
    # One that a crash left half-made would be taken for whole.
    "DROP INDEX CONCURRENTLY IF EXISTS ix_deliveries_wide",
    "DROP INDEX CONCURRENTLY IF EXISTS ix_deliveries_wide_free",
    "CREATE UNIQUE INDEX CONCURRENTLY ix_deliveries_wide ON deliveries (wide)",
    "CREATE INDEX CONCURRENTLY ix_deliveries_wide_free ON deliveries (week, due_at, wide) WHERE free",
    "ALTER TABLE deliveries DROP CONSTRAINT IF EXISTS ck_deliveries_wide",
    "ALTER TABLE deliveries ADD CONSTRAINT ck_deliveries_wide CHECK (wide IS NOT NULL) NOT VALID",
    "ALTER TABLE deliveries VALIDATE CONSTRAINT ck_deliveries_wide",
)


def widen(engine: Engine) -> None:
    """Fills the wide column of a ledger whose numbers have 32 bits; nothing where there is none, or on SQLite."""
    if engine.dialect.name != "postgresql":
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Asked again and again: who waits in a statement keeps an index from being made.
        while not connection.scalar(text(f"SELECT pg_try_advisory_lock({_LOCK})")):
            time.sleep(0.2)
        try:
            if _is_narrow(connection):
                _fill(connection)
        finally:
            connection.execute(text(f"SELECT pg_advisory_unlock({_LOCK})"))


def _is_narrow(connection: Connection) -> bool:
    tables = inspect(connection)
    if not tables.has_table("deliveries"):
        return False
    columns = {column["name"]: str(column["type"]) for column in tables.get_columns("deliveries")}
    return "free" in columns and columns["id"] == "INTEGER"


def _fill(connection: Connection) -> None:
    for statement in _COLUMN:
        connection.execute(text(statement))
    first, last = connection.execute(text("SELECT min(id), max(id) FROM deliveries")).one()
    change = text("UPDATE deliveries SET wide = id WHERE id >= :first AND id < :end AND wide IS NULL")
    for start in range(first or 0, (last or -1) + 1, _BATCH):
        connection.execute(change, {"first": start, "end": start + _BATCH})
    for statement in _INDEXES:
        connection.execute(text(statement))
