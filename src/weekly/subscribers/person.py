"""Everything that is known of one subscriber, for them and for the owner who is asked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from weekly.store.transaction import Transaction


def person(tx: Transaction, email: str) -> dict[str, Any] | None:
    """What the database holds of *email*, as JSON can say it; None when it holds nothing."""
    subscriber, held = tx.subscribers.find(email), tx.suppressions.find(email)
    if subscriber is None and held is None:
        return None
    found: dict[str, Any] = {"email": subscriber.email if subscriber else email}
    if subscriber is not None:
        confirmed = subscriber.confirmed_at
        found |= {
            "status": subscriber.status.value,
            "name": subscriber.name,
            "topics": list(subscriber.topics),
            "language": subscriber.language,
            "whole_issue": subscriber.whole_issue,
            "added_at": _when(subscriber.created_at),
            # Who never answered a confirmation mail was brought by the owner.
            "consent": {"by": "confirmation mail" if confirmed else "the owner's list", "at": _when(confirmed)},
        }
    found["suppression"] = (
        {"reason": held.reason.value, "at": held.at.isoformat(), "detail": held.detail} if held else None
    )
    number = subscriber.id if subscriber else 0
    found["deliveries"] = list(tx.deliveries.of_subscriber(number)) if number else []
    found["bounces"] = list(tx.bounces.of_subscriber(number)) if number else []
    return found


def _when(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
