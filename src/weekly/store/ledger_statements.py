"""The ledger's statements for what a sender writes every few mails, in SQL as the drivers take it.

SQLAlchemy's execution of them costs more than the database's.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

_SETTLE = """
UPDATE deliveries SET state = ?, detail = ?, attempts = attempts + ?, due_at = coalesce(?, due_at),
    holder = '', lease_until = NULL
WHERE id = ? AND holder = ?
"""
_MARK = """
UPDATE deliveries SET state = 'sending', lease_until = ?
WHERE id IN (SELECT value FROM json_each(?)) AND holder = ? AND state = 'pending' RETURNING id
"""
_COUNT = """
INSERT INTO send_counts (slot, count) VALUES (?, ?)
ON CONFLICT (slot) DO UPDATE SET count = send_counts.count + excluded.count RETURNING count
"""
# All of them in one statement: to a server each one more is a way there and back. What was settled is named twice: of
# JSON a planner expects a hundred rows, for which it would read a list of some thousands from end to end.
AT_ONCE = """
WITH settled AS (
    UPDATE deliveries SET state = told.state, detail = told.detail, attempts = attempts + told.tries,
        due_at = coalesce(told.due_at, deliveries.due_at), holder = '', lease_until = NULL
    FROM json_to_recordset($1::json) AS told (id bigint, state text, detail text, tries int, due_at timestamptz)
    WHERE deliveries.id = told.id AND deliveries.holder = $2 AND deliveries.id = ANY ($6::bigint[])
), marked AS (
    UPDATE deliveries SET state = 'sending', lease_until = $3::timestamptz
    WHERE id = ANY ($4::bigint[]) AND holder = $2 AND state = 'pending'
    RETURNING id
), counted AS (
    INSERT INTO send_counts (slot, count)
    SELECT $5::int, count(*) FROM marked WHERE $5::int IS NOT NULL HAVING count(*) > 0
    ON CONFLICT (slot) DO UPDATE SET count = send_counts.count + excluded.count
    RETURNING count
)
SELECT ARRAY(SELECT id FROM marked), coalesce((SELECT count FROM counted), 0)
"""


class Settlement(NamedTuple):
    """What a row becomes."""

    id: int
    state: str
    detail: str
    tries: int
    """How many it counts more."""
    due_at: datetime | None
    """When it is due again; None leaves that as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerBatch:
    """What one sender writes at one moment."""

    holder: str
    settled: Sequence[Settlement]
    sending: Sequence[int]
    """The rows whose mails leave now."""
    until: datetime
    """How long nobody may think that their sender has died."""
    slot: int | None
    """The counter that they are counted in, if any."""


class BatchResult(NamedTuple):
    """What became of a batch."""

    ours: frozenset[int]
    """The rows whose mails may leave: others had been taken from their sender."""
    number: int
    """How many of the slot have left by then."""


def write_on_sqlite(driver: Any, batch: LedgerBatch) -> BatchResult:
    """Writes *batch* within the transaction that is open on *driver*, a connection of `sqlite3`."""
    cursor, me = driver.cursor(), batch.holder
    if batch.settled:
        cursor.executemany(
            _SETTLE, [(one.state, one.detail, one.tries, _moment(one.due_at), one.id, me) for one in batch.settled]
        )
    ours: frozenset[int] = frozenset()
    if batch.sending:
        marked = cursor.execute(_MARK, (_moment(batch.until), json.dumps(batch.sending), me))
        ours = frozenset(row for (row,) in marked)
    if batch.slot is None or not ours:
        return BatchResult(ours, 0)
    ((count,),) = cursor.execute(_COUNT, (batch.slot, len(ours))).fetchall()
    return BatchResult(ours, count)


def write_on_postgresql(driver: Any, batch: LedgerBatch) -> BatchResult:
    """Writes *batch* by one statement on *driver*, a connection of psycopg."""
    from psycopg import RawCursor  # noqa: PLC0415 - an extra

    ((ours, count),) = RawCursor(driver).execute(AT_ONCE, parameters(batch), prepare=True).fetchall()
    return BatchResult(frozenset(ours), count)


def parameters(batch: LedgerBatch) -> list[str | None]:
    """*batch* for AT_ONCE, as texts: PostgreSQL reads them quicker than psycopg writes anything else."""
    told = [{**one._asdict(), "due_at": one.due_at.isoformat() if one.due_at else None} for one in batch.settled]
    slot = None if batch.slot is None else str(batch.slot)
    sending, settled = _array(batch.sending), _array([one.id for one in batch.settled])
    return [json.dumps(told), batch.holder, batch.until.isoformat(), sending, slot, settled]


def batch_result(row: Sequence[bytes | None]) -> BatchResult:
    """What AT_ONCE answered, from the row as PostgreSQL writes it."""
    ours, count = (value or b"" for value in row)
    return BatchResult(frozenset(map(int, ours.strip(b"{}").split(b",") if len(ours) > len(b"{}") else ())), int(count))


def _array(numbers: Sequence[int]) -> str:
    return f"{{{','.join(map(str, numbers))}}}"


def _moment(at: datetime | None) -> str | None:
    """A moment as SQLite's tables have it."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds") if at else None
