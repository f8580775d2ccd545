"""The way in: every week with its state, what needs somebody first at a glance."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from weekly.models import Status, Week
from weekly.review.approve import voices
from weekly.store.transaction import Transaction
from weekly.web.review.site import ReviewSite
from weekly.web.review.visit import path, refuse
from weekly.workspace import Workspace

MOST = 60
"""Weeks that are listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekRow:
    """One week of the list."""

    week: str
    path: str
    state: str
    waits: bool
    """Whether somebody has to do something before it can go out."""


async def weeks(request: Request) -> Response:
    """The weeks, newest first."""
    return await run_in_threadpool(_weeks, request)


def _weeks(request: Request) -> Response:
    site: ReviewSite = request.app.state.site
    editor = site.who(request)
    if not editor:
        return refuse(site, request, 401, "Sign in to see the weeks.")
    with site.workspace.store.read() as tx:
        known = [Week.parse(week) for week in reversed(tx.candidates.weeks()[-MOST:])]
        rows = [_row(tx, site.workspace, week) for week in known]
    this_week = path(site.workspace.this_week)
    return site.page("weeks.html.j2", rows=rows, editor=editor, this_week=this_week)


def _row(tx: Transaction, workspace: Workspace, week: Week) -> WeekRow:
    state, waits = _state(tx, workspace, week)
    return WeekRow(week=str(week), path=path(week), state=state, waits=waits)


def _state(tx: Transaction, workspace: Workspace, week: Week) -> tuple[str, bool]:
    if issue := tx.issues.find(week):
        counts = tx.deliveries.counts(week)
        sent = f", delivered {100 * counts['sent'] // counts['audience']} %" if counts["audience"] else ""
        return f"published as No. {issue.number}{sent}", False
    if not tx.drafts.tip(week)[0]:
        return "collected, without a draft", False
    approvals, needed = voices(tx, workspace, week).values(), workspace.settings.review.approvals
    names = ", ".join(approval.by for approval in approvals)
    if len(approvals) >= needed:
        due = max((approval.due_at for approval in approvals if approval.due_at), default=None)
        zone = workspace.settings.newsletter.zone
        return f"approved by {names}{f' for {due.astimezone(zone):%Y-%m-%d %H:%M %Z}' if due else ''}", False
    statuses = tx.candidates.statuses(week).values()
    decided = sum(status is not Status.PENDING for status in statuses)
    approved = f", approved by {names}: {needed} people have to" if names else ""
    return f"to review, {decided} of {len(statuses)} decided{approved}", True
