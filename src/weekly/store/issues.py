"""Published issues, which never change, their corrections beside them, and the works that count as published."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, func, insert, literal, select, union_all, update

from weekly.models import Draft, Issue, Mailing, Notice, Week
from weekly.store import codec
from weekly.store.database import lock, upsert
from weekly.store.tables import approvals, drafts, errata, issues, published_works

_NO_FILES = "{}"
"""The files of an issue that are not all in the archive yet, as the column has them."""


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
        """What subscribers are told about it is called so."""
        return Notice(Week.parse(self.week), self.number)


class Issues:
    """Everything that has been published."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, week: Week) -> Issue | None:
        """The issue of *week*."""
        row = self._connection.execute(select(issues).where(issues.c.week == str(week))).first()
        return _issue(row) if row else None

    def has(self, week: Week) -> bool:
        """Whether *week* is published."""
        return self._connection.scalar(select(issues.c.number).where(issues.c.week == str(week))) is not None

    def completeness(self, weeks: Iterable[Week]) -> dict[Week, bool]:
        """Those of *weeks* that are published, and whether all files of each are in the archive."""
        known = {str(week): week for week in weeks}
        query = select(issues.c.week, issues.c.files != _NO_FILES).where(issues.c.week.in_(known))
        return {known[name]: whole for name, whole in self._connection.execute(query).tuples()}

    def mailings(self, weeks: Iterable[Week]) -> list[Mailing]:
        """The issues of *weeks*, the oldest first, each before the notices about its corrections."""
        names = [str(week) for week in weeks]
        of_weeks = (
            select(table.c.week, number.label("number")).where(table.c.week.in_(names))
            for table, number in ((issues, literal(0)), (errata, errata.c.number))
        )
        rows = self._connection.execute(union_all(*of_weeks).order_by("week", "number"))
        return [Notice(Week.parse(row.week), row.number) if row.number else Week.parse(row.week) for row in rows]

    def content(self, week: Week) -> str:
        """The content of the issue of *week* as it is stored, whatever fields a draft has got since."""
        data: bytes = self._connection.execute(select(issues.c.data).where(issues.c.week == str(week))).scalar_one()
        return codec.unpack(data)

    def numbers(self) -> dict[str, tuple[int, str]]:
        """The number and the hash of every issue, by its week."""
        query = select(issues.c.week, issues.c.number, issues.c.hash)
        return {row.week: (row.number, row.hash) for row in self._connection.execute(query)}

    def all(self) -> list[Issue]:
        """Every issue, newest first."""
        return [_issue(row) for row in self._connection.execute(select(issues).order_by(issues.c.week.desc()))]

    def latest(self, before: Week, limit: int) -> list[Issue]:
        """At most *limit* issues of weeks before one, newest first."""
        query = select(issues).where(issues.c.week < str(before)).order_by(issues.c.week.desc()).limit(limit)
        return [_issue(row) for row in self._connection.execute(query)]

    def find_approval_time(self, week: Week) -> datetime | None:
        """When the content of the issue of *week* was approved; None when it came into the store another way."""
        same = (issues.c.week == approvals.c.week) & (issues.c.hash == approvals.c.hash)
        at: datetime | None = self._connection.scalar(
            select(func.max(approvals.c.at)).join(issues, same).where(issues.c.week == str(week))
        )
        return at

    def find_publication_time(self, week: str) -> datetime | None:
        """When the issue of *week* was published, which froze its audience."""
        at: datetime | None = self._connection.scalar(select(issues.c.published_at).where(issues.c.week == week))
        return at

    def next_number(self) -> int:
        """The number that the next issue gets."""
        return (self._connection.scalar(select(func.max(issues.c.number))) or 0) + 1

    def add(self, issue: Issue) -> None:
        """Publishes an issue that its week has not yet, and counts its works as published.

        Its content is that of the week's revision with the same hash, copied within the database. Raises LookupError
        when there is none.
        """
        at = literal(issue.published_at, issues.c.published_at.type)
        told = literal(issue.number), literal(issue.approved_by), at
        same = (drafts.c.week == issue.week) & (drafts.c.hash == issue.hash)
        content = select(*drafts.c["week", "hash", "data"], *told).where(same).limit(1)
        names = ("week", "hash", "data", "number", "approved_by", "published_at")
        if not self._connection.execute(insert(issues).from_select(names, content)).rowcount:
            raise LookupError(f"{issue.week} has no draft with the hash {issue.hash}")
        self._count_works(issue)

    def restore(self, issue: Issue, content: str) -> None:
        """Puts an issue back that an archive tells of, whose *content* is no draft of this store."""
        row = {"week": issue.week, "hash": issue.hash, "data": codec.pack(content), "number": issue.number}
        row |= {"approved_by": issue.approved_by, "published_at": issue.published_at}
        self._connection.execute(insert(issues), [{**row, "files": json.dumps(dict(issue.files), sort_keys=True)}])
        self._count_works(issue)

    def _count_works(self, issue: Issue) -> None:
        works = [(card.id, card.title, card.keys) for card in issue.draft.cards]
        PublishedWorks(self._connection).add(works, issue.week, issue.published_at)

    def set_files(self, week: Week, files: Mapping[str, str]) -> None:
        """Writes down the hashes of the issue's files, once all of them are in the archive."""
        text = json.dumps(dict(files), sort_keys=True)
        self._connection.execute(update(issues).where(issues.c.week == str(week)).values(files=text))

    def errata(self, week: Week) -> list[Erratum]:
        """The corrections of the issue of *week*, in their order."""
        query = select(errata).where(errata.c.week == str(week)).order_by(errata.c.number)
        return [
            Erratum(week=row.week, number=row.number, card=row.card, text=row.text, by=row.by, at=row.at)
            for row in self._connection.execute(query)
        ]

    def find_erratum(self, notice: Notice) -> Erratum | None:
        """The correction that *notice* is about."""
        return next((one for one in self.errata(notice.week) if one.number == notice.number), None)

    def correct(self, week: Week, *, card: str, text: str, by: str, at: datetime) -> Erratum:
        """Writes a correction down; one that says of the same card what was said already is that one."""
        lock(self._connection, f"errata {week}")
        known = self.errata(week)
        for erratum in known:
            if (erratum.card, erratum.text) == (card, text):
                return erratum
        row = {"week": str(week), "number": len(known) + 1, "card": card, "text": text, "by": by, "at": at}
        self._connection.execute(insert(errata), [row])
        return Erratum(week=str(week), number=len(known) + 1, card=card, text=text, by=by, at=at)


class PublishedWorks:
    """The works of issues and imported pages, a row for each identity; the first publication stands."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, works: Iterable[tuple[str, str, Iterable[str]]], publication: str, at: datetime) -> None:
        """Counts *works*, each an id, a title and identities, as published in *publication*."""
        rows = [
            {"key": key, "work": work, "publication": publication, "title": title, "at": at}
            for work, title, keys in works
            for key in sorted(set(keys))
        ]
        upsert(self._connection, published_works, rows)

    def titles(self) -> list[tuple[str, str]]:
        """Where and under which title each work was published."""
        query = select(published_works.c.publication, published_works.c.title).distinct()
        return [(row.publication, row.title) for row in self._connection.execute(query)]

    def publications(self, keys: Iterable[str], but: Week | None = None) -> dict[str, str]:
        """Which of *keys* are published already, and where, in publications other than the issue of *but*."""
        wanted, c = set(keys), published_works.c
        query = select(c.key, c.publication).where(c.publication != str(but or ""))
        return {row.key: row.publication for row in self._connection.execute(query) if row.key in wanted}

    def find(self, keys: Iterable[str], but: Week) -> dict[str, tuple[str, str, str]]:
        """Where each of *keys* was published but in the issue of *but*, with the work's id and its title there."""
        wanted, c = sorted(set(keys)), published_works.c
        query = select(c.key, c.publication, c.work, c.title).where(c.key.in_(wanted), c.publication != str(but))
        return {row.key: (row.publication, row.work, row.title) for row in self._connection.execute(query)}

    def imported(self) -> list[tuple[str, str, str]]:
        """The identities of works of imported issues and pages, each with its publication and the work's title."""
        c = published_works.c
        query = select(c.key, c.publication, c.title).where(c.publication.startswith("import:")).order_by(c.key)
        return [(row.key, row.publication, row.title) for row in self._connection.execute(query)]

    def recent_keys(self, since: datetime, but: Week) -> tuple[str, ...]:
        """The last identities that were published after *since*, in publications other than the issue of *but*."""
        c = published_works.c
        query = select(c.key).where(c.at >= since, c.publication != str(but)).order_by(c.at.desc(), c.key)
        return tuple(self._connection.scalars(query.limit(1000)))


def _issue(row: Row[tuple[object, ...]]) -> Issue:
    return Issue(
        week=row.week,
        number=row.number,
        hash=row.hash,
        approved_by=row.approved_by,
        published_at=row.published_at,
        draft=codec.load(Draft, codec.unpack(row.data)),
        files=json.loads(row.files),
    )
