"""Acting on reports: hard bounces and complaints end the mail to an address, soft ones count."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from weekly.publishers.message import READER, identify
from weekly.readers.reports import Report, read
from weekly.signing import Signer
from weekly.store import Store
from weekly.store.bounces import Bounce, Kind
from weekly.store.subscribers import Subscriber
from weekly.store.suppressions import Reason

SOFT = 5
"""In so many issues a mail may come back for a passing reason before its address counts as dead."""


@dataclass(slots=True)
class Tally:
    """What a mailbox held."""

    read: int = 0
    known: int = 0
    other: int = 0
    """No report, or one about nobody: without our proof in it, anybody could have written it."""
    hard: int = 0
    soft: int = 0
    complaint: int = 0
    unsubscribe: int = 0


def take(store: Store, signer: Signer, messages: Iterable[bytes], at: datetime) -> Tally:
    """Reads reports and acts on each once; a message that is none changes nothing."""
    tally = Tally()
    for data in messages:
        tally.read += 1
        report = read(data)
        found = _about(store, signer, report) if report is not None else None
        if report is None or found is None:
            tally.other += 1
            continue
        reader, week = found
        name = hashlib.sha256(data).hexdigest()
        bounce = Bounce(report=name, reader=reader.id, week=week, kind=report.kind, detail=report.detail)
        if _act(store, bounce, reader, at):
            setattr(tally, report.kind.value, getattr(tally, report.kind.value) + 1)
        else:
            tally.known += 1
    return tally


def _act(store: Store, bounce: Bounce, reader: Subscriber, at: datetime) -> bool:
    with store.database.write() as connection:
        if not store.bounces.add(connection, bounce, at):
            return False
        reason = {
            Kind.HARD: Reason.BOUNCE,
            Kind.COMPLAINT: Reason.COMPLAINT,
            Kind.UNSUBSCRIBE: Reason.UNSUBSCRIBED,
        }.get(bounce.kind)
        if bounce.kind is Kind.SOFT and store.bounces.soft(connection, reader.id) >= SOFT:
            reason = Reason.BOUNCE
        if reason is not None:
            store.subscribers.stop(connection, reader.email, reason, at, bounce.detail)
        return True


def _about(store: Store, signer: Signer, report: Report) -> tuple[Subscriber, str] | None:
    """Reader and week of a report, if it holds what only a mail of ours could have told its writer."""
    reader, week = None, report.week
    delivery = store.deliveries.get(report.delivery) if report.proof else None
    if report.token and (number := signer.read_number(READER, report.token)) is not None:
        reader = store.subscribers.get(number)
    elif delivery is not None:
        proof = identify(signer, delivery.week, delivery.email)[16:24].hex()
        if hmac.compare_digest(proof, report.proof):
            reader, week = store.subscribers.get(delivery.reader), delivery.week
    elif report.identifier and report.recipient:
        with store.database.read() as connection:
            named = store.subscribers.find(connection, report.recipient)
        ours = identify(signer, report.week, named.email)[:16].hex() if named is not None else ""
        reader = named if hmac.compare_digest(ours, report.identifier) else None
    return (reader, week) if reader is not None else None
