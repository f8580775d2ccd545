"""The week's candidates, ranked, what was decided about each, and how many entries got how far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import itemgetter

from sqlalchemy import Connection, delete, func, select, union, update

from weekly.models import Candidate, Status, Week
from weekly.store import codec
from weekly.store.database import upsert
from weekly.store.entries import without_texts
from weekly.store.tables import candidates, funnels, packed_candidates, published_works

BATCH = 1000
"""Rows written at once: a very long ranking is not in memory twice."""
WHOLE = 50
"""Of a published week the best so many keep their texts, to learn from; so does what was decided or published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """How many of the week's entries got how far, and where the others were lost.

    fetched + added = merged + already_published + withdrawn + candidates, and once there is a draft
    candidates = selected + rejected + put_off + passed_over.
    """

    fetched: int = 0
    """Entries of the week, with those carried over; in the health of a source it counts the entries of one run."""
    merged: int = 0
    """One work with another entry."""
    already_published: int = 0
    candidates: int = 0
    selected: int = 0
    """Candidates that are cards of the draft."""
    carried_over: int = 0
    """Of the fetched, those that were put off a week ago."""
    added: int = 0
    """Works that an editor added and no source brought."""
    withdrawn: int = 0
    """By their authors."""
    rejected: int = 0
    put_off: int = 0
    passed_over: int = 0
    """Nobody has decided about them, and better ones fill the draft."""


class Candidates:
    """The ranked lists of all weeks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, week: Week, ranked: Sequence[Candidate]) -> None:
        """Puts the ranking in the place of an earlier one; decisions stay with their candidates."""
        decisions = {key: status for key, status in self.statuses(week).items() if status is not Status.PENDING}
        self._connection.execute(delete(candidates).where(candidates.c.week == str(week)))
        self._connection.execute(delete(packed_candidates).where(packed_candidates.c.week == str(week)))
        for first in range(0, len(ranked), BATCH):
            rows = [
                {
                    "week": str(week),
                    "id": candidate.work.id,
                    "position": position,
                    "status": decisions.get(candidate.work.id, candidate.status),
                    "data": codec.quick(replace(candidate, status=Status.PENDING)),
                }
                for position, candidate in enumerate(ranked[first : first + BATCH], first)
            ]
            upsert(self._connection, candidates, rows)

    def add(self, week: Week, candidate: Candidate, place: int | None = None) -> None:
        """Makes *candidate* the last of the week's ranking, or puts it at *place*, unless the week has it already."""
        if place is None:
            here = candidates.c.week == str(week)
            last = self._connection.scalar(select(func.max(candidates.c.position)).where(here))
            place = 0 if last is None else last + 1
        row = {"week": str(week), "id": candidate.work.id, "position": place}
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
        return [_candidate(data, status) for data, status in self._connection.execute(query)]

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
        query = select(candidates.c.position, candidates.c.data, candidates.c.status)
        # Sorted here: a database would carry the texts along.
        rows = sorted(self._connection.execute(query.where(candidates.c.week == str(week))).all(), key=itemgetter(0))
        placed = [(position, _candidate(data, status)) for position, data, status in rows[:limit]]
        if packed := self._packed(week):
            placed = sorted([*placed, *packed], key=itemgetter(0))[:limit]
        return [candidate for _, candidate in placed]

    def find(self, week: Week, identifier: str) -> Candidate | None:
        """One candidate."""
        return self.of(week, [identifier]).get(identifier)

    def of(self, week: Week, ids: Iterable[str]) -> dict[str, Candidate]:
        """Those of the candidates *ids* that the week has, by id."""
        wanted = sorted(set(ids))
        here = (candidates.c.week == str(week)) & candidates.c.id.in_(wanted)
        query = select(candidates.c.data, candidates.c.status).where(here)
        rows = self._connection.execute(query)
        known = {one.work.id: one for one in (_candidate(data, status) for data, status in rows)}
        if len(known) < len(wanted):
            known |= {one.work.id: one for _, one in self._packed(week) if one.work.id in wanted}
        return known

    def statuses(self, week: Week) -> dict[str, Status]:
        """The decision about each candidate, best first."""
        query = select(candidates.c.position, candidates.c.id, candidates.c.status).where(
            candidates.c.week == str(week)
        )
        placed = [(row.position, row.id, Status(row.status)) for row in self._connection.execute(query)]
        placed += [(place, one.work.id, one.status) for place, one in self._packed(week)]
        return {identifier: status for _, identifier, status in sorted(placed)}

    def counts(self, week: Week) -> Counter[Status]:
        """How many candidates of *week* there are of each decision."""
        query = select(candidates.c.status, func.count()).where(candidates.c.week == str(week))
        rows = self._connection.execute(query.group_by(candidates.c.status))
        return Counter({Status(status): count for status, count in rows}) + Counter(
            one.status for _, one in self._packed(week)
        )

    def places(self, week: Week, ids: Iterable[str]) -> dict[str, int]:
        """The places of the candidates *ids* in the ranking, from 0."""
        wanted = sorted(set(ids))
        here = (candidates.c.week == str(week)) & candidates.c.id.in_(wanted)
        query = select(candidates.c.id, candidates.c.position).where(here)
        places = {row.id: row.position for row in self._connection.execute(query)}
        if len(places) < len(wanted):
            places |= {one.work.id: place for place, one in self._packed(week) if one.work.id in wanted}
        return places

    def pack(self, week: Week) -> int:
        """Puts what nobody decided about together, and forgets its texts but for the best; returns how much that is."""
        shown = select(published_works.c.work).where(published_works.c.publication == str(week))
        undecided = (
            (candidates.c.week == str(week))
            & (candidates.c.status == Status.PENDING.value)
            & candidates.c.id.not_in(shown)
        )
        query = select(candidates.c.position, candidates.c.data, candidates.c.status).where(undecided)
        rows = [(position, _candidate(data, status)) for position, data, status in self._connection.execute(query)]
        if rows:
            lines = sorted([*self._packed(week), *rows], key=lambda one: one[0])
            texts = [f"{place} {codec.brief(one if place < WHOLE else _thin(one))}" for place, one in lines]
            row = {"week": str(week), "data": codec.pack("\n".join(texts))}
            upsert(self._connection, packed_candidates, [row], update=("data",))
            self._connection.execute(delete(candidates).where(undecided))
        return len(rows)

    def _packed(self, week: Week) -> list[tuple[int, Candidate]]:
        query = select(packed_candidates.c.data).where(packed_candidates.c.week == str(week))
        data = self._connection.scalar(query)
        lines = (line.partition(" ") for line in codec.unpack(data).split("\n")) if data else ()
        return [(int(place), codec.load(Candidate, text)) for place, _, text in lines]

    def earlier_decisions(self, week: Week, identifier: str) -> dict[str, Status]:
        """What was decided about the same work in other weeks."""
        query = select(candidates.c.week, candidates.c.status).where(
            candidates.c.id == identifier, candidates.c.week != str(week), candidates.c.status != Status.PENDING
        )
        rows = self._connection.execute(query.order_by(candidates.c.week))
        return {row.week: Status(row.status) for row in rows}

    def weeks(self) -> list[str]:
        """The weeks that have candidates, in order."""
        rows = union(select(candidates.c.week), select(packed_candidates.c.week))
        return sorted(self._connection.scalars(rows))

    def published_claims(self, but: Week) -> frozenset[str]:
        """What the works that were published, in issues other than that of *but*, laid claim to."""
        published = select(published_works.c.work).where(published_works.c.publication != str(but))
        query = select(candidates.c.data).where(candidates.c.id.in_(published), candidates.c.week != str(but))
        works = [codec.load(Candidate, data).work for data in self._connection.scalars(query)]
        return frozenset().union(*(work.claims for work in works))


def _candidate(data: str, status: str) -> Candidate:
    known = _decoded(data)
    return known if known.status == status else replace(known, status=Status(status))


@lru_cache(maxsize=4096)
def _decoded(data: str) -> Candidate:
    """The candidates of the week that is reviewed are read with each page: decoded, they are kept (some 20 MB)."""
    return codec.load(Candidate, data)


def _thin(candidate: Candidate) -> Candidate:
    """The candidate without what only a draft or a lesson would take of it."""
    entries = tuple(without_texts(entry) for entry in candidate.work.entries)
    parts = tuple(replace(part, reason="") for part in candidate.parts)
    topics = tuple(replace(topic, reason="") for topic in candidate.topics[:2])
    return replace(candidate, work=replace(candidate.work, entries=entries), parts=parts, topics=topics)
