"""What is due of a newsletter, as its schedule and its store tell: the one place where `weekly tick` and the flows ask.

A run that comes late, twice, or after weeks of silence finds here what is left for it to do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from weekly.delivery.safeguards import is_too_old
from weekly.errors import NotApproved
from weekly.models import Mailing, Week
from weekly.review.approve import joint_approval
from weekly.schedule import PARTS, lines, previous
from weekly.stages.collect import WHOLE
from weekly.store.transaction import Transaction
from weekly.workspace import Workspace

RECENT = 5
"""Weeks whose drafts and mails are looked at: an editor may approve last month's issue today."""
KNOWN = 8
"""Weeks back in which a draft says that the newsletter is not new."""
DAY = timedelta(days=1)
WATCHED = "watched"
"""The mark of the first look at what is due."""
LOOKED = "looked"
"""The mark of the last look at what is due."""
FRESH = 600.0
"""Seconds in which a week that was read whole brings nothing new: a second start within them is a mistake."""


def is_prepared(workspace: Workspace, week: Week, since: float) -> bool:
    """Whether *week* was prepared after *since*, or so shortly before that nothing can be new.

    *since* is in seconds since the epoch.
    """
    with workspace.store.read() as tx:
        number, _ = tx.drafts.tip(week)
        whole = all(source.verdict in WHOLE for source in tx.source_runs.health(week))
        alike, prepared = (tx.marks.find(name) for name in (_prepared_so(workspace, week), _prepared_mark(week)))
    if not number:
        return False
    just_now = whole and alike is not None and (workspace.clock() - alike).total_seconds() < FRESH
    return just_now or (prepared is not None and prepared.timestamp() >= since)


def note_prepared(workspace: Workspace, week: Week) -> None:
    """Notes that the preparation of *week* has ended."""
    now = workspace.clock()
    with workspace.store.write() as tx:
        tx.marks.set(_prepared_mark(week), now)
        tx.marks.set(_prepared_so(workspace, week), now)


def _prepared_mark(week: Week) -> str:
    return f"prepared {week}"


def _prepared_so(workspace: Workspace, week: Week) -> str:
    """A mark that other settings do not have: whoever changed them may prepare again at once."""
    settings = workspace.settings.model_dump_json().encode()
    return f"prepared {week} {hashlib.sha256(settings).hexdigest()[:16]}"


def week_to_prepare(workspace: Workspace) -> Week | None:
    """The last week that is over, if its preparation was due and did not happen.

    None too for an issue that is approved or published already, and for a newsletter so new that nobody waited for it
    when it was due. Older weeks have no issue of their own any more: what they brought is collected with the next one.
    """
    settings, week = workspace.settings, workspace.this_week
    due = previous(settings.schedule.prepare, workspace.clock().astimezone(settings.newsletter.zone))
    if due is None:
        return None
    with workspace.store.read() as tx:
        done, watched = tx.marks.find(_prepared_mark(week)), tx.marks.find(WATCHED)
        decided = tx.issues.has(week) or bool(tx.drafts.approvals(week))
        known = any(tx.drafts.tip(week.shift(-back))[0] for back in range(1, KNOWN))
    if decided or (done is not None and done >= due):
        return None
    return week if known or done is not None or (watched is not None and watched <= due) else None


def watch(workspace: Workspace) -> None:
    """Notes that somebody looks after this newsletter from now on, and that they have looked now."""
    now = workspace.clock()
    with workspace.store.write() as tx:
        tx.marks.set(LOOKED, now)
        if tx.marks.find(WATCHED) is None:
            tx.marks.set(WATCHED, now)


def parts(workspace: Workspace) -> list[str]:
    """The parts of `[schedule]` that have had a moment since `note_done`, in the order of the work.

    What has never been done is due at once; what there is to prepare says `week_to_prepare`.
    """
    now, schedule = workspace.clock(), lines(workspace.settings)
    moments = {part: previous(schedule[part], now.astimezone(workspace.settings.newsletter.zone)) for part in PARTS}
    with workspace.store.read() as tx:
        done = {part: tx.marks.find(_done(part)) for part in PARTS}
    return [part for part, moment in moments.items() if moment and not _covers(done[part], moment, now)]


def _covers(done: datetime | None, moment: datetime, now: datetime) -> bool:
    """Whether what was *done* then makes *moment* nothing new; a time to come was noted by a clock that went wrong."""
    return done is not None and moment <= done <= now


def note_done(workspace: Workspace, part: str, moment: datetime) -> None:
    """Notes that *part* was done by whoever looked at *moment*."""
    with workspace.store.write() as tx:
        tx.marks.set(_done(part), moment)


def is_repeated(workspace: Workspace, error: str) -> bool:
    """Whether *error* was noted in the last 24 hours; else it is noted now."""
    now, name = workspace.clock(), f"error {hashlib.sha256(error.encode()).hexdigest()[:16]}"
    with workspace.store.write() as tx:
        noted = tx.marks.find(name)
        if noted is not None and now - DAY < noted <= now:
            return True
        tx.marks.set(name, now)
    return False


def _done(part: str) -> str:
    return f"done {part}"


def weeks_to_publish(workspace: Workspace, newest: Week) -> list[Week]:
    """The weeks up to *newest* with something to publish now, the oldest first.

    That is an approval that holds and whose moment has come, or an issue that a killed run left unfinished.
    """
    weeks = _recent_weeks(newest)
    with workspace.store.read() as tx:
        whole, approved = tx.issues.completeness(weeks), tx.drafts.approved_weeks(weeks)
        return [
            week
            for week in weeks
            if (not whole[week] if week in whole else week in approved and _is_publishable(tx, workspace, week))
        ]


def _is_publishable(tx: Transaction, workspace: Workspace, week: Week) -> bool:
    try:
        joint_approval(tx, workspace, week)
    except NotApproved:
        return False
    return True


def mailings_to_send(workspace: Workspace, newest: Week) -> list[Mailing]:
    """The issues with mails to send now, the oldest first, each before the notices about it.

    What a mailbox refused on Sunday is due on Monday. A notice has readers once `weekly correct --notify` gave it some.
    An issue that a killed run left unfinished waits for the next publication: its mails lead to pages of the archive.
    """
    with workspace.store.read() as tx:
        waiting = _with_mails(tx, workspace, tx.issues.mailings(_recent_weeks(newest)))
        issues = {mailing.week: tx.issues.find(mailing.week) for mailing in waiting}
    return [
        mailing
        for mailing in waiting
        if (issue := issues[mailing.week]) and issue.files and not is_too_old(workspace, issue, mailing)
    ]


def has_mails(workspace: Workspace, mailing: Mailing) -> bool:
    """Whether a mail may be tried now, or some sender, perhaps a dead one, has the last ones in hand."""
    with workspace.store.read() as tx:
        return bool(_with_mails(tx, workspace, [mailing]))


def _with_mails(tx: Transaction, workspace: Workspace, mailings: Sequence[Mailing]) -> list[Mailing]:
    due, in_hand, now = tx.deliveries.next_dues(mailings), tx.deliveries.in_hand(), workspace.clock()
    return [mailing for mailing in mailings if (due[mailing] <= now if mailing in due else str(mailing) in in_hand)]


def _recent_weeks(newest: Week) -> list[Week]:
    return [newest.shift(-back) for back in range(RECENT - 1, -1, -1)]


def is_published(workspace: Workspace, mailing: Mailing) -> bool:
    """Whether there is an issue that *mailing* is, or is about."""
    with workspace.store.read() as tx:
        return tx.issues.has(mailing.week)


def counts(workspace: Workspace, mailing: Mailing) -> dict[str, int]:
    """How many deliveries of *mailing* stand where."""
    with workspace.store.read() as tx:
        return tx.deliveries.counts(mailing)
