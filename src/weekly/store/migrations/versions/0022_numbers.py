"""Deliveries are numbered with 64 bits, and who has mails in hand is a lock: no query has to look through them.

On PostgreSQL `weekly.store.widening` has done what takes long, beside those who read and write.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

_SWAP = (
    "DROP TRIGGER deliveries_wide ON deliveries",
    "DROP FUNCTION deliveries_wide",
    "ALTER TABLE deliveries DROP CONSTRAINT pk_deliveries",
    "DROP INDEX ix_deliveries_free",
    "ALTER SEQUENCE {sequence} OWNED BY NONE",
    "ALTER TABLE deliveries DROP COLUMN id",
    "ALTER TABLE deliveries RENAME COLUMN wide TO id",
    "ALTER TABLE deliveries ALTER COLUMN id SET NOT NULL",
    "ALTER TABLE deliveries DROP CONSTRAINT ck_deliveries_wide",
    "ALTER TABLE deliveries ADD CONSTRAINT pk_deliveries PRIMARY KEY USING INDEX ix_deliveries_wide",
    "ALTER INDEX ix_deliveries_wide_free RENAME TO ix_deliveries_free",
    "ALTER SEQUENCE {sequence} AS bigint",
    "ALTER SEQUENCE {sequence} OWNED BY deliveries.id",
    "ALTER TABLE deliveries ALTER COLUMN id SET DEFAULT nextval('{sequence}')",
)


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        sequence = connection.scalar(sa.text("SELECT pg_get_serial_sequence('deliveries', 'id')"))
        prepared = "wide" in {column["name"] for column in sa.inspect(connection).get_columns("deliveries")}
        narrow = ("ALTER TABLE deliveries ALTER COLUMN id TYPE bigint", "ALTER SEQUENCE {sequence} AS bigint")
        for statement in _SWAP if prepared else narrow:
            op.execute(statement.format(sequence=sequence))
    op.execute(
        "INSERT INTO locks (name, holder, lease_until)"
        " SELECT DISTINCT 'send ' || week || ' ' || holder, holder, 0 FROM deliveries WHERE holder <> ''"
    )
