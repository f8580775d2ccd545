"""What changed about each subscriber, when and how: consent, leaving, coming back. Whoever is erased leaves nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, literal, select

from weekly.store.database import upsert
from weekly.store.tables import consent_texts, subscriber_events, subscribers


class SubscriberEvent(StrEnum):
    """What happened, beside changes of status, which are called as the status is."""

    CONFIRMED = "confirmed"
    """They agreed to get mail, by a mail to their own address."""
    MOVED = "moved"
    """They gave another address, and agreed from there."""


class SubscriberEvents:
    """The history of each subscriber, in the order in which it happened."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, theirs: ColumnElement[bool], event: str, at: datetime, detail: str = "", text: str = "") -> None:
        """Writes *event* down of every subscriber of whom *theirs* holds.

        *text* is what they agreed to, as they read it; it is kept once, however many agreed to it.
        """
        key = hashlib.sha256(text.encode()).hexdigest() if text else ""
        if text:
            upsert(self._connection, consent_texts, [{"key": key, "text": text}])
        time = subscriber_events.c.at.type
        row = select(subscribers.c.id, literal(at, time), literal(event), literal(detail[:500]), literal(key)).where(
            theirs
        )
        columns = ["subscriber", "at", "event", "detail", "text"]
        self._connection.execute(insert(subscriber_events).from_select(columns, row))

    def of_subscriber(self, number: int) -> Iterator[dict[str, Any]]:
        """The events of one subscriber, the oldest first; with the text of those that were a consent."""
        c = subscriber_events.c
        query = select(c.at, c.event, c.detail, consent_texts.c.text)
        query = query.join_from(subscriber_events, consent_texts, consent_texts.c.key == c.text, isouter=True)
        rows = self._connection.execute(query.where(c.subscriber == number).order_by(c.id))
        return ({**row, "at": row["at"].isoformat(), "text": row["text"] or ""} for row in rows.mappings())

    def forget(self, number: int) -> None:
        """Drops all that is known of one subscriber."""
        self._connection.execute(delete(subscriber_events).where(subscriber_events.c.subscriber == number))
