"""Whether the links of drafts were alive when they were last asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from weekly.models import Reach
from weekly.store.database import Database
from weekly.store.tables import links


class Links:
    """One answer for each address: the last one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, url: str, reach: Reach, detail: str, at: datetime) -> None:
        """Writes down what asking *url* has shown."""
        row = {"url": url, "reach": reach.value, "detail": detail, "at": at}
        with self._database.write() as connection:
            self._database.upsert(connection, links, [row], update=["reach", "detail", "at"])

    def known(self, urls: Iterable[str], since: datetime) -> dict[str, tuple[Reach, str]]:
        """What is known of *urls*, as far as it was asked after *since*, each with its detail."""
        query = select(links).where(links.c.url.in_(sorted(set(urls))), links.c.at > since)
        with self._database.read() as connection:
            return {row.url: (Reach(row.reach), row.detail) for row in connection.execute(query)}
