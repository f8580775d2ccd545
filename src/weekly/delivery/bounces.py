"""Acting on reports: hard bounces and complaints end the mail to an address, soft ones count for a while."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes

from weekly.delivery.brake import SAME_DOMAIN
from weekly.delivery.mailboxes import IncomingMail
from weekly.delivery.message import SUBSCRIBER, is_identity
from weekly.delivery.report_text import header
from weekly.delivery.reports import MailReport, read
from weekly.signing import Signer
from weekly.store import Store
from weekly.store.subscribers import Subscriber
from weekly.store.suppressions import Bounce, BounceKind, Reason, fold
from weekly.store.transaction import Transaction
from weekly.text import one_line

_REASONS = {
    BounceKind.HARD: Reason.BOUNCE,
    BounceKind.COMPLAINT: Reason.COMPLAINT,
    BounceKind.UNSUBSCRIBE: Reason.UNSUBSCRIBED,
}
SOFT = 5
"""In so many issues in a row a mail may come back for a passing reason before its address counts as dead."""
WINDOW = timedelta(days=90)
"""A soft bounce is forgotten after this."""
SUSPICIOUS = 20
"""So many hard bounces of an issue, and more than half of it, are about us: a relay or a blocklist, not addresses."""
_LISTED = 100
"""Messages that are listed by name; the rest of a mailbox that is no mailbox for reports is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrecognized:
    """A message that changed nothing, and why."""

    sender: str
    subject: str
    reason: str


@dataclass(slots=True, kw_only=True)
class BounceCounts:
    """How many reports there were of each kind."""

    read: int = 0
    known: int = 0
    other: int = 0
    """No report, or one about nobody: without our proof in it, anybody could have written it."""
    hard: int = 0
    soft: int = 0
    complaint: int = 0
    unsubscribe: int = 0
    held: int = 0
    """Hard, but most of the issue came back so: nobody is suppressed for it."""

    def count(self, name: str) -> None:
        """Counts one more of that *name*."""
        setattr(self, name, getattr(self, name) + 1)


@dataclass(slots=True, kw_only=True)
class BounceTally(BounceCounts):
    """What a mailbox held."""

    unrecognized: list[Unrecognized] = field(default_factory=list)
    """The first of the others, which stay unseen in the mailbox."""


def process_reports(store: Store, signer: Signer, mails: Iterable[IncomingMail], at: datetime) -> BounceTally:
    """Reads reports and acts on each once; a message that is none changes nothing and stays unseen."""
    tally = BounceTally()
    for mail in mails:
        tally.read += 1
        report = read(mail.data)
        name = _apply_report(store, signer, report, hashlib.sha256(mail.data).hexdigest(), at) if report else ""
        if not name:
            mail.keep_unseen = True
            reason = "a report without our proof: about none of our mails" if report else "no report of a mail server"
            if len(tally.unrecognized) < _LISTED:
                tally.unrecognized.append(_unrecognized(mail.data, reason))
        tally.count(name or "other")
    return tally


def _apply_report(store: Store, signer: Signer, report: MailReport, name: str, at: datetime) -> str:
    """What of the tally the report *name* counts as; empty when it is about nobody."""
    with store.write() as tx:
        subscriber, week = _find_subscriber(tx, signer, report)
        if subscriber is None:
            return ""
        bounce = Bounce(
            report=name,
            subscriber=subscriber.id,
            week=week,
            kind=report.kind,
            cause=report.cause.value,
            detail=report.detail,
        )
        return take_report(tx, subscriber, bounce, at)


def take_report(
    tx: Transaction, subscriber: Subscriber, bounce: Bounce, at: datetime, *, of: datetime | None = None
) -> str:
    """Writes a report about *subscriber* down and does what it means; returns what of `BounceCounts` it counts as.

    *of* is when it happened, where the report says so: what is older than their coming back ends nothing.
    """
    if not tx.bounces.add(bounce, at):
        return "known"
    if bounce.kind is BounceKind.HARD and bounce.week and _is_about_us(tx, subscriber, bounce.week, at):
        return "held"
    came_back = subscriber.confirmed_at
    stale = _is_stale(tx, subscriber, bounce.week) or bool(of and came_back and came_back > of)
    if not stale or (bounce.kind is BounceKind.UNSUBSCRIBE and of is None):
        _stop(tx, subscriber, bounce, at)
    return bounce.kind.value


def _is_about_us(tx: Transaction, subscriber: Subscriber, week: str, at: datetime) -> bool:
    """Whether most of an issue came back for good, or most of it that went to their domain: then nobody is dropped.

    A domain that is gone says the same of the next issue, and an address of which two say it is gone indeed.
    """
    domain = fold(subscriber.email).rpartition("@")[2]
    if tx.bounces.mostly_hard(week, SUSPICIOUS):
        _forgive(tx, tx.bounces.hard_bounced(week), at)
    elif tx.bounces.mostly_hard(week, SAME_DOMAIN, domain) and not tx.bounces.is_hard_again(subscriber.id, week):
        _forgive(tx, tx.bounces.hard_bounced(week, domain), at)
    else:
        return False
    return True


def _forgive(tx: Transaction, emails: Sequence[str], at: datetime) -> None:
    """Takes back what bounces have suppressed that are about us."""
    held = tx.suppressions.reasons(emails)
    theirs = (email for email in emails if held.get(email) is Reason.BOUNCE)
    tx.subscribers.lift(theirs, at, "most mails came back")


def _stop(tx: Transaction, subscriber: Subscriber, bounce: Bounce, at: datetime) -> None:
    reason = _REASONS.get(bounce.kind)
    if bounce.kind is BounceKind.SOFT:
        since = max(at - WINDOW, subscriber.confirmed_at or at - WINDOW)
        reason = Reason.BOUNCE if tx.bounces.soft_issues(subscriber.id, since) >= SOFT else None
    if reason is not None:
        tx.subscribers.stop(subscriber.email, reason, at, bounce.detail)


def _is_stale(tx: Transaction, subscriber: Subscriber, week: str) -> bool:
    """Whether the mail was of an issue that came out before the subscriber came back."""
    published = tx.issues.find_publication_time(week.partition("+")[0])
    return bool(published and subscriber.confirmed_at and subscriber.confirmed_at > published)


def _find_subscriber(tx: Transaction, signer: Signer, report: MailReport) -> tuple[Subscriber | None, str]:
    """Subscriber and week of a report, if it holds what only a mail of ours could have told its writer."""
    delivery = tx.deliveries.find(report.delivery) if report.proof else None
    if report.token and (number := signer.read_number(SUBSCRIBER, report.token)) is not None:
        return tx.subscribers.find_by_number(number), report.week
    if delivery is not None:
        ours = is_identity(signer, delivery.week, delivery.email, slice(16, 24), report.proof)
        return tx.subscribers.find_by_number(delivery.subscriber) if ours else None, delivery.week
    if report.identifier and report.recipient and (named := tx.subscribers.find(report.recipient)) is not None:
        ours = is_identity(signer, report.week, named.email, slice(16), report.identifier)
        return named if ours else None, report.week
    return None, ""


def _unrecognized(data: bytes, reason: str) -> Unrecognized:
    try:
        message = message_from_bytes(data[:20_000])
        sender, subject = header(message, "From"), header(message, "Subject")
    except Exception:  # noqa: BLE001 - what is made to break its reader is listed too
        sender = subject = ""
    return Unrecognized(sender=one_line(sender, 100), subject=one_line(subject, 100), reason=reason)
