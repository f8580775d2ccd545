"""What a mail was refused for: what is about us does not count against an address."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("bounces", sa.Column("cause", sa.String(16), nullable=False, server_default=""))
