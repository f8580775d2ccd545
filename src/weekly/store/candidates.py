"""The week's candidates, ranked, what was decided about each, and how many entries got how far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import Connection, Row, delete, func, select, update

from weekly.models import Candidate, Funnel, Status, Week
from weekly.store import codec
from weekly.store.database import upsert
from weekly.store.tables import candidates, funnels, published_works

BATCH = 1000
"""Rows written at once: a very long ranking is not in memory twice."""


class Candidates:
    """The ranked lists of all weeks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, week: Week, ranked: Sequence[Candidate]) -> None:
        """Puts the ranking in the place of an earlier one; decisions stay with their candidates."""
        decisions = {key: status for key, status in self.statuses(week).items() if status is not Status.PENDING}
        self._connection.execute(delete(candidates).where(candidates.c.week == str(week)))
        for first in range(0, len(ranked), BATCH):
            rows = [
                {
                    "week": str(week),
                    "id": candidate.work.id,
                    "position": position,
                    "status": decisions.get(candidate.work.id, candidate.status),
                    "data": codec.dump(replace(candidate, status=Status.PENDING)),
                }
                for position, candidate in enumerate(ranked[first : first + BATCH], first)
            ]
            upsert(self._connection, candidates, rows)

    def add(self, week: Week, candidate: Candidate) -> None:
        """Makes *candidate* the last of the week's ranking, unless the week has it already."""
        last = self._connection.scalar(select(func.max(candidates.c.position)).where(candidates.c.week == str(week)))
        row = {"week": str(week), "id": candidate.work.id, "position": 0 if last is None else last + 1}
        row |= {"status": candidate.status, "data": codec.dump(replace(candidate, status=Status.PENDING))}
        upsert(self._connection, candidates, [row])

    def put(self, week: Week, candidate: Candidate) -> None:
        """Puts *candidate* in the place of the one of its id; place and decision stay."""
        here = (candidates.c.week == str(week)) & (candidates.c.id == candidate.work.id)
        data = codec.dump(replace(candidate, status=Status.PENDING))
        self._connection.execute(update(candidates).where(here).values(data=data))

    def remove(self, week: Week, identifier: str) -> None:
        """Takes a candidate out of the ranking."""
        here = (candidates.c.week == str(week)) & (candidates.c.id == identifier)
        self._connection.execute(delete(candidates).where(here))

    def put_off(self, week: Week) -> list[Candidate]:
        """The candidates of *week* that were put off."""
        here = (candidates.c.week == str(week)) & (candidates.c.status == Status.LATER)
        query = select(candidates.c.data, candidates.c.status).where(here).order_by(candidates.c.position)
        return [_candidate(row) for row in self._connection.execute(query)]

    def set_funnel(self, week: Week, funnel: Funnel) -> None:
        """Puts *funnel* in the place of an earlier one."""
        upsert(self._connection, funnels, [{"week": str(week), "data": codec.dump(funnel)}], update=("data",))

    def funnel(self, week: Week) -> Funnel:
        """How many of the entries of *week* got how far; zeros before classification."""
        data = self._connection.scalar(select(funnels.c.data).where(funnels.c.week == str(week)))
        return codec.load(Funnel, data) if data else Funnel()

    def decide(self, week: Week, identifier: str, status: Status) -> None:
        """Writes the decision about a candidate."""
        here = (candidates.c.week == str(week)) & (candidates.c.id == identifier)
        self._connection.execute(update(candidates).where(here).values(status=status))

    def ranking(self, week: Week, limit: int | None = None) -> list[Candidate]:
        """The candidates of *week*, best first."""
        query = select(candidates.c.data, candidates.c.status).where(candidates.c.week == str(week))
        rows = self._connection.execute(query.order_by(candidates.c.position).limit(limit)).all()
        return [_candidate(row) for row in rows]

    def find(self, week: Week, identifier: str) -> Candidate | None:
        """One candidate."""
        here = (candidates.c.week == str(week)) & (candidates.c.id == identifier)
        row = self._connection.execute(select(candidates.c.data, candidates.c.status).where(here)).first()
        return _candidate(row) if row else None

    def of(self, week: Week, ids: Iterable[str]) -> dict[str, Candidate]:
        """Those of the candidates *ids* that the week has, by id."""
        here = (candidates.c.week == str(week)) & candidates.c.id.in_(sorted(ids))
        query = select(candidates.c.data, candidates.c.status).where(here)
        return {one.work.id: one for one in map(_candidate, self._connection.execute(query))}

    def statuses(self, week: Week) -> dict[str, Status]:
        """The decision about each candidate, best first."""
        query = select(candidates.c.id, candidates.c.status).where(candidates.c.week == str(week))
        rows = self._connection.execute(query.order_by(candidates.c.position))
        return {row.id: Status(row.status) for row in rows}

    def places(self, week: Week, ids: Iterable[str]) -> dict[str, int]:
        """The places of the candidates *ids* in the ranking, from 0."""
        here = (candidates.c.week == str(week)) & candidates.c.id.in_(sorted(ids))
        query = select(candidates.c.id, candidates.c.position).where(here)
        return {row.id: row.position for row in self._connection.execute(query)}

    def earlier_decisions(self, week: Week, identifier: str) -> dict[str, Status]:
        """What was decided about the same work in other weeks."""
        query = select(candidates.c.week, candidates.c.status).where(
            candidates.c.id == identifier, candidates.c.week != str(week), candidates.c.status != Status.PENDING
        )
        rows = self._connection.execute(query.order_by(candidates.c.week))
        return {row.week: Status(row.status) for row in rows}

    def weeks(self) -> list[str]:
        """The weeks that have candidates, in order."""
        return list(self._connection.scalars(select(candidates.c.week).distinct().order_by(candidates.c.week)))

    def published_claims(self, but: Week) -> frozenset[str]:
        """What the works that were published, in issues other than that of *but*, laid claim to."""
        published = select(published_works.c.work).where(published_works.c.publication != str(but))
        query = select(candidates.c.data).where(candidates.c.id.in_(published), candidates.c.week != str(but))
        works = [codec.load(Candidate, data).work for data in self._connection.scalars(query)]
        return frozenset().union(*(work.claims for work in works))


def _candidate(row: Row[tuple[str, str]]) -> Candidate:
    return replace(codec.load(Candidate, row.data), status=Status(row.status))
