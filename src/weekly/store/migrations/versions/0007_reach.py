"""Corrections and notices of them, announcements elsewhere, and what each issue was rendered with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from weekly.store.tables import Utc

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    with op.batch_alter_table("issues") as batch:
        batch.add_column(sa.Column("made_of", sa.Text(), server_default="{}", nullable=False))
    # A mailing is an issue, 2025-W15, or a notice to its readers, 2025-W15+1: longer, and no issue.
    with op.batch_alter_table("deliveries") as batch:
        batch.drop_constraint("fk_deliveries_week", type_="foreignkey")
    for table, default in (("deliveries", None), ("despatches", None), ("bounces", "")):
        with op.batch_alter_table(table) as batch:
            batch.alter_column(
                "week",
                existing_type=sa.String(length=8),
                type_=sa.String(length=16),
                existing_nullable=False,
                existing_server_default=default,
            )
    op.create_table(
        "errata",
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("card", sa.String(length=500), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=200), server_default="", nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["week"], ["issues.week"], name=op.f("fk_errata_week")),
        sa.PrimaryKeyConstraint("week", "number", name=op.f("pk_errata")),
    )
    op.create_table(
        "announcements",
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("destination", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("holder", sa.String(length=100), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["week"], ["issues.week"], name=op.f("fk_announcements_week")),
        sa.PrimaryKeyConstraint("week", "destination", name=op.f("pk_announcements")),
    )
