"""Updates of known entries; what servers said for good moves from the watermarks to the web cache."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from weekly.store.tables import Utc

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "updates",
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=500), nullable=False),
        sa.Column("change", sa.String(length=12), nullable=False),
        sa.Column("version", sa.String(length=100), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("source", "key", "change", "version", name=op.f("pk_updates")),
    )
    op.create_index(op.f("ix_updates_week"), "updates", ["week"], unique=False)
    with op.batch_alter_table("watermarks") as table:
        table.drop_column("address")
        table.drop_column("retired")
    op.execute(sa.text("DELETE FROM web_cache"))  # bodies are no longer compressed
    with op.batch_alter_table("web_cache") as table:
        table.add_column(sa.Column("moved_to", sa.Text(), server_default="", nullable=False))
        table.add_column(sa.Column("gone", sa.Boolean(), server_default="0", nullable=False))
    with op.batch_alter_table("gates") as table:
        table.add_column(sa.Column("not_before", sa.Float(), server_default="0", nullable=False))
