"""Confirmation mails that somebody asked for: how often an address may be written to before it says yes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from weekly.store.suppressions import fingerprint
from weekly.store.tables import requests

DAY = timedelta(days=1)


class Requests:
    """The last day's requests, by a hash of the address: who never answers is not kept."""

    def __init__(self, *, per_address: int = 3, per_hour: int = 500) -> None:
        self._per_address = per_address
        self._per_hour = per_hour

    def allow(self, connection: Connection, email: str, at: datetime) -> bool:
        """Whether one more mail may go to *email* now, which is then counted.

        A bombing names one address often, or many addresses once each: both are bounded.
        """
        connection.execute(delete(requests).where(requests.c.at < at - DAY))
        key = fingerprint(email)
        theirs = connection.scalar(select(func.count()).where(requests.c.key == key)) or 0
        lately = connection.scalar(select(func.count()).where(requests.c.at > at - timedelta(hours=1))) or 0
        if theirs >= self._per_address or lately >= self._per_hour:
            return False
        connection.execute(insert(requests), [{"key": key, "at": at}])
        return True
