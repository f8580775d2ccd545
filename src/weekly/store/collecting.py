"""How collecting went: a verdict per source and run, the week's funnel, and how far each source has been read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from weekly.models import Funnel, SourceHealth, Week
from weekly.store import codec
from weekly.store.database import Database
from weekly.store.tables import funnels, published_works, source_runs, watermarks


class Collecting:
    """The health of every week's sources."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def watermark(self, source: str) -> datetime | None:
        """The moment up to which *source* has been read whole; None before its first good run."""
        query = select(watermarks.c.until).where(watermarks.c.source == source)
        with self._database.read() as connection:
            return connection.scalar(query)

    def advance(self, connection: Connection, source: str, until: datetime) -> None:
        """Moves the watermark forward; it never goes back when an old week is run again."""
        stands = connection.scalar(select(watermarks.c.until).where(watermarks.c.source == source))
        if stands is None or stands < until:
            self._database.upsert(connection, watermarks, [{"source": source, "until": until}], update=("until",))

    def watched(self, since: datetime, but: Week) -> tuple[str, ...]:
        """The identities of what was published after *since* outside the issue of *but*, the newest first."""
        query = (
            select(published_works.c.key)
            .where(published_works.c.at >= since, published_works.c.publication != str(but))
            .order_by(published_works.c.at.desc(), published_works.c.key)
        )
        with self._database.read() as connection:
            return tuple(connection.scalars(query.limit(1000)))

    def note(self, connection: Connection, week: Week, health: SourceHealth, at: datetime) -> None:
        """Adds the verdict of one run."""
        row = {"week": str(week), "source": health.source, "at": at, "data": codec.dump(health)}
        connection.execute(insert(source_runs), [row])

    def health(self, week: Week) -> list[SourceHealth]:
        """The newest verdict of each source for *week*."""
        newest = (
            select(func.max(source_runs.c.id)).where(source_runs.c.week == str(week)).group_by(source_runs.c.source)
        )
        query = select(source_runs.c.data).where(source_runs.c.id.in_(newest)).order_by(source_runs.c.source)
        with self._database.read() as connection:
            return [codec.load(SourceHealth, data) for data in connection.scalars(query)]

    def set_funnel(self, connection: Connection, week: Week, funnel: Funnel) -> None:
        """Stores how many entries got how far."""
        self._database.upsert(connection, funnels, [{"week": str(week), "data": codec.dump(funnel)}], update=("data",))

    def funnel(self, week: Week) -> Funnel:
        """How many of the week's entries got how far; zeros before classification."""
        with self._database.read() as connection:
            data = connection.scalar(select(funnels.c.data).where(funnels.c.week == str(week)))
        return codec.load(Funnel, data) if data else Funnel()
