"""People on the list are subscribers in every table; what sending keeps beside the ledger has plain names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from weekly.store.tables import Utc

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    for table in ("deliveries", "bounces"):
        op.drop_index(op.f(f"ix_{table}_reader"), table)
        # The same words in SQLite and PostgreSQL; a table made anew would take as long as it has rows.
        op.execute(f"ALTER TABLE {table} RENAME COLUMN reader TO subscriber")
        op.create_index(op.f(f"ix_{table}_subscriber"), table, ["subscriber"], unique=False)
    op.create_table(
        "sending_hosts",
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("host", sa.String(200), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sending_hosts")),
    )
    _move("homes", "sending_hosts", "name, host, secret, at")
    op.create_table(
        "mailings",
        sa.Column("week", sa.String(16), nullable=False),
        sa.Column("domain", sa.String(255), nullable=False),
        sa.Column("began_at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("week", name=op.f("pk_mailings")),
    )
    _move("despatches", "mailings", "week, domain, began_at")
    op.create_table(
        "confirmation_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation_requests")),
    )
    op.create_index("ix_confirmation_requests_key", "confirmation_requests", ["key", "at"], unique=False)
    _move("requests", "confirmation_requests", "key, at")


def _move(old: str, new: str, columns: str) -> None:
    op.execute(f"INSERT INTO {new} ({columns}) SELECT {columns} FROM {old}")  # noqa: S608 - names written above
    op.drop_table(old)
