"""Moments to send at, handed out so that all processes together keep one rate."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from weekly.store.database import upsert
from weekly.store.tables import send_slots

LONGEST = 3600.0
"""Seconds: a later last moment than this comes from a clock that was set back."""


class SendSlots:
    """Rows of moments, a name each; a moment that was handed out and not used is lost."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def book(self, name: str, count: int, rate: float, now: float) -> float:
        """The first of *count* moments, 1 / *rate* seconds apart and none before *now*, in seconds since the epoch."""
        upsert(self._connection, send_slots, [{"name": name, "last_at": 0}])
        mine = send_slots.c.name == name
        last = float(self._connection.execute(select(send_slots.c.last_at).where(mine).with_for_update()).scalar_one())
        first = max(now, last + 1 / rate) if last < now + LONGEST else now
        self._connection.execute(update(send_slots).where(mine).values(last_at=first + (count - 1) / rate))
        return first
