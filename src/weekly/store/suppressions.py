"""Addresses that get no mail, whatever a list says: what a reader or a mail server decided outlives every import."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, delete, select, update

from weekly.store.database import Database
from weekly.store.tables import suppressions


class Reason(StrEnum):
    """Why an address gets no mail."""

    UNSUBSCRIBED = "unsubscribed"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    OWNER = "owner"
    ERASED = "erased"


def fold(email: str) -> str:
    """The address as readers are told apart by: in lower case, as every mail service of today does."""
    return email.strip().lower()


def fingerprint(email: str) -> str:
    """What the list keeps of an address: SHA-256, so that an erased reader stays erased and suppressed."""
    return hashlib.sha256(fold(email).encode()).hexdigest()


class Suppressions:
    """The suppression list."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(
        self, connection: Connection, emails: Iterable[str], reason: Reason, at: datetime, detail: str = ""
    ) -> None:
        """Adds addresses; the first reason stands."""
        keys = sorted({fingerprint(email) for email in emails})
        rows = [{"key": key, "reason": reason, "detail": detail[:500], "at": at} for key in keys]
        self._database.upsert(connection, suppressions, rows)

    def forget(self, connection: Connection, email: str) -> None:
        """Drops what a mail server said about an address, which names it; that it gets no mail stays."""
        connection.execute(update(suppressions).where(suppressions.c.key == fingerprint(email)).values(detail=""))

    def lift(self, connection: Connection, email: str) -> None:
        """Takes an address off the list: its reader asked for mail again, and answered from that very address."""
        connection.execute(delete(suppressions).where(suppressions.c.key == fingerprint(email)))

    def among(self, connection: Connection, emails: Iterable[str]) -> dict[str, Reason]:
        """Which of *emails* are on the list, and why."""
        keys = {fingerprint(email): email for email in emails}
        found: dict[str, Reason] = {}
        for part in _parts(sorted(keys)):
            query = select(suppressions.c.key, suppressions.c.reason).where(suppressions.c.key.in_(part))
            found |= {keys[row.key]: Reason(row.reason) for row in connection.execute(query)}
        return found


def _parts(keys: list[str], size: int = 500) -> Iterable[list[str]]:
    return (keys[start : start + size] for start in range(0, len(keys), size))
