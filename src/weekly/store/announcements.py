"""Where else an issue was made known: a row for each (issue, destination), written before anything leaves.

    ──> sending ──> sent | failed | uncertain

The states are those of deliveries. What was `sending` when its process died may have arrived: it is `uncertain`, and
only a person decides about it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, select, update

from weekly.models import State, Week
from weekly.store.database import lock, upsert
from weekly.store.tables import announcements

LOST = "the announcing process ended before an answer came"
LEASE = timedelta(minutes=15)
"""After this an announcement under way is lost, where nobody can tell whether its process lives."""


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

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def rows(self, week: Week) -> list[Announcement]:
        """Those of the issue of *week*, by destination."""
        query = select(announcements).where(announcements.c.week == str(week)).order_by(announcements.c.destination)
        return [_announcement(row) for row in self._connection.execute(query)]

    def begin(
        self,
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
        lock(self._connection, f"announce {week} {destination}")
        known = next((row for row in self.rows(week) if row.destination == destination), None)
        if known and known.state is State.SENDING:
            if not _is_lost(known, gone, at):
                return known
            if not repeatable:
                self._change(known, state=State.UNCERTAIN.value, detail=LOST, holder="")
                return replace(known, state=State.UNCERTAIN, detail=LOST, holder="")
        if known and known.state in {State.SENT, State.UNCERTAIN} and not repeatable:
            return known
        values = {"state": State.SENDING.value, "hash": content, "at": at, "holder": holder, "detail": ""}
        values["attempts"] = (known.attempts if known else 0) + 1
        key = {"week": str(week), "destination": destination}
        upsert(self._connection, announcements, [{**key, **values}], update=tuple(values))
        return None

    def settle(self, week: Week, destination: str, holder: str, state: State, detail: str) -> None:
        """Writes down what became of the announcement that *holder* began."""
        c = announcements.c
        mine = (c.week == str(week)) & (c.destination == destination) & (c.holder == holder)
        values = {"state": state.value, "detail": detail[:500], "holder": ""}
        self._connection.execute(update(announcements).where(mine).values(**values))

    def restore(self, week: Week, destination: str, content: str, at: datetime, detail: str) -> None:
        """Puts an announcement back of which nobody knows any more whether it arrived."""
        row = {"week": str(week), "destination": destination, "state": State.UNCERTAIN.value, "hash": content}
        upsert(self._connection, announcements, [{**row, "at": at, "detail": detail}])

    def resolve(self, week: Week, destination: str, state: State, gone: Callable[[str], bool], now: datetime) -> int:
        """What a person decided about uncertain ones, of one destination or of all; returns how many."""
        changed = 0
        for row in self.rows(week):
            lost = row.state is State.SENDING and _is_lost(row, gone, now)
            if (destination and row.destination != destination) or not (lost or row.state is State.UNCERTAIN):
                continue
            changed += self._change(row, state=state.value, detail="decided by a person", holder="")
        return changed

    def _change(self, stands: Announcement, **values: str) -> int:
        """Changes a row unless somebody else has changed its state meanwhile; returns how many that were."""
        c = announcements.c
        here = (c.week == stands.week) & (c.destination == stands.destination) & (c.state == stands.state.value)
        return self._connection.execute(update(announcements).where(here).values(**values)).rowcount


def _is_lost(stands: Announcement, gone: Callable[[str], bool], now: datetime) -> bool:
    return gone(stands.holder) or now - stands.at > LEASE


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
