"""How many of a week's entries got how far."""

from __future__ import annotations

from sqlalchemy import Connection, select

from weekly.models import Funnel, Week
from weekly.store import codec
from weekly.store.database import upsert
from weekly.store.tables import funnels


class Funnels:
    """The funnel of each week."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def set(self, week: Week, funnel: Funnel) -> None:
        """Puts *funnel* in the place of an earlier one."""
        upsert(self._connection, funnels, [{"week": str(week), "data": codec.dump(funnel)}], update=("data",))

    def of(self, week: Week) -> Funnel:
        """The funnel of *week*; zeros before classification."""
        data = self._connection.scalar(select(funnels.c.data).where(funnels.c.week == str(week)))
        return codec.load(Funnel, data) if data else Funnel()
