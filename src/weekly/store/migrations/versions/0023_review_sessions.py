"""Sign-ins of the review page are rows, so that they can be listed and ended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from weekly.store.tables import Utc

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "review_sessions",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("editor", sa.String(length=200), nullable=False),
        sa.Column("began_at", Utc(), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.Column("origin", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_review_sessions")),
    )
