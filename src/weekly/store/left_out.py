"""What the sources showed and was not taken: seen once, it is not news the next time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, or_, select

from weekly.models import LeftOut, Omission
from weekly.store.database import upsert
from weekly.store.tables import left_out

KEEP = timedelta(days=45)
"""How long what was outside or unusable is known, after it was seen last."""
KEEP_OLDER = timedelta(days=400)
"""The same of what was there before the source was read first: forgotten too soon it would be news."""


class LeftOuts:
    """What was left out, of all sources."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, rows: Sequence[LeftOut], at: datetime) -> None:
        """Writes down what was left out at *at*, in the place of what was said of it before."""
        columns = ("source", "key", "omission", "reason", "title", "url")
        named = {(row.source, row.key): row for row in rows}
        values = [{**{name: getattr(row, name) for name in columns}, "at": at} for _, row in sorted(named.items())]
        upsert(self._connection, left_out, values, update=("omission", "reason", "title", "url", "at"))

    def remembered(self, source: str, keys: Collection[str], limit: int) -> list[LeftOut]:
        """What *source* showed under *keys* and was not taken, and beside that what was seen last, at most *limit*."""
        mine = select(left_out).where(left_out.c.source == source)
        newest = mine.order_by(left_out.c.at.desc(), left_out.c.key).limit(limit)
        queries = (newest, mine.where(left_out.c.key.in_(list(keys))))
        rows = {row.key: _left_out(row) for query in queries for row in self._connection.execute(query)}
        return list(rows.values())

    def seen(self, source: str, at: datetime) -> list[LeftOut]:
        """What *source* showed last in its run of *at*, and was not taken."""
        query = select(left_out).where(left_out.c.source == source, left_out.c.at == at).order_by(left_out.c.key)
        return [_left_out(row) for row in self._connection.execute(query)]

    def matches(self, keys: Collection[str], words: str) -> list[LeftOut]:
        """Those of any source whose key is one of *keys* or begins with it, or that have *words* in their address.

        At most a hundred.
        """
        longer = (left_out.c.key.startswith(f"{key} ", autoescape=True) for key in keys)
        exactly = or_(left_out.c.key.in_(list(keys)), *longer)
        wanted = or_(exactly, left_out.c.url.contains(words, autoescape=True)) if words else exactly
        query = select(left_out).where(wanted).order_by(exactly.desc(), left_out.c.at.desc(), left_out.c.key)
        return [_left_out(row) for row in self._connection.execute(query.limit(100))]

    def prune(self, now: datetime) -> None:
        """Forgets what has not been seen for a long time."""
        older = left_out.c.omission == Omission.OLDER
        stale = (~older & (left_out.c.at < now - KEEP)) | (older & (left_out.c.at < now - KEEP_OLDER))
        self._connection.execute(delete(left_out).where(stale))


def _left_out(row: Row[Any]) -> LeftOut:
    return LeftOut(
        source=row.source,
        key=row.key,
        omission=Omission(row.omission),
        reason=row.reason,
        title=row.title,
        url=row.url,
    )
