"""The way in: every week with its state, what needs somebody first at a glance."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from weekly.models import Status, Week
from weekly.review.approve import voices
from weekly.store.transaction import Transaction
from weekly.web.review.catalogue import Catalogue, catalogue
from weekly.web.review.languages import language_of
from weekly.web.review.site import ReviewSite
from weekly.web.review.visit import path
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


def weeks(site: ReviewSite, editor: str) -> Response:
    """The weeks, newest first."""
    language = language_of(site.workspace, editor)
    strings = catalogue(language)
    with site.workspace.store.read() as tx:
        known = [Week.parse(week) for week in reversed(tx.candidates.weeks()[-MOST:])]
        rows = [_row(tx, site.workspace, week, strings) for week in known]
    this_week = path(site.workspace.this_week)
    return site.page("weeks.html.j2", language=language, rows=rows, editor=editor, this_week=this_week)


def _row(tx: Transaction, workspace: Workspace, week: Week, strings: Catalogue) -> WeekRow:
    state, waits = _state(tx, workspace, week, strings)
    return WeekRow(week=str(week), path=path(week), state=state, waits=waits)


def _state(tx: Transaction, workspace: Workspace, week: Week, strings: Catalogue) -> tuple[str, bool]:
    say = strings.say
    if issue := tx.issues.find(week):
        counts = tx.deliveries.counts(week)
        if not counts["audience"]:
            return say("published as No. {number}", number=issue.number), False
        percent = 100 * counts["sent"] // counts["audience"]
        return say("published as No. {number}, delivered {percent} %", number=issue.number, percent=percent), False
    if not tx.drafts.tip(week)[0]:
        return say("collected, without a draft"), False
    approvals, needed = voices(tx, workspace, week).values(), workspace.settings.review.approvals
    names = ", ".join(approval.by for approval in approvals)
    if len(approvals) >= needed:
        due = max((approval.due_at for approval in approvals if approval.due_at), default=None)
        if due is None:
            return say("approved by {names}", names=names), False
        moment = f"{due.astimezone(workspace.settings.newsletter.zone):%Y-%m-%d %H:%M %Z}"
        return say("approved by {names} for {moment}", names=names, moment=moment), False
    candidates = tx.candidates.counts(week)
    decided = candidates.total() - candidates[Status.PENDING]
    state = say("to review, {decided} of {all} decided", decided=decided, all=candidates.total())
    if names:
        state += say(", approved by {names}: {needed} people have to", names=names, needed=needed)
    return state, True
