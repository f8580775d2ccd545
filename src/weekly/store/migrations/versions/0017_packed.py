"""Drafts and issues stand packed: each save of a draft writes all of it again, most of it texts of the sources."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from weekly.store import codec

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    _pack("drafts", "week", "revision")
    _pack("issues", "week")


def _pack(name: str, *key: str) -> None:
    # A table made anew would lose what refers to it in SQLite, which also needs a default for a column that comes late.
    op.add_column(name, sa.Column("packed", sa.LargeBinary(), nullable=False, server_default=""))
    table = sa.table(name, *map(sa.column, (*key, "data")), sa.column("packed", sa.LargeBinary()))
    connection, columns = op.get_bind(), [table.c[part] for part in key]
    for row in connection.execute(sa.select(*columns)).all():
        here = sa.and_(*(column == value for column, value in zip(columns, row, strict=True)))
        text = connection.execute(sa.select(table.c.data).where(here)).scalar_one()
        connection.execute(sa.update(table).where(here).values(packed=codec.pack(text)))
    op.drop_column(name, "data")
    op.execute(f"ALTER TABLE {name} RENAME COLUMN packed TO data")
