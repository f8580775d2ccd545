"""Reports of a relay by HTTP, in one JSON shape of ours: where it replaces the envelope, reports come back to it.

    {"events": [{"id": "…", "type": "bounce", "email": "ada@example.net", "diagnostic": "550 5.1.1 no such user"}]}

docs/delivery.md describes each field. What a bounce means is judged by the table that judges every refusal.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from weekly.delivery.bounces import BounceCounts, take_report
from weekly.delivery.refusals import RefusalCause, judge
from weekly.errors import ParseError
from weekly.store import Store
from weekly.store.suppressions import Bounce, BounceKind
from weekly.store.transaction import Transaction
from weekly.text import one_line

MOST = 1000
"""Events of one request."""
_WEEK = re.compile(r"<?(\d{4}-w\d\d(?:\+\d{1,5})?)\.[0-9a-f]{32}@", re.IGNORECASE)
_Line = Annotated[str, StringConstraints(max_length=300)]


class BounceEvent(BaseModel):
    """What a relay says about one mail, or about its reader."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    type: Literal["bounce", "complaint", "unsubscribe"]
    email: Annotated[str, StringConstraints(min_length=3, max_length=320)]
    message_id: _Line = ""
    at: AwareDatetime | None = None
    code: Annotated[int, Field(ge=0, le=599)] = 0
    status: Annotated[str, StringConstraints(pattern=r"^([245]\.\d{1,3}\.\d{1,3})?$")] = ""
    diagnostic: Annotated[str, StringConstraints(max_length=4000)] = ""


class _Events(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    events: Annotated[tuple[BounceEvent, ...], Field(max_length=MOST)]


def read_events(body: bytes) -> tuple[BounceEvent, ...]:
    """The events in the body of a request; raises ParseError, which names the first field that is wrong."""
    try:
        return _Events.model_validate_json(body).events
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise ParseError(one_line(f"{place}: {first['msg']}".removeprefix(": "))) from error


def apply_events(store: Store, events: Sequence[BounceEvent], now: datetime) -> BounceCounts:
    """Acts on events as on the reports of a mailbox, each once, however often it is sent."""
    counts = BounceCounts()
    for event in events:
        counts.read += 1
        with store.write() as tx:
            counts.count(_apply(tx, event, now) or "other")
    return counts


def _apply(tx: Transaction, event: BounceEvent, now: datetime) -> str:
    subscriber = tx.subscribers.find(one_line(event.email, 320))
    if subscriber is None:
        return ""
    named = _WEEK.match(event.message_id)
    week = named[1].upper() if named else tx.deliveries.find_last_week(subscriber.id)
    kind, cause = _meaning(event)
    said = f"{event.code or ''} {event.status if event.status not in event.diagnostic else ''} {event.diagnostic}"
    bounce = Bounce(
        report=hashlib.sha256(f"event\n{event.id}".encode()).hexdigest(),
        subscriber=subscriber.id,
        week=week,
        kind=kind,
        cause=cause,
        detail=one_line(said) if kind in {BounceKind.HARD, BounceKind.SOFT} else f"{kind}, said the relay",
    )
    return take_report(tx, subscriber, bounce, now, of=event.at)


def _meaning(event: BounceEvent) -> tuple[BounceKind, str]:
    if event.type != "bounce":
        return BounceKind(event.type), ""
    cause = judge(event.diagnostic, code=event.code, status=event.status)
    return BounceKind.HARD if cause is RefusalCause.ADDRESS else BounceKind.SOFT, cause.value
