"""Everything that is known of one subscriber, for them and for the owner who is asked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from weekly.store.subscriber_events import SubscriberEvent
from weekly.store.subscribers import Subscriber
from weekly.store.transaction import Transaction


def person(tx: Transaction, email: str) -> dict[str, Any] | None:
    """What the database holds of *email*, as JSON can say it; None when it holds nothing."""
    subscriber, held = tx.subscribers.find(email), tx.suppressions.find(email)
    if subscriber is None and held is None:
        return None
    found: dict[str, Any] = {"email": subscriber.email if subscriber else email}
    events = list(tx.subscriber_events.of_subscriber(subscriber.id)) if subscriber else []
    if subscriber is not None:
        found |= {
            "status": subscriber.status.value,
            "name": subscriber.name,
            "topics": list(subscriber.topics),
            "language": subscriber.language,
            "whole_issue": subscriber.whole_issue,
            "added_at": _when(subscriber.created_at),
            "consent": _consent(subscriber, events),
        }
        added = {"at": _when(subscriber.created_at), "event": "added", "detail": subscriber.origin, "text": ""}
        found["history"] = [added, *events]
    found["suppression"] = (
        {"reason": held.reason.value, "at": held.at.isoformat(), "detail": held.detail} if held else None
    )
    number = subscriber.id if subscriber else 0
    found["deliveries"] = list(tx.deliveries.of_subscriber(number)) if number else []
    found["bounces"] = list(tx.bounces.of_subscriber(number)) if number else []
    return found


def _consent(subscriber: Subscriber, events: list[dict[str, Any]]) -> dict[str, Any]:
    """When and where they agreed, and to which text; who never answered a mail was brought by the owner."""
    given = next((event for event in reversed(events) if event["event"] == SubscriberEvent.CONFIRMED), None)
    by = "confirmation mail" if subscriber.confirmed_at else "the owner's list"
    where = given["detail"] if given else subscriber.origin
    return {"by": by, "at": _when(subscriber.confirmed_at), "where": where, "text": given["text"] if given else ""}


def _when(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
