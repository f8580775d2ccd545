"""Drafts as append-only revisions, approvals bound to the hash of one of them, and whether their links are alive."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, true, update

from weekly.models import Card, Draft, Reach, Week
from weekly.store import codec
from weekly.store.database import lock, upsert
from weekly.store.tables import approvals, drafts, links

_HEAD = drafts.c["week", "revision", "author", "created_at", "hash"]
MACHINE = "machine"
"""The author of what no person wrote."""
K = TypeVar("K")
V = TypeVar("V")


class _Recent(Generic[K, V]):
    """The values that were asked for last: to decode and to dump a draft costs more than all else that a save does."""

    def __init__(self, size: int) -> None:
        self._size, self._lock = size, threading.Lock()
        self._values: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: K, value: V) -> None:
        with self._lock:
            self._values[key] = value
            if len(self._values) > self._size:
                self._values.popitem(last=False)


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a draft's canonical JSON, as it is hashed and as it is stored."""

    text: str
    packed: bytes


_DECODED: _Recent[str, Draft] = _Recent(64)
"""Drafts by their hash."""
_DUMPED: _Recent[int, tuple[Card, _Part]] = _Recent(256)
"""Cards, and their JSON, by identity: cards that are equal may be written differently, such as 1 and 1.0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One state of a week's draft."""

    week: str
    number: int
    author: str
    created_at: datetime
    hash: str
    draft: Draft
    data: bytes = field(default=b"", repr=False, compare=False)
    """The draft as canonical JSON, of which the hash is, packed; empty in one that stands already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionHead:
    """What is known of a revision without reading what it says."""

    number: int
    author: str
    created_at: datetime
    hash: str


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


def next_revision(newest: Revision | None, draft: Draft, author: str, at: datetime) -> Revision:
    """The revision that *draft* makes after *newest*; *newest* itself when that says the same already."""
    parts = list(_parts(draft))
    digest = codec.digest("".join(part.text for part in parts))
    if newest is not None and newest.hash == digest:
        return newest
    number = newest.number + 1 if newest else 1
    data = b"".join(part.packed for part in parts)
    return Revision(week=draft.week, number=number, author=author, created_at=at, hash=digest, draft=draft, data=data)


def _parts(draft: Draft) -> Iterator[_Part]:
    """What `codec.dump` makes of *draft*; cards that a draft before it held already are not dumped and packed again."""
    head, key, rest = codec.dump(replace(draft, cards=())).partition('"cards":[]')
    yield _part(f"{head}{key[:-1]}")
    for at, card in enumerate(draft.cards):
        if at:
            yield _COMMA
        yield _card_part(card)
    yield _part(f"]{rest}")


def _card_part(card: Card) -> _Part:
    known = _DUMPED.get(id(card))
    if known is None:
        known = card, _part(codec.dump(card))
        _DUMPED.put(id(card), known)  # with the card itself: as long as it is there, no other has its id
    return known[1]


def _part(text: str) -> _Part:
    return _Part(text, codec.pack(text))


_COMMA = _part(",")


class Drafts:
    """The drafts of all weeks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, week: Week) -> Revision | None:
        """The newest revision of the week's draft."""
        return self._newest(drafts.c.week == str(week))

    def find_revision(self, week: Week, number: int) -> Revision | None:
        """One revision of the week's draft; the first is the machine's."""
        return self._newest(drafts.c.week == str(week), drafts.c.revision == number)

    def find_untouched(self, week: Week) -> Revision | None:
        """What the machine wrote before anybody touched it: its newest revision among those that only it wrote."""
        here = drafts.c.week == str(week)
        by_hand = select(func.min(drafts.c.revision)).where(here, drafts.c.author != MACHINE)
        limit = self._connection.scalar(by_hand)
        before = true() if limit is None else drafts.c.revision < limit
        return self._newest(here, drafts.c.author == MACHINE, before)

    def _newest(self, *conditions: ColumnElement[bool]) -> Revision | None:
        query = select(*_HEAD).where(*conditions).order_by(drafts.c.revision.desc()).limit(1)
        row = self._connection.execute(query).first()
        if row is None:
            return None
        return Revision(
            week=row.week,
            number=row.revision,
            author=row.author,
            created_at=row.created_at,
            hash=row.hash,
            draft=self._draft(row),
        )

    def _draft(self, row: Row[Any]) -> Draft:
        """What the revision of *row* says, read only where it is not known."""
        if known := _DECODED.get(row.hash):
            return known
        here = (drafts.c.week == row.week) & (drafts.c.revision == row.revision)
        data = self._connection.execute(select(drafts.c.data).where(here)).scalar_one()
        text = codec.unpack(data)
        draft = codec.load(Draft, text)
        _DECODED.put(codec.digest(text), draft)
        return draft

    def tip(self, week: Week) -> tuple[int, str]:
        """The number and the hash of the newest revision; (0, "") before the first."""
        query = select(drafts.c.revision, drafts.c.hash).where(drafts.c.week == str(week))
        row = self._connection.execute(query.order_by(drafts.c.revision.desc()).limit(1)).first()
        return (row.revision, row.hash) if row else (0, "")

    def heads(self, week: Week) -> list[RevisionHead]:
        """Every revision of the week's draft, newest first."""
        query = select(*_HEAD).where(drafts.c.week == str(week)).order_by(drafts.c.revision.desc())
        return [
            RevisionHead(number=row.revision, author=row.author, created_at=row.created_at, hash=row.hash)
            for row in self._connection.execute(query)
        ]

    def versions(self, week: Week, limit: int) -> list[Draft]:
        """What the newest *limit* revisions of the week's draft say, each version once, newest first."""
        query = select(*_HEAD).where(drafts.c.week == str(week)).order_by(drafts.c.revision.desc()).limit(limit)
        once: dict[str, Row[Any]] = {}
        for row in self._connection.execute(query):
            once.setdefault(row.hash, row)
        return [self._draft(row) for row in once.values()]

    def add(self, draft: Draft, author: str, at: datetime) -> Revision:
        """Appends a revision; a draft that says what the newest one says already adds none."""
        week = Week.parse(draft.week)
        lock(self._connection, f"draft {week}")
        newest = self.find(week)
        revision = next_revision(newest, draft, author, at)
        if revision is not newest:
            self.append(revision)
        return revision

    def append(self, revision: Revision) -> None:
        """Adds what `next_revision` made of the newest one, in a transaction that has locked the draft."""
        row = {"week": revision.week, "revision": revision.number, "author": revision.author}
        row |= {"created_at": revision.created_at, "hash": revision.hash, "data": revision.data}
        self._connection.execute(insert(drafts), [row])
        _DECODED.put(revision.hash, revision.draft)

    def thin(self, week: Week, within: timedelta) -> int:
        """Forgets each revision that the same editor followed by another *within* that time; returns how many.

        The machine's stay, and so does the newest one and what was approved or published.
        """
        c = drafts.c
        bound = select(approvals.c.hash).where(approvals.c.week == str(week))
        kept = set(self._connection.scalars(bound))
        rows = self._connection.execute(
            select(*c["revision", "author", "created_at", "hash"]).where(c.week == str(week)).order_by(c.revision)
        ).all()
        old = [
            row.revision
            for row, following in pairwise(rows)
            if row.author == following.author != MACHINE
            and following.created_at - row.created_at <= within
            and row.hash not in kept
        ]
        for number in old:
            self._connection.execute(delete(drafts).where(c.week == str(week), c.revision == number))
        return len(old)

    def approve(
        self, revision: Revision, by: str, at: datetime, overrides: Mapping[str, str], due_at: datetime | None = None
    ) -> None:
        """Writes down that *by* approved exactly this content, to be published from *due_at* on."""
        row = {"week": revision.week, "revision": revision.number, "hash": revision.hash, "by": by, "at": at}
        reasons = json.dumps(dict(overrides), ensure_ascii=False)
        self._connection.execute(insert(approvals), [{**row, "overrides": reasons, "due_at": due_at}])

    def withdraw(self, week: Week, by: str, at: datetime) -> int:
        """Takes back every approval of *week* that stands; returns how many there were."""
        standing = (approvals.c.week == str(week)) & approvals.c.withdrawn_at.is_(None)
        change = update(approvals).where(standing).values(withdrawn_at=at, withdrawn_by=by)
        return self._connection.execute(change).rowcount

    def approvals(self, week: Week) -> list[Approval]:
        """Every approval of the week's draft as it stands now, newest first; of earlier content none counts."""
        _, digest = self.tip(week)
        query = select(approvals).where(
            approvals.c.week == str(week), approvals.c.hash == digest, approvals.c.withdrawn_at.is_(None)
        )
        return [_approval(row) for row in self._connection.execute(query.order_by(approvals.c.id.desc()))]

    def approved_weeks(self, weeks: Iterable[Week]) -> frozenset[Week]:
        """Those of *weeks* with an approval that was not taken back, be it of earlier content."""
        known, c = {str(week): week for week in weeks}, approvals.c
        query = select(c.week).where(c.week.in_(known), c.withdrawn_at.is_(None)).distinct()
        return frozenset(known[name] for name in self._connection.scalars(query))

    def approvals_of(self, week: Week, digest: str) -> list[Approval]:
        """Every approval of the content with the hash *digest* that was not taken back, in their order."""
        c = approvals.c
        query = select(approvals).where(c.week == str(week), c.hash == digest, c.withdrawn_at.is_(None))
        return [_approval(row) for row in self._connection.execute(query.order_by(c.id))]

    def restore_approval(self, approval: Approval) -> None:
        """Puts an approval back that an archive tells of."""
        row = {"week": approval.week, "revision": approval.revision, "hash": approval.hash, "by": approval.by}
        reasons = json.dumps(dict(approval.overrides), ensure_ascii=False)
        self._connection.execute(insert(approvals), [{**row, "at": approval.at, "overrides": reasons}])

    def find_voided_approval(self, week: Week) -> Approval | None:
        """The newest approval that a later edit has voided; None while one stands or none was withdrawn by hand."""
        query = select(approvals).where(approvals.c.week == str(week)).order_by(approvals.c.id.desc()).limit(1)
        row = self._connection.execute(query).first()
        number, digest = self.tip(week)
        if row is None or not number or row.withdrawn_at is not None or row.hash == digest:
            return None
        return _approval(row)


class Links:
    """Whether the links of drafts were alive: one answer for each address, the last one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def set(self, url: str, reach: Reach, detail: str, at: datetime) -> None:
        """Writes down what asking *url* has shown."""
        row = {"url": url, "reach": reach.value, "detail": detail, "at": at}
        upsert(self._connection, links, [row], update=["reach", "detail", "at"])

    def answers(self, urls: Iterable[str], since: datetime) -> dict[str, tuple[Reach, str]]:
        """What is known of *urls*, as far as it was asked after *since*, each with its detail."""
        query = select(links).where(links.c.url.in_(sorted(set(urls))), links.c.at > since)
        return {row.url: (Reach(row.reach), row.detail) for row in self._connection.execute(query)}


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
