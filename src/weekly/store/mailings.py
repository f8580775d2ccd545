"""Issues and notices that began to leave: from where, and under which domain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from weekly.models import Mailing
from weekly.store.database import upsert
from weekly.store.tables import mailings, sending_hosts

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
