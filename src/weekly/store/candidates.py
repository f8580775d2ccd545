"""The week's candidates, ranked, and what was decided about each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, delete, select, update

from weekly.models import Candidate, Status, Week
from weekly.store import codec
from weekly.store.database import Database
from weekly.store.tables import announced, candidates

BATCH = 1000
"""Rows written at once: a very long ranking is not in memory twice."""


class Candidates:
    """The ranked lists of all weeks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def replace(self, connection: Connection, week: Week, ranked: Sequence[Candidate]) -> None:
        """Puts the ranking in the place of an earlier one; decisions stay with their candidates."""
        decided = self._statuses(connection, week)
        connection.execute(delete(candidates).where(candidates.c.week == str(week)))
        for first in range(0, len(ranked), BATCH):
            rows = [
                {
                    "week": str(week),
                    "id": candidate.work.id,
                    "position": position,
                    "status": decided.get(candidate.work.id, candidate.status),
                    "data": codec.dump(replace(candidate, status=Status.PENDING)),
                }
                for position, candidate in enumerate(ranked[first : first + BATCH], first)
            ]
            self._database.upsert(connection, candidates, rows)

    def of(self, week: Week, limit: int | None = None) -> list[Candidate]:
        """The candidates of *week*, best first."""
        query = select(candidates.c.data, candidates.c.status).where(candidates.c.week == str(week))
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(candidates.c.position).limit(limit)).all()
        return [replace(codec.load(Candidate, row.data), status=Status(row.status)) for row in rows]

    def weeks(self) -> list[str]:
        """The weeks that have candidates, in order."""
        with self._database.read() as connection:
            return list(connection.scalars(select(candidates.c.week).distinct().order_by(candidates.c.week)))

    def claimed(self, but: Week) -> frozenset[str]:
        """What the works that were published, in issues other than that of *but*, laid claim to."""
        published = select(announced.c.work).where(announced.c.publication != str(but))
        query = select(candidates.c.data).where(candidates.c.id.in_(published), candidates.c.week != str(but))
        with self._database.read() as connection:
            works = [codec.load(Candidate, data).work for data in connection.scalars(query)]
        return frozenset().union(*(work.claims for work in works))

    def decide(self, connection: Connection, week: Week, ids: Sequence[str], status: Status) -> None:
        """Writes the decision about the candidates *ids*."""
        where = (candidates.c.week == str(week)) & candidates.c.id.in_(list(ids))
        connection.execute(update(candidates).where(where).values(status=status))

    def find(self, connection: Connection, week: Week, identifier: str) -> Candidate | None:
        """One candidate as the transaction sees it."""
        here = (candidates.c.week == str(week)) & (candidates.c.id == identifier)
        row = connection.execute(select(candidates.c.data, candidates.c.status).where(here)).first()
        return replace(codec.load(Candidate, row.data), status=Status(row.status)) if row else None

    def statuses(self, connection: Connection, week: Week) -> dict[str, Status]:
        """The decision about each candidate, best first."""
        query = select(candidates.c.id, candidates.c.status).where(candidates.c.week == str(week))
        rows = connection.execute(query.order_by(candidates.c.position)).all()
        return {row.id: Status(row.status) for row in rows}

    def before(self, week: Week, identifier: str) -> dict[str, Status]:
        """What was decided about the same work in other weeks."""
        query = select(candidates.c.week, candidates.c.status).where(
            candidates.c.id == identifier, candidates.c.week != str(week), candidates.c.status != Status.PENDING
        )
        with self._database.read() as connection:
            return {row.week: Status(row.status) for row in connection.execute(query.order_by(candidates.c.week))}

    def _statuses(self, connection: Connection, week: Week) -> dict[str, str]:
        query = select(candidates.c.id, candidates.c.status).where(candidates.c.week == str(week))
        return {row.id: row.status for row in connection.execute(query) if row.status != Status.PENDING}
