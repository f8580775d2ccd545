"""What a schedule has missed while nobody was there to keep it."""

from __future__ import annotations

from flows.prepare_issue import mark
from weekly.models import Week
from weekly.schedule import previous
from weekly.workspace import Workspace

KNOWN = 8
"""Weeks back in which a draft says that the newsletter is not new."""


def missed(workspace: Workspace) -> Week | None:
    """The last week that is over, if its preparation was due and did not happen; None for a new newsletter.

    Older weeks have no issue of their own any more: what they brought is collected with the next one.
    """
    settings, week = workspace.settings, workspace.this_week
    due = previous(settings.schedule.prepare, workspace.clock().astimezone(settings.newsletter.zone))
    with workspace.store.read() as tx:
        done = tx.marks.find(mark(week))
        known = any(tx.drafts.find(week.shift(-back)) for back in range(1, KNOWN))
    if due is None or (done is not None and done >= due):
        return None
    return week if known or done is not None else None
