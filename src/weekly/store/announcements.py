"""Where else an issue was made known: a row for each (issue, destination), written before anything leaves.

    ──> sending ──> sent | failed | uncertain

The states are those of deliveries. What was `sending` when its process died may have arrived: it is `uncertain`, and
only a person decides about it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, select, update

from weekly.models import State, Week
from weekly.store.database import Database
from weekly.store.tables import announcements

LOST = "the announcing process ended before an answer came"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Where an announcement stands."""

    week: str
    destination: str
    state: State
    hash: str
    """SHA-256 of the content that was announced."""
    attempts: int
    detail: str
    at: datetime
    holder: str


class Announcements:
    """Those of every issue."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, week: Week) -> list[Announcement]:
        """Those of the issue of *week*, by destination."""
        query = select(announcements).where(announcements.c.week == str(week)).order_by(announcements.c.destination)
        with self._database.read() as connection:
            return [_announcement(row) for row in connection.execute(query)]

    def begin(
        self,
        connection: Connection,
        week: Week,
        destination: str,
        *,
        content: str,
        holder: str,
        at: datetime,
        gone: Callable[[str], bool],
        repeatable: bool,
    ) -> Announcement | None:
        """Writes down that an announcement leaves now; what stands in its way instead, when something does.

        A *repeatable* one may leave again whatever became of it, unless another process is at it.
        """
        self._database.hold(connection, f"announce {week} {destination}")
        mine = (announcements.c.week == str(week)) & (announcements.c.destination == destination)
        row = connection.execute(select(announcements).where(mine)).first()
        known = _announcement(row) if row else None
        if known and known.state is State.SENDING and not gone(known.holder):
            return known
        if known and known.state is State.SENDING and not repeatable:
            lost = {"state": State.UNCERTAIN.value, "detail": LOST, "holder": ""}
            connection.execute(update(announcements).where(mine).values(**lost))
            return _announcement(connection.execute(select(announcements).where(mine)).one())
        if known and known.state in {State.SENT, State.UNCERTAIN} and not repeatable:
            return known
        values = {"state": State.SENDING.value, "hash": content, "at": at, "holder": holder, "detail": ""}
        values["attempts"] = (known.attempts if known else 0) + 1
        key = {"week": str(week), "destination": destination}
        self._database.upsert(connection, announcements, [{**key, **values}], update=tuple(values))
        return None

    def settle(self, week: Week, destination: str, holder: str, state: State, detail: str) -> None:
        """Writes down what became of the announcement that *holder* began."""
        c = announcements.c
        mine = (c.week == str(week)) & (c.destination == destination) & (c.holder == holder)
        with self._database.write() as connection:
            values = {"state": state.value, "detail": detail[:500], "holder": ""}
            connection.execute(update(announcements).where(mine).values(**values))

    def resolve(self, week: Week, destination: str, state: State, gone: Callable[[str], bool]) -> int:
        """What a person decided about uncertain ones, of one destination or of all; returns how many."""
        changed = 0
        for one in self.of(week):
            dead = one.state is State.SENDING and gone(one.holder)
            if (destination and one.destination != destination) or not (dead or one.state is State.UNCERTAIN):
                continue
            c = announcements.c
            where = (c.week == str(week)) & (c.destination == one.destination) & (c.state == one.state.value)
            values = {"state": state.value, "detail": "decided by a person", "holder": ""}
            with self._database.write() as connection:
                changed += connection.execute(update(announcements).where(where).values(**values)).rowcount
        return changed


def _announcement(row: Row[tuple[object, ...]]) -> Announcement:
    return Announcement(
        week=row.week,
        destination=row.destination,
        state=State(row.state),
        hash=row.hash,
        attempts=row.attempts,
        detail=row.detail,
        at=row.at,
        holder=row.holder,
    )
