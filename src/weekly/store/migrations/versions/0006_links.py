"""Whether the links of drafts are alive."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from weekly.store.tables import Utc

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "links",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("reach", sa.String(length=10), nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_links")),
    )
