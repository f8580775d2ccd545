"""What a source showed and was not taken, and since when each source has been read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "left_out",
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("key", sa.String(500), nullable=False),
        sa.Column("omission", sa.String(10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False, server_default=""),
        sa.Column("url", sa.Text(), nullable=False, server_default=""),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", "key", name="pk_left_out"),
    )
    op.create_index("ix_left_out_at", "left_out", ["at"])
    op.add_column("watermarks", sa.Column("since", sa.DateTime(timezone=True)))
    # A week and its overlap before the first run is about where it began.
    first = "SELECT min(at) FROM source_runs WHERE source_runs.source = watermarks.source"
    nine_days = {"sqlite": f"datetime(({first}), '-9 days')", "postgresql": f"({first}) - interval '9 days'"}
    op.execute(f"UPDATE watermarks SET since = {nine_days[op.get_bind().dialect.name]}")  # noqa: S608 - written above
