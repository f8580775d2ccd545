"""Safeguards: what looks like a mistake stops before the first mail, with the reason and the mend."""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta
from pathlib import Path

from weekly.errors import Blocked
from weekly.models import Issue, Mailing, Notice
from weekly.store.mailings import SendingHost
from weekly.workspace import Workspace

MISSED = timedelta(days=1)
"""A schedule that is over for longer is not caught up without being asked."""
_MACHINE = Path("/etc/machine-id")


def sending_host(workspace: Workspace) -> SendingHost:
    """This machine, or what WEEKLY_HOST calls it, and the secret that is in force."""
    name = os.environ.get("WEEKLY_HOST", "").strip()
    if not name:
        try:
            machine = _MACHINE.read_text(encoding="ascii", errors="replace").strip()[:32]
        except OSError:
            machine = ""
        name = f"{socket.gethostname()} {machine}".strip()
    return SendingHost(host=name[:200], secret=workspace.signer.fingerprint)


def check(workspace: Workspace, issue: Issue, week: Mailing, scheduled: datetime | None = None) -> None:
    """Raises Blocked when the mail of *week*, *issue* or a notice about it, should not leave from here and now.

    Else notes that it begins.
    """
    now = workspace.now()
    _refuse_late(workspace, issue, week, scheduled)
    domain, here = workspace.settings.newsletter.mailbox.domain, sending_host(workspace)
    with workspace.store.write() as tx:
        if (known := tx.mailings.find_host()) is None:
            tx.mailings.set_host(here, now)
        elif known.secret != here.secret:
            raise Blocked(
                "the secret that signs links is not the one that earlier mails were signed with: restore .weekly/secret"
                " or WEEKLY_SECRET; if it is lost, accept the new one with 'weekly deliveries adopt'"
            )
        elif known.host != here.host and not _is_shared(workspace):
            raise Blocked(
                f"this database sent from {_short(known.host)}, this is {_short(here.host)}: a copy must not"
                " send again; if it moved here for good, 'weekly deliveries adopt'"
            )
        begun = tx.mailings.find_start(week)
        if begun is None:
            tx.mailings.start(week, domain, now)
        elif begun.domain != domain:
            raise Blocked(
                f"[newsletter] from: {week} began to leave from {begun.domain}, the settings say {domain} now:"
                f" put {begun.domain} back until it is delivered"
            )


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


def adopt_host(workspace: Workspace) -> SendingHost:
    """From now on this machine sends, with the secret that it has."""
    here = sending_host(workspace)
    with workspace.store.write() as tx:
        tx.mailings.set_host(here, workspace.now())
    return here


def _is_shared(workspace: Workspace) -> bool:
    """Whether several machines may have the database open: a server's, not a file."""
    return not workspace.settings.database.url.startswith("sqlite")


def _short(host: str) -> str:
    name, _, machine = host.partition(" ")
    return f"{name} ({machine[:8]})" if machine else name
