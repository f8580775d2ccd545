"""What editors do: a log, comments, claims, presence; approvals that wait and can be withdrawn."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from weekly.store.tables import Utc

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    with op.batch_alter_table("approvals") as batch:
        batch.add_column(sa.Column("due_at", Utc(), nullable=True))
        batch.add_column(sa.Column("withdrawn_at", Utc(), nullable=True))
        batch.add_column(sa.Column("withdrawn_by", sa.String(length=200), server_default="", nullable=False))
    op.create_table(
        "review_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("card", sa.String(length=500), server_default="", nullable=False),
        sa.Column("data", sa.Text(), server_default="{}", nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_log")),
    )
    op.create_index(op.f("ix_review_log_week"), "review_log", ["week"], unique=False)
    op.create_table(
        "review_comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("card", sa.String(length=500), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_comments")),
    )
    op.create_index(op.f("ix_review_comments_week"), "review_comments", ["week"], unique=False)
    op.create_table(
        "review_claims",
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("card", sa.String(length=500), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("week", "card", name=op.f("pk_review_claims")),
    )
    op.create_table(
        "review_presence",
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("card", sa.String(length=500), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("week", "by", name=op.f("pk_review_presence")),
    )
