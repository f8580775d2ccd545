"""Good answers of the web, kept so that the next run can ask whether they still hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from weekly.http import Cached
from weekly.store.database import Database
from weekly.store.tables import web_cache

KEEP = timedelta(days=45)


class WebCache:
    """A `weekly.http.Cache`. It keeps the body: a run that was killed after a download can go on from it.

    Bodies are kept as they came: a week of arXiv is 10 MB, and compressing it costs more time than storing its entries.
    """

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def load(self, url: str) -> Cached | None:
        """The answer kept for *url*."""
        with self._database.read() as connection:
            row = connection.execute(select(web_cache).where(web_cache.c.url == url)).first()
        if row is None:
            return None
        return Cached(
            etag=row.etag,
            last_modified=row.last_modified,
            headers=json.loads(row.headers),
            body=row.body,
            moved_to=row.moved_to,
            gone=row.gone,
        )

    def save(self, url: str, cached: Cached) -> None:
        """Keeps the answer of *url* in the place of an earlier one."""
        row = {
            "url": url,
            "etag": cached.etag,
            "last_modified": cached.last_modified,
            "headers": json.dumps(dict(cached.headers)),
            "body": cached.body,
            "at": self._now(),
            "moved_to": cached.moved_to,
            "gone": cached.gone,
        }
        with self._database.write() as connection:
            self._database.upsert(connection, web_cache, [row], update=[name for name in row if name != "url"])

    def prune(self) -> None:
        """Forgets what has not been fetched anew for a long time, except what a server said for good of a feed."""
        old = web_cache.c.at < self._now() - KEEP
        for_good = web_cache.c.gone | ((web_cache.c.moved_to != "") & (func.length(web_cache.c.body) > 0))
        with self._database.write() as connection:
            connection.execute(delete(web_cache).where(old & ~for_good))
