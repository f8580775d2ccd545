"""Drafts as append-only revisions, and approvals bound to the hash of one of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, func, insert, select, update

from weekly.models import Draft, Week
from weekly.store import codec
from weekly.store.database import Database
from weekly.store.tables import approvals, drafts

MACHINE = "machine"
"""The author of what no person wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One state of a week's draft."""

    week: str
    number: int
    author: str
    created_at: datetime
    hash: str
    draft: Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """That a person approved the content with this hash, and which findings they overrode why."""

    week: str
    revision: int
    hash: str
    by: str
    at: datetime
    overrides: Mapping[str, str]
    due_at: datetime | None = None
    """The first moment at which it may be published; None: at once."""


class Drafts:
    """The drafts of all weeks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def current(self, week: Week) -> Revision | None:
        """The newest revision of the week's draft."""
        with self._database.read() as connection:
            return self.newest(connection, week)

    def at(self, week: Week, number: int) -> Revision | None:
        """One revision of the week's draft; the first is the machine's."""
        query = select(drafts).where(drafts.c.week == str(week), drafts.c.revision == number)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return _revision(row) if row else None

    def machine(self, week: Week) -> Revision | None:
        """What the machine wrote before anybody touched it: its newest revision among those that only it wrote."""
        query = select(drafts).where(drafts.c.week == str(week), drafts.c.author == MACHINE)
        first_by_hand = select(func.min(drafts.c.revision)).where(
            drafts.c.week == str(week), drafts.c.author != MACHINE
        )
        with self._database.read() as connection:
            limit = connection.scalar(first_by_hand)
            if limit is not None:
                query = query.where(drafts.c.revision < limit)
            row = connection.execute(query.order_by(drafts.c.revision.desc()).limit(1)).first()
        return _revision(row) if row else None

    def recent(self, connection: Connection, week: Week, limit: int) -> list[Draft]:
        """The newest revisions of the week's draft, newest first."""
        query = select(drafts.c.data).where(drafts.c.week == str(week)).order_by(drafts.c.revision.desc()).limit(limit)
        return [codec.load(Draft, data) for data in connection.scalars(query)]

    def add(self, connection: Connection, draft: Draft, author: str, at: datetime) -> Revision:
        """Appends a revision; a draft that says what the newest one says already adds none."""
        week = Week.parse(draft.week)
        self._database.hold(connection, f"draft {week}")
        newest = self.newest(connection, week)
        data = codec.dump(draft)
        digest = codec.digest(data)
        if newest is not None and newest.hash == digest:
            return newest
        number = newest.number + 1 if newest else 1
        row = {"week": str(week), "revision": number, "author": author, "created_at": at, "hash": digest, "data": data}
        connection.execute(insert(drafts), [row])
        return Revision(week=str(week), number=number, author=author, created_at=at, hash=digest, draft=draft)

    def approve(
        self,
        connection: Connection,
        revision: Revision,
        by: str,
        at: datetime,
        overrides: Mapping[str, str],
        due_at: datetime | None = None,
    ) -> None:
        """Writes down that *by* approved exactly this content, to be published from *due_at* on."""
        row = {"week": revision.week, "revision": revision.number, "hash": revision.hash, "by": by, "at": at}
        reasons = json.dumps(dict(overrides), ensure_ascii=False)
        connection.execute(insert(approvals), [{**row, "overrides": reasons, "due_at": due_at}])

    def approval(self, week: Week) -> Approval | None:
        """The approval of the week's draft as it stands now; one of earlier content or withdrawn does not count."""
        return next(iter(self.approvals(week)), None)

    def approvals(self, week: Week) -> list[Approval]:
        """Every approval of the week's draft as it stands now, newest first."""
        with self._database.read() as connection:
            newest = self.newest(connection, week)
            return self.approvals_of(connection, newest) if newest else []

    def approvals_of(self, connection: Connection, revision: Revision) -> list[Approval]:
        """The approvals of this content that stand, newest first; a writer keeps them from being withdrawn."""
        query = select(approvals).where(
            approvals.c.week == revision.week, approvals.c.hash == revision.hash, approvals.c.withdrawn_at.is_(None)
        )
        rows = connection.execute(query.order_by(approvals.c.id.desc()).with_for_update()).all()
        return [_approval(row) for row in rows]

    def voided(self, week: Week) -> Approval | None:
        """The newest approval that a later edit has voided; None while one stands or none was withdrawn by hand."""
        query = select(approvals).where(approvals.c.week == str(week)).order_by(approvals.c.id.desc()).limit(1)
        with self._database.read() as connection:
            row = connection.execute(query).first()
            newest = self.newest(connection, week)
        if row is None or newest is None or row.withdrawn_at is not None or row.hash == newest.hash:
            return None
        return _approval(row)

    def withdraw(self, connection: Connection, week: Week, by: str, at: datetime) -> int:
        """Takes back every approval of *week* that stands; returns how many there were."""
        standing = (approvals.c.week == str(week)) & approvals.c.withdrawn_at.is_(None)
        return connection.execute(update(approvals).where(standing).values(withdrawn_at=at, withdrawn_by=by)).rowcount

    def newest(self, connection: Connection, week: Week) -> Revision | None:
        """The newest revision as the transaction sees it."""
        query = select(drafts).where(drafts.c.week == str(week)).order_by(drafts.c.revision.desc()).limit(1)
        row = connection.execute(query).first()
        return _revision(row) if row else None


def _revision(row: Row[tuple[object, ...]]) -> Revision:
    return Revision(
        week=row.week,
        number=row.revision,
        author=row.author,
        created_at=row.created_at,
        hash=row.hash,
        draft=codec.load(Draft, row.data),
    )


def _approval(row: Row[tuple[object, ...]]) -> Approval:
    return Approval(
        week=row.week,
        revision=row.revision,
        hash=row.hash,
        by=row.by,
        at=row.at,
        overrides=json.loads(row.overrides),
        due_at=row.due_at,
    )
