"""Where a subscriber came from, what they agreed to, and what changed since."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from weekly.store.tables import Utc

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("subscribers", sa.Column("origin", sa.String(200), nullable=False, server_default=""))
    op.create_table(
        "subscriber_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber", sa.Integer(), nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("event", sa.String(16), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False, server_default=""),
        sa.Column("text", sa.String(64), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriber_events")),
    )
    op.create_index(op.f("ix_subscriber_events_subscriber"), "subscriber_events", ["subscriber"])
    op.create_table(
        "consent_texts",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_consent_texts")),
    )
    op.add_column("confirmation_requests", sa.Column("code", sa.String(64), nullable=False, server_default=""))
    op.add_column("confirmation_requests", sa.Column("data", sa.Text(), nullable=False, server_default="{}"))
    op.create_index(op.f("ix_confirmation_requests_code"), "confirmation_requests", ["code"])
