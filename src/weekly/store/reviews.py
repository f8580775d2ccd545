"""What happens around a week's draft: the log of what editors did, their comments, who works on what, who is here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select

from weekly.models import Week
from weekly.select.regroup import Regrouping
from weekly.store.database import upsert
from weekly.store.tables import review_assignments, review_comments, review_log, review_presence

DECIDED = ("accepted", "rejected", "later", "pending")
"""The actions that decide about a candidate."""
ARRANGED = (*DECIDED, "moved", "filed")
"""The actions that an undo reverses by what they say of status, order and topic."""
REPLACED = "replaced"
"""In the data of an entry: the revision that an undo restores; of a text none, for it is typed and kept as versions."""
LOOKED = "looked"
"""The action of an entry that changes nothing: kept beside the others, and told only by `looks`."""
AWAY = timedelta(seconds=45)
"""After this silence an editor is taken to have left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One thing that somebody did."""

    id: int
    week: str
    at: datetime
    by: str
    action: str
    card: str
    data: Mapping[str, Any]
    undoes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What somebody said about a card."""

    card: str
    at: datetime
    by: str
    text: str


class Reviews:
    """The reviews of all weeks; rows of the log are added and never changed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(
        self,
        week: Week,
        by: str,
        action: str,
        at: datetime,
        card: str = "",
        data: Mapping[str, Any] | None = None,
        undoes: int | None = None,
    ) -> None:
        """Adds an entry to the log."""
        text = json.dumps(dict(data or {}), ensure_ascii=False, sort_keys=True)
        row = {"week": str(week), "by": by, "action": action, "at": at, "card": card, "data": text, "undoes": undoes}
        self._connection.execute(insert(review_log), [row])

    def add_look(self, week: Week, by: str, at: datetime, card: str, data: Mapping[str, Any]) -> None:
        """Writes down that *by* has *card* before their eyes, or the whole issue for an empty one."""
        self.record(week, by, LOOKED, at, card, data)

    def looks(self, week: Week, by: str) -> dict[str, LogEntry]:
        """When *by* last looked at each card, and at the whole issue under an empty one."""
        here = (review_log.c.week == str(week)) & (review_log.c.by == by) & (review_log.c.action == LOOKED)
        rows = self._connection.execute(select(review_log).where(here).order_by(review_log.c.id))
        return {row.card: _entry(row) for row in rows}

    def history(self, week: Week, limit: int | None = None) -> list[LogEntry]:
        """The log of *week*, newest first."""
        query = select(review_log).where(_done(week)).order_by(review_log.c.id.desc())
        return [_entry(row) for row in self._connection.execute(query.limit(limit))]

    def length(self, week: Week) -> int:
        """A number that grows with each entry in the log of *week*."""
        return self._connection.scalar(select(func.max(review_log.c.id)).where(_done(week))) or 0

    def since(self, week: Week, number: int) -> list[LogEntry]:
        """The entries of *week* that came after the one of that number, oldest first."""
        query = select(review_log).where(_done(week), review_log.c.id > number)
        return [_entry(row) for row in self._connection.execute(query.order_by(review_log.c.id))]

    def find_key(self, week: Week, by: str, key: str) -> LogEntry | None:
        """What *by* did under a key that their device has made."""
        return self._find(week, review_log.c.by == by, review_log.c.data.contains(f'"key": "{key}"', autoescape=True))

    def find_entry(self, week: Week, number: int) -> LogEntry | None:
        """The entry of that number."""
        return self._find(week, review_log.c.id == number)

    def moves(self) -> dict[tuple[str, str], str]:
        """Where editors moved cards: the topic by week and card, without what was taken back."""
        query = select(review_log).where(review_log.c.action == "filed", _kept())
        rows = self._connection.execute(query.order_by(review_log.c.id))
        return {(row.week, row.card): str(json.loads(row.data)["to"]) for row in rows}

    def regroupings(self, week: Week) -> list[Regrouping]:
        """What editors have merged and split and not taken back, in their order."""
        here = (review_log.c.week == str(week)) & review_log.c.action.in_(("merged", "split")) & _kept()
        query = select(review_log).where(here)
        rows = [(row.card, json.loads(row.data)) for row in self._connection.execute(query.order_by(review_log.c.id))]
        return [
            Regrouping(work=card, other=data.get("other", ""), entry=tuple(data.get("entry", ("", ""))))
            for card, data in rows
        ]

    def find_text(self, week: Week, card: str) -> str | None:
        """The text of a card, as JSON, when it was last taken out of the draft or first drawn."""
        here = (review_log.c.week == str(week)) & (review_log.c.card == card)
        query = select(review_log.c.data).where(here).order_by(review_log.c.id.desc())
        texts = (json.loads(data).get("text") for data in self._connection.scalars(query))
        return next(filter(None, texts), None)

    def find_drawn(self, week: Week, card: str) -> str | None:
        """What the machine wrote, as JSON, when an editor asked for this card."""
        entry = self._find(week, review_log.c.card == card, review_log.c.action == "drawn")
        return entry.data["text"] if entry else None

    def find_edit(self, week: Week, card: str) -> LogEntry | None:
        """The last edit of a card, or of the head for an empty *card*."""
        return self._find(week, review_log.c.card == card, review_log.c.action == "edited")

    def find_reversible(self, week: Week, by: str) -> LogEntry | None:
        """What the next undo of *by* takes back: their newest reversible entry that has not been."""
        reversible = review_log.c.action.in_(ARRANGED) | review_log.c.data.contains(f'"{REPLACED}": ')
        return self._find(week, review_log.c.by == by, reversible, self._open(week))

    def find_standing(self, week: Week, entry: LogEntry) -> LogEntry | None:
        """The newest entry that decided the same as *entry* and was not taken back: on that card, or of the order."""
        decided = review_log.c.action.in_(DECIDED) if entry.action in DECIDED else review_log.c.action == entry.action
        return self._find(week, review_log.c.card == entry.card, decided, self._open(week))

    def standing_since(self, week: Week, number: int) -> list[LogEntry]:
        """What was done after the entry of that number and was not taken back, oldest first."""
        query = select(review_log).where(_done(week), review_log.c.id > number, review_log.c.undoes.is_(None), _kept())
        return [_entry(row) for row in self._connection.execute(query.order_by(review_log.c.id))]

    @staticmethod
    def _open(week: Week) -> ColumnElement[bool]:
        undone = select(review_log.c.undoes).where(review_log.c.week == str(week), review_log.c.undoes.is_not(None))
        return review_log.c.undoes.is_(None) & review_log.c.id.not_in(undone)

    def _find(self, week: Week, *conditions: Any) -> LogEntry | None:
        query = select(review_log).where(review_log.c.week == str(week), *conditions)
        row = self._connection.execute(query.order_by(review_log.c.id.desc()).limit(1)).first()
        return _entry(row) if row else None

    def add_comment(self, week: Week, comment: Comment) -> None:
        """Adds a comment."""
        row = {"week": str(week), "card": comment.card, "at": comment.at, "by": comment.by, "text": comment.text}
        self._connection.execute(insert(review_comments), [row])

    def comments(self, week: Week, card: str) -> list[Comment]:
        """What was said about *card*, oldest first."""
        here = (review_comments.c.week == str(week)) & (review_comments.c.card == card)
        rows = self._connection.execute(select(review_comments).where(here).order_by(review_comments.c.id))
        return [Comment(card=row.card, at=row.at, by=row.by, text=row.text) for row in rows]

    def comment_counts(self, week: Week) -> dict[str, int]:
        """How many comments each card has that has any."""
        query = select(review_comments.c.card, func.count()).where(review_comments.c.week == str(week))
        return {row[0]: row[1] for row in self._connection.execute(query.group_by(review_comments.c.card))}

    def assign(self, week: Week, card: str, by: str, at: datetime) -> str:
        """Gives *card* to *by* to work on unless somebody has it already; returns who has it."""
        row = {"week": str(week), "card": card, "by": by, "at": at}
        upsert(self._connection, review_assignments, [row])
        return self.assignments(week)[card]

    def unassign(self, week: Week, card: str) -> None:
        """Gives *card* free, whoever has it."""
        c = review_assignments.c
        self._connection.execute(delete(review_assignments).where(c.week == str(week), c.card == card))

    def assignments(self, week: Week) -> dict[str, str]:
        """The cards that somebody works on, and who."""
        c = review_assignments.c
        return {row.card: row.by for row in self._connection.execute(select(c.card, c.by).where(c.week == str(week)))}

    def set_presence(self, week: Week, by: str, card: str, at: datetime) -> None:
        """Writes down that *by* has *card* open."""
        row = {"week": str(week), "by": by, "card": card, "at": at}
        upsert(self._connection, review_presence, [row], update=("card", "at"))

    def presence(self, week: Week, now: datetime) -> dict[str, str]:
        """Who is here, and the card that each has open."""
        c = review_presence.c
        query = select(c.by, c.card).where(c.week == str(week), c.at > now - AWAY).order_by(c.by)
        return {row.by: row.card for row in self._connection.execute(query)}


def _done(week: Week) -> ColumnElement[bool]:
    return (review_log.c.week == str(week)) & (review_log.c.action != LOOKED)


def _kept() -> ColumnElement[bool]:
    """That an entry was not taken back; what an undo has found overruled stands."""
    return review_log.c.id.not_in(select(review_log.c.undoes).where(review_log.c.action == "undone"))


def _entry(row: Row[tuple[object, ...]]) -> LogEntry:
    return LogEntry(
        id=row.id,
        week=row.week,
        at=row.at,
        by=row.by,
        action=row.action,
        card=row.card,
        data=json.loads(row.data),
        undoes=row.undoes,
    )
