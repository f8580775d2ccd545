"""Published weeks take less room; what was published lately is found without looking through everything."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "packed_candidates",
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("week", name=op.f("pk_packed_candidates")),
    )
    op.create_index("ix_published_works_at", "published_works", ["at"])
