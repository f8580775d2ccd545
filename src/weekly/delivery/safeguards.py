"""Safeguards: what looks like a mistake stops before the first mail, with the reason and the mend."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from weekly.delivery.send_counter import SendCounter, counter_of
from weekly.errors import Blocked
from weekly.models import Issue, Mailing, Notice
from weekly.store.mailings import Ledger
from weekly.workspace import Workspace

MISSED = timedelta(days=1)
"""A schedule that is over for longer is not caught up without being asked."""
_DOUBT = "the database was older than what was sent: it may have left"


def check(workspace: Workspace, issue: Issue, week: Mailing, scheduled: datetime | None = None) -> SendCounter:
    """Raises Blocked when the mail of *week*, *issue* or a notice about it, should not leave from here and now.

    Else notes that it begins, and returns what counts the mails beside the database.
    """
    _refuse_late(workspace, issue, week, scheduled)
    counter, domain, secret = counter_of(workspace), workspace.settings.newsletter.mailbox.domain, _secret(workspace)
    told = counter.read()
    with workspace.store.write() as tx:
        tx.lock("ledger")  # of two that send first, one names it
        known = tx.mailings.find_ledger()
        if known is None:
            known = Ledger(lineage=secrets.token_hex(16), secret=secret)
            tx.mailings.set_ledger(known)
        elif known.secret != secret and workspace.signer.succeeds(known.secret):
            known = replace(known, secret=secret)
            tx.mailings.set_ledger(known)
        counts = tx.mailings.send_counts()
    if known.secret != secret:
        raise Blocked(
            "the secret that signs links is not the one that earlier mails were signed with: restore .weekly/secret"
            " or WEEKLY_SECRET; if it is lost, accept the new one with 'weekly deliveries recover'"
        )
    if told is not None and told.is_ahead(known.lineage, counts):
        raise Blocked(
            f"mails have left that this database does not know of, as {counter.path} tells: it is older than they are,"
            " or another newsletter's: 'weekly deliveries recover' marks what may have been sent as uncertain"
        )
    counter.keep_up(told, known.lineage, counts)
    _begin(workspace, week, domain)
    return counter


def _begin(workspace: Workspace, week: Mailing, domain: str) -> None:
    with workspace.store.write() as tx:
        begun = tx.mailings.start(week, domain, workspace.now())
        if begun.domain != domain:
            raise Blocked(
                f"[newsletter] from: {week} began to leave from {begun.domain}, the settings say {domain} now:"
                f" put {begun.domain} back until it is delivered"
            )


def recover(workspace: Workspace) -> dict[str, int]:
    """Makes the ledger fit to send again; returns how many mails of which mailing became uncertain on the way.

    The secret that is in force becomes the one of its links. Where mails have left that it does not know of, every one
    that it has not decided may be among them, and is uncertain from now on.
    """
    counter, secret = counter_of(workspace), _secret(workspace)
    told = counter.read()
    with workspace.store.read() as tx:
        known, counts = tx.mailings.find_ledger(), tx.mailings.send_counts()
    lineage = known.lineage if known else secrets.token_hex(16)
    ahead = told is not None and told.is_ahead(lineage, counts)
    sent = told.counts if told else {}
    counts = {slot: max(counts.get(slot, 0), sent.get(slot, 0)) for slot in counts.keys() | sent.keys()}
    with workspace.store.write() as tx:
        tx.mailings.set_ledger(Ledger(lineage=lineage, secret=secret))
        tx.mailings.set_send_counts(counts)
        doubted = tx.deliveries.doubt(_DOUBT) if ahead else {}
    counter.reset(lineage, counts)
    return doubted


def _secret(workspace: Workspace) -> str:
    return workspace.signer.fingerprint


def _refuse_late(workspace: Workspace, issue: Issue, week: Mailing, scheduled: datetime | None) -> None:
    smtp = workspace.settings.smtp
    if scheduled is not None and workspace.now() - scheduled > MISSED:
        raise Blocked(
            f"{week} was to be delivered at {scheduled:%Y-%m-%d %H:%M %Z}, more than a day ago:"
            f" if it is still news, run 'weekly deliver --week {week}' by hand"
        )
    if smtp is not None and is_too_old(workspace, issue, week):
        at, by = _approval(workspace, issue, week)
        days = (workspace.now() - at).days
        raise Blocked(
            f"{week} was approved by {by} {days} days ago, and [smtp] max_age is"
            f" {smtp.max_age:g}: if it is still news, set WEEKLY_SMTP__MAX_AGE={days + 1} for this run"
        )


def is_too_old(workspace: Workspace, issue: Issue, week: Mailing) -> bool:
    """Whether `[smtp] max_age` forbids to send *week*, *issue* or a notice about it, by now."""
    smtp, (at, _) = workspace.settings.smtp, _approval(workspace, issue, week)
    return smtp is not None and workspace.now() - at > timedelta(days=smtp.max_age)


def _approval(workspace: Workspace, issue: Issue, week: Mailing) -> tuple[datetime, str]:
    """When it was approved and by whom: the issue, or the correction that a notice is about."""
    with workspace.store.read() as tx:
        erratum = tx.issues.find_erratum(week) if isinstance(week, Notice) else None
        approved_at = tx.issues.find_approval_time(week.week)
    if erratum is not None:
        return erratum.at, erratum.by or "somebody"
    return approved_at or issue.published_at, issue.approved_by
