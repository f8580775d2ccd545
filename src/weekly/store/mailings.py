"""Issues and notices that began to leave, and the ledger as a whole: its lineage, its secret, how much has left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from weekly.models import Mailing
from weekly.store.database import upsert
from weekly.store.tables import ledger, mailings, send_counts

_ONLY = 1
SLOTS = 16
"""Counters of what has left; a sender uses one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What copies and backups of a database have in common."""

    lineage: str
    """A random name."""
    secret: str
    """A hash of the secret that links are signed with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingStart:
    """The beginning of a mailing."""

    domain: str
    """The sender's: it is part of every Message-ID."""
    began_at: datetime


class Mailings:
    """Issues and notices that began to leave, and the ledger that tells of them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find_ledger(self) -> Ledger | None:
        """The ledger that this is; None before the first mail."""
        row = self._connection.execute(select(ledger).where(ledger.c.id == _ONLY)).first()
        return Ledger(lineage=row.lineage, secret=row.secret) if row else None

    def set_ledger(self, one: Ledger) -> None:
        """Gives the ledger its name and its secret."""
        row = {"id": _ONLY, "lineage": one.lineage, "secret": one.secret}
        upsert(self._connection, ledger, [row], update=("lineage", "secret"))

    def send_counts(self) -> dict[int, int]:
        """How many mails were ever marked as leaving, by slot."""
        return dict(self._connection.execute(select(send_counts)).tuples().all())

    def set_send_counts(self, counts: Mapping[int, int]) -> None:
        """Puts *counts* in the place of those that are there."""
        rows = [{"slot": slot, "count": count} for slot, count in counts.items()]
        upsert(self._connection, send_counts, rows, update=("count",))

    def start(self, week: Mailing, domain: str, at: datetime) -> MailingStart:
        """Writes down that the delivery of *week* begins, and returns how it began: of two at once the first stands."""
        upsert(self._connection, mailings, [{"week": str(week), "domain": domain, "began_at": at}])
        row = self._connection.execute(select(mailings).where(mailings.c.week == str(week))).one()
        return MailingStart(domain=row.domain, began_at=row.began_at)
