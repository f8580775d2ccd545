"""Where the ledger's mail is sent from, and under which name an issue's first mail left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from weekly.models import Mailing
from weekly.store.database import Database
from weekly.store.tables import despatches, homes

_NAME = "ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The machine that sends, and a hash of the secret that it signs links with."""

    host: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Despatch:
    """The beginning of an issue's delivery."""

    domain: str
    began_at: datetime


class Despatches:
    """What is known about sending beside the ledger's rows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def home(self, connection: Connection) -> Home | None:
        """Where mail was sent from last; None when none was sent."""
        row = connection.execute(select(homes).where(homes.c.name == _NAME)).first()
        return Home(host=row.host, secret=row.secret) if row else None

    def settle(self, connection: Connection, home: Home, at: datetime) -> None:
        """From now on mail is sent from *home*."""
        row = {"name": _NAME, "host": home.host, "secret": home.secret, "at": at}
        self._database.upsert(connection, homes, [row], update=("host", "secret", "at"))

    def of(self, connection: Connection, week: Mailing) -> Despatch | None:
        """How the delivery of *week* began; None when it has not."""
        row = connection.execute(select(despatches).where(despatches.c.week == str(week))).first()
        return Despatch(domain=row.domain, began_at=row.began_at) if row else None

    def begin(self, connection: Connection, week: Mailing, domain: str, at: datetime) -> None:
        """Writes down that the delivery of *week* begins."""
        connection.execute(insert(despatches), [{"week": str(week), "domain": domain, "began_at": at}])
