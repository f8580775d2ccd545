"""What editors did to a week, in order, and what of it can be taken back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from weekly.models import Week
from weekly.store.database import Database
from weekly.store.tables import review_log

REVERSIBLE = ("accepted", "rejected", "later", "pending", "moved", "filed")
"""The actions that an undo takes back; texts are revisions, which are never lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One thing that somebody did."""

    id: int
    week: str
    at: datetime
    by: str
    action: str
    card: str
    data: Mapping[str, Any]
    undoes: int | None = None


class ReviewLog:
    """The deeds of all weeks; rows are added and never changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        connection: Connection,
        week: Week,
        by: str,
        action: str,
        at: datetime,
        card: str = "",
        data: Mapping[str, Any] | None = None,
        undoes: int | None = None,
    ) -> None:
        """Writes down one deed."""
        text = json.dumps(dict(data or {}), ensure_ascii=False, sort_keys=True)
        row = {"week": str(week), "by": by, "action": action, "at": at, "card": card, "data": text, "undoes": undoes}
        connection.execute(insert(review_log), [row])

    def of(self, week: Week, limit: int | None = None) -> list[Deed]:
        """The deeds of *week*, newest first."""
        query = select(review_log).where(review_log.c.week == str(week)).order_by(review_log.c.id.desc())
        with self._database.read() as connection:
            return [_deed(row) for row in connection.execute(query.limit(limit))]

    def filed(self) -> dict[tuple[str, str], str]:
        """Where editors moved cards: the topic by week and card, without what was taken back."""
        taken_back = select(review_log.c.undoes).where(review_log.c.undoes.is_not(None))
        query = select(review_log).where(review_log.c.action == "filed", review_log.c.id.not_in(taken_back))
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(review_log.c.id)).all()
        return {(row.week, row.card): str(json.loads(row.data)["to"]) for row in rows}

    def last_card(self, connection: Connection, week: Week, card: str) -> str | None:
        """The text of a card, as JSON, when it was last taken out of the draft or first drawn."""
        here = (review_log.c.week == str(week)) & (review_log.c.card == card)
        query = select(review_log.c.data).where(here).order_by(review_log.c.id.desc())
        found = (json.loads(data).get("text") for data in connection.scalars(query))
        return next(filter(None, found), None)

    def drawn(self, week: Week, card: str) -> str | None:
        """What the machine wrote, as JSON, when an editor asked for this card."""
        here = (review_log.c.week == str(week)) & (review_log.c.card == card) & (review_log.c.action == "drawn")
        with self._database.read() as connection:
            data = connection.scalar(select(review_log.c.data).where(here).order_by(review_log.c.id.desc()).limit(1))
        return json.loads(data)["text"] if data else None

    def last_reversible(self, connection: Connection, week: Week, by: str) -> Deed | None:
        """The newest deed of *by* that can be taken back and has not been."""
        here = (review_log.c.week == str(week)) & (review_log.c.by == by)
        taken_back = select(review_log.c.undoes).where(review_log.c.week == str(week), review_log.c.undoes.is_not(None))
        query = select(review_log).where(
            here,
            review_log.c.undoes.is_(None),
            review_log.c.action.in_(REVERSIBLE),
            review_log.c.id.not_in(taken_back),
        )
        row = connection.execute(query.order_by(review_log.c.id.desc()).limit(1)).first()
        return _deed(row) if row else None

    def undoable(self, week: Week, by: str) -> Deed | None:
        """The deed that the next undo of *by* takes back."""
        with self._database.read() as connection:
            return self.last_reversible(connection, week, by)


def _deed(row: Row[tuple[object, ...]]) -> Deed:
    return Deed(
        id=row.id,
        week=row.week,
        at=row.at,
        by=row.by,
        action=row.action,
        card=row.card,
        data=json.loads(row.data),
        undoes=row.undoes,
    )
