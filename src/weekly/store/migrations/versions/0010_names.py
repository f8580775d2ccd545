"""The identities of published works and the cards that editors work on are called what they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from weekly.store.tables import Utc

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "published_works",
        sa.Column("key", sa.String(500), nullable=False),
        sa.Column("work", sa.String(500), nullable=False),
        sa.Column("publication", sa.String(200), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_published_works")),
    )
    op.create_table(
        "review_assignments",
        sa.Column("week", sa.String(8), nullable=False),
        sa.Column("card", sa.String(500), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("week", "card", name=op.f("pk_review_assignments")),
    )
    _move("announced", "published_works", ("key", "work", "publication", "title", "at"))
    _move("review_claims", "review_assignments", ("week", "card", "by", "at"))
    op.create_index(op.f("ix_published_works_publication"), "published_works", ["publication"])


def _move(old: str, new: str, names: tuple[str, ...]) -> None:
    before, after = (sa.table(name, *map(sa.column, names)) for name in (old, new))
    op.execute(after.insert().from_select(list(names), sa.select(before)))
    op.drop_table(old)
