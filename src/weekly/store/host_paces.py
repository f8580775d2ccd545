"""Who may ask a host now, and when it was asked last."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from weekly.store.database import upsert
from weekly.store.tables import host_paces

_POLL = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """How long to wait before asking for a turn again, in seconds; 0 for who has it."""

    seconds: float
    holder: str = ""
    """Who has the turn now."""


class HostPaces:
    """A turn for each host, handed out to one at a time and a pace apart; moments are in seconds since the epoch."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, host: str, me: str, *, pace: float, lease: float, now: float) -> Wait:
        """Gives *me* the turn at *host* if nobody has it, and *pace* seconds are over since the last one.

        Whoever has had it for *lease* seconds has it no longer.
        """
        here = host_paces.c.name == host
        upsert(self._connection, host_paces, [{"name": host}])
        row = self._connection.execute(select(host_paces).where(here).with_for_update()).one()
        if row.holder and _ahead(row.lease_until - now, lease):
            return Wait(seconds=_POLL, holder=row.holder)
        if row.holder:
            self.give_back(host, row.holder, now)
            return Wait(seconds=pace)
        seconds = max(_ahead(row.last_at + pace - now, pace), _ahead(row.not_before - now, lease))
        if not seconds:
            turn = {"holder": me, "lease_until": now + lease, "last_at": now}
            self._connection.execute(update(host_paces).where(here).values(turn))
        return Wait(seconds=seconds)

    def give_back(self, host: str, holder: str, now: float) -> None:
        """Ends the turn of *holder*. The pace counts from now: who died in a turn may have a request on its way."""
        turn = (host_paces.c.name == host) & (host_paces.c.holder == holder)
        self._connection.execute(update(host_paces).where(turn).values(holder="", last_at=now))

    def hold(self, host: str, until: float) -> None:
        """Lets nobody take a turn at *host* before that moment."""
        self._connection.execute(update(host_paces).where(host_paces.c.name == host).values(not_before=until))


def _ahead(seconds: float, most: float) -> float:
    """*seconds* to wait, 0 where they are more than can be: a clock that was set back must not close a host."""
    return seconds if 0 < seconds <= most + 1 else 0.0
