"""Good answers of the web, kept so that the next run can ask whether they still hold."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select

from weekly.net.client import Cached
from weekly.store.database import upsert
from weekly.store.tables import web_cache

KEEP = timedelta(days=45)


class WebCache:
    """Answers by address, with their bodies: a run that was killed after a download can go on from it.

    Bodies are kept as they came: a week of arXiv is 10 MB, and compressing it costs more time than storing its entries.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, url: str) -> Cached | None:
        """The answer kept for *url*."""
        row = self._connection.execute(select(web_cache).where(web_cache.c.url == url)).first()
        if row is None:
            return None
        return Cached(
            etag=row.etag,
            last_modified=row.last_modified,
            headers=json.loads(row.headers),
            body=row.body,
            moved_to=row.moved_to,
            gone=row.gone,
            hint=row.hint,
            hint_at=row.hint_at,
        )

    def put(self, url: str, answer: Cached, at: datetime) -> None:
        """Keeps the answer of *url* in the place of an earlier one."""
        row = {
            "url": url,
            "etag": answer.etag,
            "last_modified": answer.last_modified,
            "headers": json.dumps(dict(answer.headers)),
            "body": answer.body,
            "at": at,
            "moved_to": answer.moved_to,
            "gone": answer.gone,
            "hint": answer.hint,
            "hint_at": answer.hint_at,
        }
        upsert(self._connection, web_cache, [row], update=[name for name in row if name != "url"])

    def trust(self, url: str) -> bool:
        """Forgets that *url* moved or is gone, so that it is asked again; returns whether there was such a thing."""
        said = web_cache.c.gone | (web_cache.c.moved_to != "") | (web_cache.c.hint != "")
        return bool(self._connection.execute(delete(web_cache).where((web_cache.c.url == url) & said)).rowcount)

    def prune(self, now: datetime) -> None:
        """Forgets what has not been fetched anew for a long time, except what a server said for good of a feed."""
        self.forget(now - KEEP)

    def forget(self, before: datetime) -> int:
        """Forgets answers from *before* that moment, but for what a server said for good; returns how many."""
        old = web_cache.c.at < before
        for_good = web_cache.c.gone | ((web_cache.c.moved_to != "") & (func.length(web_cache.c.body) > 0))
        return self._connection.execute(delete(web_cache).where(old & ~for_good)).rowcount
