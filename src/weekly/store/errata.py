"""What was wrong in published issues: rows beside them, for the issues themselves never change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, insert, select

from weekly.models import Notice, Week
from weekly.store.database import Database
from weekly.store.tables import errata


@dataclass(frozen=True, slots=True, kw_only=True)
class Erratum:
    """One correction of one card."""

    week: str
    number: int
    card: str
    text: str
    """Markdown."""
    by: str
    at: datetime

    @property
    def notice(self) -> Notice:
        """What readers are told about it is called so."""
        return Notice(Week.parse(self.week), self.number)


class Errata:
    """The corrections of all issues."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, week: Week) -> list[Erratum]:
        """Those of the issue of *week*, in their order."""
        with self._database.read() as connection:
            return self._of(connection, week)

    def find(self, notice: Notice) -> Erratum | None:
        """The one that *notice* is about."""
        return next((one for one in self.of(notice.week) if one.number == notice.number), None)

    def add(self, connection: Connection, week: Week, *, card: str, text: str, by: str, at: datetime) -> Erratum:
        """Writes a correction down; one that says of the same card what was said already is that one."""
        self._database.hold(connection, f"errata {week}")
        known = self._of(connection, week)
        for one in known:
            if (one.card, one.text) == (card, text):
                return one
        row = {"week": str(week), "number": len(known) + 1, "card": card, "text": text, "by": by, "at": at}
        connection.execute(insert(errata), [row])
        return Erratum(week=str(week), number=len(known) + 1, card=card, text=text, by=by, at=at)

    def _of(self, connection: Connection, week: Week) -> list[Erratum]:
        query = select(errata).where(errata.c.week == str(week)).order_by(errata.c.number)
        return [_erratum(row) for row in connection.execute(query)]


def _erratum(row: Row[tuple[object, ...]]) -> Erratum:
    return Erratum(week=row.week, number=row.number, card=row.card, text=row.text, by=row.by, at=row.at)
