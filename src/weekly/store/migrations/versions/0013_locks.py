"""Who has a thing in hand stands in a table of its own; the preparation of a week is no host."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    locks = op.create_table(
        "locks",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("holder", sa.String(200), nullable=False),
        sa.Column("lease_until", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_locks")),
    )
    paces = sa.table("host_paces", *map(sa.column, ("name", "holder", "lease_until")))
    held = sa.select(*paces.c["name", "holder", "lease_until"]).where(paces.c.holder != "")
    op.execute(locks.insert().from_select(["name", "holder", "lease_until"], held))
    op.execute(paces.delete().where(paces.c.name.like("prepare %")))
    op.drop_column("host_paces", "holder")
    op.drop_column("host_paces", "lease_until")
