"""What the sources gave, once for each thing a source has, with the week whose news it is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, or_, select, update

from weekly.models import Entry, Week
from weekly.store import codec
from weekly.store.database import upsert
from weekly.store.tables import entries, updates

COUNTS = 15
"""Days of which the stars are kept: two weeks of runs each day, or a quarter of a run a week."""
_SHORT = 16
"""Digits of the hash that is kept of an entry without its texts: it is the same if what comes again begins so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """An entry with the week whose news it is and the moment it was first seen."""

    entry: Entry
    week: str
    seen_at: datetime


class Change(StrEnum):
    """How a known entry was updated."""

    VERSION = "version"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A later version, or the withdrawal, of something that was known before: no new work."""

    source: str
    key: str
    change: Change
    version: str
    week: str
    """The week whose run noticed it."""
    at: datetime
    title: str = ""
    url: str = ""
    comment: str = ""


class Entries:
    """The entries of all weeks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, week: Week, batch: Sequence[Entry], at: datetime, since: datetime | None = None) -> int:
        """Stores a batch of one source and returns how many of it were never seen before.

        An entry keeps the week that saw it first. A later version replaces an earlier one, never the other way
        round, so that the order in which pages arrive does not matter; it is written down as an update. So is the
        later version of something never seen that is older than *since*: it was published without our seeing it.
        """
        newest: dict[str, Entry] = {}
        for entry in batch:
            if entry.key not in newest or _supersedes(entry, newest[entry.key]):
                newest[entry.key] = entry
        known = self._known(batch[0].source, sorted(newest)) if batch else {}
        rows, changed = [], []
        for key, entry in sorted(newest.items()):
            before, stored = known.get(key, ("", ""))
            data = codec.quick(entry)
            digest = codec.digest(data)
            if before and digest.startswith(before) and entry.stars is None:
                continue
            old = codec.load(Entry, stored) if stored else None
            if old is not None and not _supersedes(entry, old):
                continue
            taken = entry
            if old is not None and old.late != entry.late:
                taken = replace(entry, late=old.late)  # what was late once stays so, and nothing becomes it
                data = codec.quick(taken)
                digest = codec.digest(data)
            is_same = bool(before) and digest.startswith(before)
            kept = _with_count(old if old is not None and is_same else taken, old, at)
            if kept == old:
                continue
            place = {"source": entry.source, "key": key}
            told = {"hash": before if is_same else digest, "data": data if kept is taken else codec.quick(kept)}
            rows.append({**place, "week": str(week), "seen_at": at, **told})
            changed += [
                {**place, "change": change, "version": entry.version, "week": str(week), "at": at}
                for change in _changes(entry, old, since)
            ]
        upsert(self._connection, entries, rows, update=("hash", "data"))
        upsert(self._connection, updates, changed)
        return len(newest.keys() - known.keys())

    def of(self, week: Week) -> list[Entry]:
        """The entries that were first collected for *week*, in an order that does not depend on when they came."""
        query = select(entries.c.data).where(entries.c.week == str(week)).order_by(entries.c.source, entries.c.key)
        return [codec.load(Entry, data) for data in self._connection.scalars(query)]

    def known(self, source: str, keys: Collection[str]) -> set[str]:
        """Those of *keys* under which *source* has given something."""
        query = select(entries.c.key).where(entries.c.source == source, entries.c.key.in_(list(keys)))
        return set(self._connection.scalars(query))

    def named(self, source: str, keys: Collection[str]) -> list[Entry]:
        """What *source* gave under *keys*."""
        query = select(entries.c.data).where(entries.c.source == source, entries.c.key.in_(list(keys)))
        return [codec.load(Entry, data) for data in self._connection.scalars(query)]

    def with_newest_stars(self, given: Sequence[Entry]) -> list[Entry]:
        """*given*, each that has stars with those that were counted since it was ranked."""
        keys: dict[str, list[str]] = {}
        for one in given:
            if one.stars is not None:
                keys.setdefault(one.source, []).append(one.key)
        newest = {(one.source, one.key): one for source in keys for one in self.named(source, keys[source])}
        known = ((one, newest.get((one.source, one.key), one)) for one in given)
        return [replace(one, stars=now.stars, star_counts=now.star_counts) for one, now in known]

    def remembered(self, source: str, keys: Collection[str], limit: int) -> list[Entry]:
        """What *source* gave under *keys*, and beside that what it gave last, at most *limit*."""
        mine = select(entries.c.key, entries.c.data).where(entries.c.source == source)
        newest = mine.order_by(entries.c.seen_at.desc(), entries.c.key).limit(limit)
        queries = (newest, mine.where(entries.c.key.in_(list(keys))))
        rows = {row.key: row.data for query in queries for row in self._connection.execute(query)}
        return [codec.load(Entry, data) for data in rows.values()]

    def find_last_seen(self, source: str) -> datetime | None:
        """When *source* last gave something that was new."""
        last: datetime | None = self._connection.scalar(
            select(entries.c.seen_at).where(entries.c.source == source).order_by(entries.c.seen_at.desc()).limit(1)
        )
        return last

    def count(self, week: Week) -> int:
        """How many entries were first collected for *week*."""
        query = select(func.count()).select_from(entries).where(entries.c.week == str(week))
        return self._connection.scalar(query) or 0

    def shares(self, weeks: Collection[Week]) -> dict[str, float]:
        """The share of the entries of *weeks* that each source brought; empty where there are none."""
        here = entries.c.week.in_([str(week) for week in weeks])
        query = select(entries.c.source, func.count()).where(here).group_by(entries.c.source)
        counts = [(str(source), int(count)) for source, count in self._connection.execute(query)]
        whole = sum(count for _, count in counts)
        return {source: count / whole for source, count in counts}

    def matches(self, keys: Collection[str], words: str) -> list[StoredEntry]:
        """The entries of any week that have one of *keys*, or that mention *words*; at most a hundred, newest first."""
        exactly = entries.c.key.in_(list(keys))
        mentioned = entries.c.data.contains(words, autoescape=True) if words else exactly
        query = select(entries.c.data, entries.c.week, entries.c.seen_at).where(or_(exactly, mentioned))
        newest_first = query.order_by(exactly.desc(), entries.c.seen_at.desc(), entries.c.key).limit(100)
        return [
            StoredEntry(entry=codec.load(Entry, row.data), week=row.week, seen_at=row.seen_at)
            for row in self._connection.execute(newest_first)
        ]

    def updates(self, week: Week | None = None, keys: Collection[str] = ()) -> list[Update]:
        """The updates that the runs of *week* noticed, or those of the entries called *keys*."""
        query = select(updates, entries.c.data).join(
            entries, (entries.c.source == updates.c.source) & (entries.c.key == updates.c.key)
        )
        query = query.where(updates.c.week == str(week) if week else updates.c.key.in_(list(keys)))
        in_order = query.order_by(updates.c.at, updates.c.key, updates.c.change)
        return [_update(row) for row in self._connection.execute(in_order)]

    def thin(self, week: Week) -> int:
        """Forgets the texts of the week's entries; returns of how many. What makes them known again stays."""
        query = select(*entries.c["source", "key", "hash", "data"]).where(entries.c.week == str(week))
        changed = 0
        for row in self._connection.execute(query).all():
            entry = codec.load(Entry, row.data)
            if not entry.text:
                continue
            here = (entries.c.source == row.source) & (entries.c.key == row.key)
            short = {"hash": row.hash[:_SHORT], "data": codec.brief(without_texts(entry))}
            self._connection.execute(update(entries).where(here).values(short))
            changed += 1
        return changed

    def _known(self, source: str, keys: list[str]) -> dict[str, tuple[str, str]]:
        query = select(entries.c.key, entries.c.hash, entries.c.data).where(
            entries.c.source == source, entries.c.key.in_(keys)
        )
        return {row.key: (row.hash, row.data) for row in self._connection.execute(query)}


def without_texts(entry: Entry) -> Entry:
    """What makes *entry* known again, and tells of it in a line."""
    return replace(entry, text="", comment="", affiliations=(), authors=(), categories=(), published=None, updated=None)


def _supersedes(new: Entry, old: Entry) -> bool:
    """Whether *new* may take the place of *old*: any change may, except a step back.

    A step back is an earlier version, or the same one from a place that knows less of it.
    """
    if new.version.isdigit() and old.version.isdigit() and int(new.version) != int(old.version):
        return int(new.version) > int(old.version)
    return len(new.unknown) <= len(old.unknown)


def _with_count(new: Entry, old: Entry | None, at: datetime) -> Entry:
    """*new*, with the stars that it has today beside those that it had on days before."""
    counts = dict(old.star_counts) if old is not None else {}
    if new.stars is not None:
        counts[at.date()] = new.stars
    return replace(new, star_counts=tuple(sorted(counts.items())[-COUNTS:])) if counts else new


def _changes(new: Entry, old: Entry | None, since: datetime | None) -> list[Change]:
    if old is None:
        if since is None or new.published is None or new.published >= since:
            return []
        before, withdrawn = "1", False
    else:
        before, withdrawn = old.version, old.withdrawn
    changes = []
    if new.version.isdigit() and before.isdigit() and int(new.version) > int(before):
        changes.append(Change.VERSION)
    if new.withdrawn and not withdrawn:
        changes.append(Change.WITHDRAWN)
    return changes


def _update(row: Any) -> Update:
    entry = codec.load(Entry, row.data)
    return Update(
        source=row.source,
        key=row.key,
        change=Change(row.change),
        version=row.version,
        week=row.week,
        at=row.at,
        title=entry.title,
        url=entry.url,
        comment=entry.comment,
    )
