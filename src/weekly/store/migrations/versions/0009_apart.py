"""The pace of hosts, moments to send at and marks of work done stand in tables of their own, not in one."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from weekly.store.tables import Utc

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    marks = op.create_table(
        "marks",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_marks")),
    )
    op.create_table(
        "send_slots",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("last_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_send_slots")),
    )
    paces = op.create_table(
        "host_paces",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("holder", sa.String(200), nullable=False, server_default=""),
        sa.Column("lease_until", sa.Float(), nullable=False, server_default="0"),
        sa.Column("last_at", sa.Float(), nullable=False, server_default="0"),
        sa.Column("not_before", sa.Float(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_host_paces")),
    )
    old = sa.table("gates", *map(sa.column, ("name", "last_at", "not_before")))
    for row in op.get_bind().execute(sa.select(old)).all():
        if row.name.startswith("prepared "):
            op.bulk_insert(marks, [{"name": row.name, "at": datetime.fromtimestamp(row.last_at, UTC)}])
        elif row.name != "smtp:rate":
            op.bulk_insert(paces, [{"name": row.name, "last_at": row.last_at, "not_before": row.not_before}])
    op.drop_table("gates")
