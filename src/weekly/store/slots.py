"""Moments to send at, handed out so that all processes together keep one rate."""

from __future__ import annotations

import time

from sqlalchemy import Connection, select, update

from weekly.store.database import Database
from weekly.store.tables import gates

LONGEST = 3600.0
"""Seconds: a later last moment than this comes from a clock that was set back."""


class Slots:
    """Rows of moments, a name each; a moment that was handed out and not used is lost."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def book(self, connection: Connection, name: str, count: int, rate: float) -> float:
        """The first of *count* moments, 1 / *rate* seconds apart, as seconds since the epoch."""
        self._database.upsert(connection, gates, [{"name": name, "holder": "", "lease_until": 0, "last_at": 0}])
        mine = gates.c.name == name
        last = float(connection.execute(select(gates.c.last_at).where(mine).with_for_update()).scalar_one())
        now = time.time()
        first = max(now, last + 1 / rate) if last < now + LONGEST else now
        connection.execute(update(gates).where(mine).values(last_at=first + (count - 1) / rate))
        return first
