"""When something was last done, a name each."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import select

from weekly.store.database import Database
from weekly.store.tables import gates


class Marks:
    """Moments that a later run asks for, to see that the work it was started for is done."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def set(self, name: str) -> None:
        """Notes that *name* is done now."""
        row = {"name": name, "holder": "", "lease_until": 0, "last_at": self._clock()}
        with self._database.write() as connection:
            self._database.upsert(connection, gates, [row], update=("last_at",))

    def at(self, name: str) -> float:
        """When *name* was last done, in seconds since the epoch; 0 when it never was."""
        with self._database.read() as connection:
            return float(connection.scalar(select(gates.c.last_at).where(gates.c.name == name)) or 0.0)
