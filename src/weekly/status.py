"""Where the newsletter stands: its last weeks, what runs when, and what waits for whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from weekly.due import LOOKED, RECENT
from weekly.models import Week
from weekly.review.approve import voices
from weekly.schedule import PlannedRun, planned_runs
from weekly.store.transaction import Transaction
from weekly.workspace import Workspace

EDITORS, OWNER, TICK = "editors", "owner", "weekly tick"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekStatus:
    """One week."""

    week: str
    state: str
    """nothing, collected, drafted, approved, published or delivered."""
    cards: int = 0
    number: int | None = None
    approved_by: str = ""
    counts: dict[str, int] | None = None
    """Of its deliveries, once it is published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingWork:
    """What is not done, who has to do it, and how."""

    week: str
    who: str
    what: str
    mend: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsletterStatus:
    """All of it."""

    weeks: tuple[WeekStatus, ...]
    """The newest first."""
    due: tuple[PlannedRun, ...]
    waiting: tuple[WaitingWork, ...]
    ticked_at: datetime | None
    """When `weekly tick` last looked what is due."""


def status(workspace: Workspace) -> NewsletterStatus:
    """The last weeks, what runs when, and what waits for whom; nothing is changed."""
    newest = workspace.this_week
    with workspace.store.read() as tx:
        weeks = tuple(_week(tx, workspace, newest.shift(-back)) for back in range(RECENT))
        waiting = tuple(one for week in weeks for one in _waiting(tx, workspace, week))
        ticked = tx.marks.find(LOOKED)
    due = tuple(planned_runs(workspace.settings, workspace.clock()))
    return NewsletterStatus(weeks=weeks, due=due, waiting=waiting, ticked_at=ticked)


def _week(tx: Transaction, workspace: Workspace, week: Week) -> WeekStatus:
    if issue := tx.issues.find(week):
        counts, name = tx.deliveries.counts(week), issue.approved_by
        state = "published" if counts["pending"] or counts["uncertain"] else "delivered"
        cards = len(issue.draft.cards)
        return WeekStatus(
            week=str(week), state=state, cards=cards, number=issue.number, approved_by=name, counts=counts
        )
    if revision := tx.drafts.find(week):
        approvals = voices(tx, workspace, week).values()
        names = ", ".join(approval.by for approval in approvals)
        whole = len(approvals) >= workspace.settings.review.approvals
        state = "approved" if whole else "drafted"
        return WeekStatus(week=str(week), state=state, cards=len(revision.draft.cards), approved_by=names)
    return WeekStatus(week=str(week), state="collected" if tx.entries.count(week) else "nothing")


def _waiting(tx: Transaction, workspace: Workspace, week: WeekStatus) -> Iterator[WaitingWork]:
    if week.state == "drafted":
        needed = workspace.settings.review.approvals
        what = f"a draft of {week.cards} cards to review"
        if week.approved_by:
            what = f"approved by {week.approved_by}; {needed} people have to"
        yield WaitingWork(week=week.week, who=EDITORS, what=what, mend="weekly review")
    if week.state == "approved":
        due = max((one.due_at for one in tx.drafts.approvals(Week.parse(week.week)) if one.due_at), default=None)
        at = f", from {due.astimezone(workspace.settings.newsletter.zone):%Y-%m-%d %H:%M} on" if due else ""
        mend = f"weekly publish --week {week.week}"
        yield WaitingWork(week=week.week, who=TICK, what=f"approved, to be published{at}", mend=mend)
    counts = week.counts or {}
    if pending := counts.get("pending", 0):
        mend = f"weekly deliver --week {week.week}"
        yield WaitingWork(week=week.week, who=TICK, what=f"{pending} mails to send", mend=mend)
    if uncertain := counts.get("uncertain", 0):
        mend = f"weekly deliveries resolve --week {week.week}"
        what = f"{uncertain} mails of which nobody knows whether they arrived"
        yield WaitingWork(week=week.week, who=OWNER, what=what, mend=mend)
