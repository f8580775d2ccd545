"""What a subscriber gets of an issue without any of their topics; until now everybody got all of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("subscribers", sa.Column("whole_issue", sa.Boolean(), nullable=False, server_default="0"))
