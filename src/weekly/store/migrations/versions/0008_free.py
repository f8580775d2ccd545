"""Whether a delivery is free to take is a column of its own, so that PostgreSQL updates rows in place."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_FREE = sa.text("free")


def upgrade() -> None:
    op.drop_index("ix_deliveries_free", "deliveries")
    op.add_column("deliveries", sa.Column("free", sa.Boolean(), sa.Computed("state = 'pending' AND holder = ''")))
    due = ["week", "due_at", "id"]
    op.create_index("ix_deliveries_free", "deliveries", due, sqlite_where=_FREE, postgresql_where=_FREE)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE deliveries SET (fillfactor = 50)")
