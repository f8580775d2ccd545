"""Acting on reports: hard bounces and complaints end the mail to an address, soft ones count."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from weekly.delivery.message import SUBSCRIBER, identify
from weekly.delivery.reports import MailReport, read
from weekly.signing import Signer
from weekly.store import Store
from weekly.store.subscribers import Subscriber
from weekly.store.suppressions import Bounce, BounceKind, Reason
from weekly.store.transaction import Transaction

_REASONS = {
    BounceKind.HARD: Reason.BOUNCE,
    BounceKind.COMPLAINT: Reason.COMPLAINT,
    BounceKind.UNSUBSCRIBE: Reason.UNSUBSCRIBED,
}
SOFT = 5
"""In so many issues a mail may come back for a passing reason before its address counts as dead."""


@dataclass(slots=True)
class BounceTally:
    """What a mailbox held."""

    read: int = 0
    known: int = 0
    other: int = 0
    """No report, or one about nobody: without our proof in it, anybody could have written it."""
    hard: int = 0
    soft: int = 0
    complaint: int = 0
    unsubscribe: int = 0


def process_reports(store: Store, signer: Signer, messages: Iterable[bytes], at: datetime) -> BounceTally:
    """Reads reports and acts on each once; a message that is none changes nothing."""
    tally = BounceTally()
    for data in messages:
        tally.read += 1
        name = _apply_report(store, signer, data, at)
        setattr(tally, name, getattr(tally, name) + 1)
    return tally


def _apply_report(store: Store, signer: Signer, data: bytes, at: datetime) -> str:
    """What of the tally the message counts as."""
    report = read(data)
    if report is None:
        return "other"
    with store.write() as tx:
        subscriber, week = _find_subscriber(tx, signer, report)
        if subscriber is None:
            return "other"
        name = hashlib.sha256(data).hexdigest()
        bounce = Bounce(report=name, subscriber=subscriber.id, week=week, kind=report.kind, detail=report.detail)
        if not tx.bounces.add(bounce, at):
            return "known"
        reason = _REASONS.get(bounce.kind)
        if bounce.kind is BounceKind.SOFT and tx.bounces.soft_issues(subscriber.id) >= SOFT:
            reason = Reason.BOUNCE
        if reason is not None:
            tx.subscribers.stop(subscriber.email, reason, at, bounce.detail)
    return report.kind.value


def _find_subscriber(tx: Transaction, signer: Signer, report: MailReport) -> tuple[Subscriber | None, str]:
    """Subscriber and week of a report, if it holds what only a mail of ours could have told its writer."""
    delivery = tx.deliveries.find(report.delivery) if report.proof else None
    if report.token and (number := signer.read_number(SUBSCRIBER, report.token)) is not None:
        return tx.subscribers.find_by_number(number), report.week
    if delivery is not None:
        proof = identify(signer, delivery.week, delivery.email)[16:24].hex()
        ours = hmac.compare_digest(proof, report.proof)
        return tx.subscribers.find_by_number(delivery.subscriber) if ours else None, delivery.week
    if report.identifier and report.recipient and (named := tx.subscribers.find(report.recipient)) is not None:
        proof = identify(signer, report.week, named.email)[:16].hex()
        return named if hmac.compare_digest(proof, report.identifier) else None, report.week
    return None, ""
