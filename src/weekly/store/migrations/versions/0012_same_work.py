"""The same work in other weeks is looked up by its id: after two years that read every candidate, 3 s a time."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_index("ix_candidates_id", "candidates", ["id"])
