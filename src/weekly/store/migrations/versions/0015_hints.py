"""That an address moved or is gone is believed when it was said twice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("web_cache", sa.Column("hint", sa.Text(), nullable=False, server_default=""))
    op.add_column("web_cache", sa.Column("hint_at", sa.Text(), nullable=False, server_default=""))
