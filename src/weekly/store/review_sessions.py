"""Who is signed in to the review page: a row for each browser, which ends when the row goes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from weekly.store.tables import review_sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSession:
    """A browser that is signed in."""

    key: str
    editor: str
    began_at: datetime
    until: datetime
    origin: str
    """The address that it signed in from, as far as the network says."""


class ReviewSessions:
    """The sign-ins that stand."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, session: ReviewSession) -> None:
        """Notes a sign-in, and forgets those whose time was over when it began."""
        over = review_sessions.c.until < session.began_at
        self._connection.execute(delete(review_sessions).where(over))
        self._connection.execute(insert(review_sessions), [asdict(session)])

    def has(self, key: str) -> bool:
        """Whether the session *key* stands."""
        return self._connection.scalar(select(review_sessions.c.key).where(review_sessions.c.key == key)) is not None

    def standing(self, now: datetime) -> list[ReviewSession]:
        """The sessions that stand, the newest first."""
        query = select(review_sessions).where(review_sessions.c.until >= now)
        rows = self._connection.execute(query.order_by(review_sessions.c.began_at.desc()))
        return [ReviewSession(**row._mapping) for row in rows]  # noqa: SLF001 - the documented name of a row's columns

    def end(self, key: str) -> bool:
        """Ends the session *key*; False when there is none."""
        return self._connection.execute(delete(review_sessions).where(review_sessions.c.key == key)).rowcount > 0

    def end_all(self) -> int:
        """Ends every session, and returns how many there were."""
        return self._connection.execute(delete(review_sessions)).rowcount
