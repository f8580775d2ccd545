"""A ledger is known by its lineage and not by the machine that it stands on; what has left is counted."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    ledger = op.create_table(
        "ledger",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lineage", sa.String(length=32), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
    )
    op.create_table(
        "send_counts",
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("slot", name=op.f("pk_send_counts")),
    )
    secret = op.get_bind().scalar(sa.text("SELECT secret FROM sending_hosts"))
    if secret is not None:
        op.bulk_insert(ledger, [{"id": 1, "lineage": secrets.token_hex(16), "secret": secret}])
    op.drop_table("sending_hosts")
    # What an issue's files were made of decides nothing any more.
    op.drop_column("issues", "made_of")
