"""When something was last done, a name each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from weekly.store.database import upsert
from weekly.store.tables import marks


class Marks:
    """Moments that a later run asks for, to see that the work it was started for is done."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def set(self, name: str, at: datetime) -> None:
        """Notes that *name* was done at that moment."""
        upsert(self._connection, marks, [{"name": name, "at": at}], update=("at",))

    def find(self, name: str) -> datetime | None:
        """When *name* was last done; None when it never was."""
        at: datetime | None = self._connection.scalar(select(marks.c.at).where(marks.c.name == name))
        return at
