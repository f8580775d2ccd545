"""What is kept of published weeks: all that readers, editors, lessons and `weekly why` need, and no more.

Revisions that one editor saved within minutes become one; of candidates that were passed over, and of entries, the
texts go; so do the saved bodies of web answers. Issues, the machine's draft, decisions, deliveries and whatever was
published stay as they are.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

from weekly.models import Week
from weekly.store import Store

RECENT = 5
"""Published weeks that are left alone by default: an editor may look back at them."""
WITHIN = timedelta(minutes=5)
"""Revisions of one editor that are nearer to each other are one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrunedWeek:
    """What was taken from one week."""

    week: str
    revisions: int
    candidates: int
    entries: int


def prune(store: Store, now: datetime, keep: int = RECENT) -> list[PrunedWeek]:
    """Thins every published week but the newest *keep*, each once; returns what was taken."""
    with store.read() as tx:
        weeks = [issue for issue in sorted(tx.issues.numbers(), reverse=True)[keep:] if not tx.marks.find(_mark(issue))]
    pruned = [_prune_week(store, Week.parse(week), now) for week in reversed(weeks)]
    if weeks:
        with store.write() as tx:
            published = tx.issues.find_publication_time(weeks[0])
            tx.web_cache.forget(published or now)
    return pruned


def _prune_week(store: Store, week: Week, now: datetime) -> PrunedWeek:
    with store.write() as tx:
        revisions, candidates, entries = tx.drafts.thin(week, WITHIN), tx.candidates.pack(week), tx.entries.thin(week)
        tx.marks.set(_mark(str(week)), now)
    return PrunedWeek(week=str(week), revisions=revisions, candidates=candidates, entries=entries)


def _mark(week: str) -> str:
    return f"pruned {week}"


def shrink(store: Store) -> None:
    """Gives the room of what is gone back to the disk, where the database is a file; a server does so by itself."""
    database = store.database
    if database.engine.dialect.name != "sqlite":
        return
    with database.clear_faults(), closing(database.engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute("PRAGMA query_only=0")  # a connection that has read keeps it
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
