"""Published issues, which never change, and the identities that count as published."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from weekly.models import Draft, Issue, Week
from weekly.store import codec
from weekly.store.database import Database
from weekly.store.drafts import Approval
from weekly.store.tables import announced, approvals, issues


class Issues:
    """Everything that has been published."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, week: Week) -> Issue | None:
        """The issue of *week*."""
        with self._database.read() as connection:
            return self.get(connection, week)

    def get(self, connection: Connection, week: Week) -> Issue | None:
        """The issue of *week* as the transaction sees it."""
        row = connection.execute(select(issues).where(issues.c.week == str(week))).first()
        return _issue(row) if row else None

    def all(self) -> list[Issue]:
        """Every issue, newest first."""
        with self._database.read() as connection:
            return [_issue(row) for row in connection.execute(select(issues).order_by(issues.c.week.desc()))]

    def next_number(self) -> int:
        """The number that the next issue gets."""
        with self._database.read() as connection:
            return (connection.scalar(select(func.max(issues.c.number))) or 0) + 1

    def add(self, connection: Connection, draft: Draft, approval: Approval, at: datetime) -> bool:
        """Publishes the approved content, which cannot change from here on; False when somebody else was quicker."""
        if self.get(connection, Week.parse(draft.week)) is not None:
            return False
        number = (connection.scalar(select(func.max(issues.c.number))) or 0) + 1
        row = {"week": draft.week, "number": number, "hash": approval.hash, "approved_by": approval.by}
        connection.execute(insert(issues), [{**row, "published_at": at, "data": codec.dump(draft), "files": "{}"}])
        for card in draft.cards:
            self.announce(connection, card.keys, card.id, draft.week, card.title, at)
        return True

    def approved_at(self, week: Week) -> datetime | None:
        """When the content of the issue of *week* was approved; None when it came into the store another way."""
        query = (
            select(func.max(approvals.c.at))
            .join(issues, (issues.c.week == approvals.c.week) & (issues.c.hash == approvals.c.hash))
            .where(issues.c.week == str(week))
        )
        with self._database.read() as connection:
            at: datetime | None = connection.scalar(query)
        return at

    def set_files(
        self, connection: Connection, week: Week, files: Mapping[str, str], made_of: Mapping[str, Any] | None = None
    ) -> None:
        """Writes down the hashes of the issue's files, and what made them, once all of them are in the archive."""
        text = json.dumps(dict(files), sort_keys=True)
        made = json.dumps(dict(made_of or {}), sort_keys=True, ensure_ascii=False)
        connection.execute(update(issues).where(issues.c.week == str(week)).values(files=text, made_of=made))

    def announce(
        self, connection: Connection, keys: Iterable[str], work: str, publication: str, title: str, at: datetime
    ) -> None:
        """Counts a work as published under each of its identities; the first publication stands."""
        row = {"work": work, "publication": publication, "title": title, "at": at}
        self._database.upsert(connection, announced, [{"key": key, **row} for key in sorted(set(keys))])

    def titles(self) -> list[tuple[str, str]]:
        """Where and under which title each work was published."""
        query = select(announced.c.publication, announced.c.title).distinct()
        with self._database.read() as connection:
            return [(row.publication, row.title) for row in connection.execute(query)]

    def announced(self, keys: Iterable[str], but: Week) -> dict[str, str]:
        """Which of *keys* are published already, and where, in publications other than the issue of *but*."""
        wanted = set(keys)
        query = select(announced.c.key, announced.c.publication).where(announced.c.publication != str(but))
        with self._database.read() as connection:
            return {row.key: row.publication for row in connection.execute(query) if row.key in wanted}


def _issue(row: Row[tuple[object, ...]]) -> Issue:
    return Issue(
        week=row.week,
        number=row.number,
        hash=row.hash,
        approved_by=row.approved_by,
        published_at=row.published_at,
        draft=codec.load(Draft, row.data),
        files=json.loads(row.files),
        made_of=json.loads(row.made_of),
    )
