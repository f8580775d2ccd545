"""How the sources did: a verdict for each run, and how far each source has been read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from weekly.models import SourceHealth, Week
from weekly.store import codec
from weekly.store.database import upsert
from weekly.store.tables import source_runs, watermarks


class SourceRuns:
    """The runs of all sources."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, week: Week, health: SourceHealth, at: datetime) -> None:
        """Adds the verdict of one run."""
        row = {"week": str(week), "source": health.source, "at": at, "data": codec.dump(health)}
        self._connection.execute(insert(source_runs), [row])

    def health(self, week: Week) -> list[SourceHealth]:
        """The newest verdict of each source for *week*."""
        newest = (
            select(func.max(source_runs.c.id)).where(source_runs.c.week == str(week)).group_by(source_runs.c.source)
        )
        query = select(source_runs.c.data).where(source_runs.c.id.in_(newest)).order_by(source_runs.c.source)
        return [codec.load(SourceHealth, data) for data in self._connection.scalars(query)]

    def latest(self, week: Week) -> dict[str, datetime]:
        """When each source was read last for *week*."""
        c = source_runs.c
        query = select(c.source, func.max(c.at).label("at")).where(c.week == str(week)).group_by(c.source)
        return {row.source: row.at for row in self._connection.execute(query.order_by(c.source))}

    def verdicts(self, source: str, weeks: int) -> dict[str, str]:
        """The newest verdict on *source* in each of its last *weeks*, the latest week last."""
        query = select(source_runs.c.week, source_runs.c.data).where(source_runs.c.source == source)
        newest = {
            row.week: codec.load(SourceHealth, row.data).verdict
            for row in self._connection.execute(query.order_by(source_runs.c.id))
        }
        return {week: newest[week].value for week in sorted(newest)[-weeks:]}

    def find_watermark(self, source: str) -> datetime | None:
        """The moment up to which *source* has been read whole; None before its first good run."""
        query = select(watermarks.c.until).where(watermarks.c.source == source)
        until: datetime | None = self._connection.scalar(query)
        return until

    def find_since(self, source: str) -> datetime | None:
        """The first moment that *source* was ever read for; None before its first good run."""
        since: datetime | None = self._connection.scalar(
            select(watermarks.c.since).where(watermarks.c.source == source)
        )
        return since

    def advance(self, source: str, until: datetime, since: datetime | None = None) -> None:
        """Moves the watermark forward, and what was read first back to *since*; neither ever the other way."""
        stands, began = self.find_watermark(source), self.find_since(source)
        row = {
            "source": source,
            "until": max(filter(None, (stands, until))),
            "since": min(filter(None, (began, since)), default=None),
        }
        upsert(self._connection, watermarks, [row], update=("until", "since"))
