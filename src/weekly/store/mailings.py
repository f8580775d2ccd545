"""What the processes that send have to agree on: from where, under which domain, and at which moments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from weekly.models import Mailing
from weekly.store.database import upsert
from weekly.store.tables import mailings, send_slots, sending_hosts

LONGEST = 3600.0
"""Seconds: a later last moment than this comes from a clock that was set back."""
_NAME = "ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingHost:
    """The machine that sends, and a hash of the secret that it signs links with."""

    host: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingStart:
    """The beginning of a mailing."""

    domain: str
    """The sender's: it is part of every Message-ID."""
    began_at: datetime


class Mailings:
    """Issues and notices that began to leave, and the machine that sends them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find_host(self) -> SendingHost | None:
        """Where mail was sent from last; None when none was sent."""
        row = self._connection.execute(select(sending_hosts).where(sending_hosts.c.name == _NAME)).first()
        return SendingHost(host=row.host, secret=row.secret) if row else None

    def set_host(self, host: SendingHost, at: datetime) -> None:
        """From now on mail is sent from *host*."""
        row = {"name": _NAME, "host": host.host, "secret": host.secret, "at": at}
        upsert(self._connection, sending_hosts, [row], update=("host", "secret", "at"))

    def find_start(self, week: Mailing) -> MailingStart | None:
        """How the delivery of *week* began; None when it has not."""
        row = self._connection.execute(select(mailings).where(mailings.c.week == str(week))).first()
        return MailingStart(domain=row.domain, began_at=row.began_at) if row else None

    def start(self, week: Mailing, domain: str, at: datetime) -> None:
        """Writes down that the delivery of *week* begins."""
        self._connection.execute(insert(mailings), [{"week": str(week), "domain": domain, "began_at": at}])


class SendSlots:
    """Moments to send at, a row of them for each name, so that all processes together keep one rate.

    A moment that was handed out and not used is lost.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def book(self, name: str, count: int, rate: float, now: float) -> float:
        """The first of *count* moments, 1 / *rate* seconds apart and none before *now*, in seconds since the epoch."""
        upsert(self._connection, send_slots, [{"name": name, "last_at": 0}])
        mine = send_slots.c.name == name
        last = float(self._connection.execute(select(send_slots.c.last_at).where(mine).with_for_update()).scalar_one())
        first = max(now, last + 1 / rate) if last < now + LONGEST else now
        self._connection.execute(update(send_slots).where(mine).values(last_at=first + (count - 1) / rate))
        return first
