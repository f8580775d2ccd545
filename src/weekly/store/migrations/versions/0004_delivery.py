"""Readers with a key and a consent, suppressions, bounces; deliveries that are taken in hand before they leave."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from weekly.store.tables import Utc

revision = "0004"
down_revision = "0003"

_FREE = sa.text("state = 'pending' AND holder = ''")


def upgrade() -> None:
    op.execute("CREATE TABLE old_subscribers AS SELECT * FROM subscribers")
    op.execute("CREATE TABLE old_deliveries AS SELECT * FROM deliveries")
    op.drop_table("deliveries")
    op.drop_table("subscribers")
    _readers()
    _deliveries()
    _fences()
    op.execute(
        "INSERT INTO subscribers (email, key, name, topics, language, status, created_at)"
        " SELECT email, lower(email), name, topics, language, status, created_at FROM old_subscribers"
        " WHERE id IN (SELECT min(id) FROM old_subscribers GROUP BY lower(email)) ORDER BY id"
    )
    op.execute(
        "INSERT INTO deliveries (week, reader, email, name, state, attempts, detail, due_at, holder, lease_until)"
        " SELECT d.week, coalesce(s.id, 0), d.email, d.name, d.state, d.attempts, d.detail, d.due_at, d.holder,"
        " d.lease_until FROM old_deliveries d LEFT JOIN subscribers s ON s.key = lower(d.email)"
    )
    op.drop_table("old_subscribers")
    op.drop_table("old_deliveries")


def _readers() -> None:
    op.create_table(
        "subscribers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("key", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("topics", sa.Text(), server_default="[]", nullable=False),
        sa.Column("language", sa.String(length=2), server_default="", nullable=False),
        sa.Column("status", sa.String(length=16), server_default="active", nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("confirmed_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscribers")),
        sa.UniqueConstraint("key", name=op.f("uq_subscribers_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "suppressions",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_suppressions")),
    )
    op.create_table(
        "bounces",
        sa.Column("report", sa.String(length=64), nullable=False),
        sa.Column("reader", sa.Integer(), nullable=False),
        sa.Column("week", sa.String(length=8), server_default="", nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("report", name=op.f("pk_bounces")),
    )
    op.create_index(op.f("ix_bounces_reader"), "bounces", ["reader"], unique=False)
    op.create_table(
        "requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
    )
    op.create_index("ix_requests_key", "requests", ["key", "at"], unique=False)


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("reader", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("language", sa.String(length=2), server_default="", nullable=False),
        sa.Column("topics", sa.Text(), server_default="[]", nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("due_at", Utc(), nullable=False),
        sa.Column("holder", sa.String(length=100), server_default="", nullable=False),
        sa.Column("lease_until", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["week"], ["issues.week"], name=op.f("fk_deliveries_week")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("week", "email", name="uq_deliveries_week"),
    )
    op.create_index(op.f("ix_deliveries_reader"), "deliveries", ["reader"], unique=False)
    due = ["week", "due_at", "id"]
    op.create_index("ix_deliveries_free", "deliveries", due, sqlite_where=_FREE, postgresql_where=_FREE)


def _fences() -> None:
    op.create_table(
        "homes",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("host", sa.String(length=200), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_homes")),
    )
    op.create_table(
        "despatches",
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("domain", sa.String(length=255), nullable=False),
        sa.Column("began_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("week", name=op.f("pk_despatches")),
    )
