"""What is due of a newsletter, as its store tells: the one place where the flows ask it.

A run that comes late, twice, or after weeks of silence finds here what is left for it to do.
"""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime

from weekly.models import Mailing, Week
from weekly.schedule import previous
from weekly.stages.collect import WHOLE
from weekly.stages.fences import too_old
from weekly.workspace import Workspace

RECENT = 5
"""Weeks whose drafts and mails are looked at: an editor may approve last month's issue today."""
KNOWN = 8
"""Weeks back in which a draft says that the newsletter is not new."""
FRESH = 600.0
"""Seconds in which a week that was read whole brings nothing new: a second start within them is a mistake."""


def is_prepared(workspace: Workspace, week: Week, since: float) -> bool:
    """Whether *week* was prepared after *since*, or so shortly before that nothing can be new.

    *since* is in seconds since the epoch.
    """
    store = workspace.store
    if store.drafts.current(week) is None:
        return False
    whole = all(source.verdict in WHOLE for source in store.collecting.health(week))
    just_now = whole and time.time() - store.marks.at(_prepared_so(workspace, week)) < FRESH
    return just_now or store.marks.at(_prepared(week)) >= since


def note_prepared(workspace: Workspace, week: Week) -> None:
    """Notes that the preparation of *week* has ended."""
    workspace.store.marks.set(_prepared(week))
    workspace.store.marks.set(_prepared_so(workspace, week))


def _prepared(week: Week) -> str:
    return f"prepared {week}"


def _prepared_so(workspace: Workspace, week: Week) -> str:
    """A mark that other settings do not have: whoever changed them may prepare again at once."""
    settings = workspace.settings.model_dump_json().encode()
    return f"prepared {week} {hashlib.sha256(settings).hexdigest()[:16]}"


def missed_week(workspace: Workspace) -> Week | None:
    """The last week that is over, if its preparation was due and did not happen; None for a new newsletter.

    Older weeks have no issue of their own any more: what they brought is collected with the next one.
    """
    settings, week = workspace.settings, workspace.this_week
    due = previous(settings.schedule.prepare, datetime.now(UTC).astimezone(settings.newsletter.zone))
    done = workspace.store.marks.at(_prepared(week))
    if due is None or done >= due.timestamp():
        return None
    known = any(workspace.store.drafts.current(week.shift(-back)) for back in range(1, KNOWN))
    return week if known or done else None


def weeks_to_publish(workspace: Workspace, newest: Week) -> list[Week]:
    """The weeks with something to publish, the oldest first, *newest* always among them.

    That is an approval that holds, or an issue that a killed run left unfinished.
    """
    earlier = [week for week in _recent(newest) if week != newest]
    return [*(week for week in earlier if _is_publishable(workspace, week)), newest]


def _is_publishable(workspace: Workspace, week: Week) -> bool:
    issue = workspace.store.issues.find(week)
    return not issue.files if issue else workspace.store.drafts.approval(week) is not None


def mailings_to_send(workspace: Workspace, newest: Week) -> list[Mailing]:
    """The issues with mails to send now, the oldest first, each before the notices about it.

    What a mailbox refused on Sunday is due on Monday. A notice has readers once `weekly correct --notify` gave it some.
    """
    mailings: list[Mailing] = []
    for week in _recent(newest):
        mailings += [week, *(erratum.notice for erratum in workspace.store.errata.of(week))]
    return [mailing for mailing in mailings if _is_sendable(workspace, mailing) and has_mails(workspace, mailing)]


def _is_sendable(workspace: Workspace, mailing: Mailing) -> bool:
    """Whether it is published, and not so long ago that `[smtp] max_age` forbids to send it."""
    issue = workspace.store.issues.find(mailing.week)
    return issue is not None and not too_old(workspace, issue, mailing)


def has_mails(workspace: Workspace, mailing: Mailing) -> bool:
    """Whether a mail may be tried now, or some sender, perhaps a dead one, has the last ones in hand."""
    if not workspace.store.deliveries.counts(mailing)["pending"]:
        return False
    due = workspace.store.deliveries.next_due(mailing)
    return due is None or due <= datetime.now(UTC)


def _recent(newest: Week) -> list[Week]:
    return [newest.shift(-back) for back in range(RECENT - 1, -1, -1)]
