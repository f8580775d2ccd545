"""Editors side by side: who looks at which card, who has claimed it, what they said about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from weekly.models import Week
from weekly.store.database import Database
from weekly.store.tables import review_claims, review_comments, review_presence, subscribers

AWAY = timedelta(seconds=45)
"""After this silence an editor is taken to have left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What somebody said about a card."""

    card: str
    at: datetime
    by: str
    text: str


class Desk:
    """The desk around every week's draft."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def look(self, week: Week, by: str, card: str, at: datetime) -> None:
        """Writes down that *by* has *card* open."""
        row = {"week": str(week), "by": by, "card": card, "at": at}
        with self._database.write() as connection:
            self._database.upsert(connection, review_presence, [row], update=("card", "at"))

    def present(self, week: Week, now: datetime) -> dict[str, str]:
        """Who is here, and the card that each has open."""
        query = select(review_presence.c.by, review_presence.c.card).where(
            review_presence.c.week == str(week), review_presence.c.at > now - AWAY
        )
        with self._database.read() as connection:
            return {row.by: row.card for row in connection.execute(query.order_by(review_presence.c.by))}

    def readers(self) -> int:
        """How many subscribers would get an issue now."""
        query = select(func.count()).select_from(subscribers).where(subscribers.c.status == "active")
        with self._database.read() as connection:
            return connection.scalar(query) or 0

    def claim(self, connection: Connection, week: Week, card: str, by: str, at: datetime) -> str:
        """Claims *card* for *by* unless somebody has it already; returns whose it is."""
        row = {"week": str(week), "card": card, "by": by, "at": at}
        self._database.upsert(connection, review_claims, [row])
        query = select(review_claims.c.by).where(review_claims.c.week == str(week), review_claims.c.card == card)
        return connection.scalar(query) or by

    def release(self, connection: Connection, week: Week, card: str) -> None:
        """Gives *card* free, whoever claimed it."""
        here = (review_claims.c.week == str(week)) & (review_claims.c.card == card)
        connection.execute(delete(review_claims).where(here))

    def claims(self, week: Week) -> dict[str, str]:
        """The claimed cards of *week* and whose they are."""
        query = select(review_claims.c.card, review_claims.c.by).where(review_claims.c.week == str(week))
        with self._database.read() as connection:
            return {row.card: row.by for row in connection.execute(query)}

    def comment(self, connection: Connection, week: Week, comment: Comment) -> None:
        """Adds a comment."""
        row = {"week": str(week), "card": comment.card, "at": comment.at, "by": comment.by, "text": comment.text}
        connection.execute(insert(review_comments), [row])

    def comments(self, week: Week, card: str) -> list[Comment]:
        """What was said about *card*, oldest first."""
        here = (review_comments.c.week == str(week)) & (review_comments.c.card == card)
        with self._database.read() as connection:
            rows = connection.execute(select(review_comments).where(here).order_by(review_comments.c.id)).all()
        return [Comment(card=row.card, at=row.at, by=row.by, text=row.text) for row in rows]

    def commented(self, week: Week) -> dict[str, int]:
        """How many comments each card has."""
        query = select(review_comments.c.card, func.count()).where(review_comments.c.week == str(week))
        with self._database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(query.group_by(review_comments.c.card))}
