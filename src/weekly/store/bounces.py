"""What came back: reports about mails, each counted once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, func, select

from weekly.store.database import Database
from weekly.store.tables import bounces


class Kind(StrEnum):
    """What a report means for the address."""

    HARD = "hard"
    SOFT = "soft"
    COMPLAINT = "complaint"
    UNSUBSCRIBE = "unsubscribe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """A report about a mail to a reader."""

    report: str
    """A hash of the report, so that it counts once however often it is read."""
    reader: int
    week: str
    kind: Kind
    detail: str


class Bounces:
    """Every report."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, connection: Connection, bounce: Bounce, at: datetime) -> bool:
        """Writes a report down; False when it was known."""
        if connection.scalar(select(func.count()).where(bounces.c.report == bounce.report)):
            return False
        row = {"report": bounce.report, "reader": bounce.reader, "week": bounce.week, "kind": bounce.kind.value}
        self._database.upsert(connection, bounces, [{**row, "detail": bounce.detail[:500], "at": at}])
        return True

    def soft(self, connection: Connection, reader: int) -> int:
        """In how many issues a mail to *reader* bounced for a passing reason."""
        mine = (bounces.c.reader == reader) & (bounces.c.kind == Kind.SOFT)
        return connection.scalar(select(func.count(bounces.c.week.distinct())).where(mine)) or 0
