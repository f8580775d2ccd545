"""Why findings that block may stand, said before somebody approves: of the draft as it stood, and of no other."""

from __future__ import annotations

from weekly.models import Week
from weekly.review.approve import blocking_findings, require_editor, unpublished_draft
from weekly.store.drafts import Revision
from weekly.store.transaction import Transaction
from weekly.workspace import Workspace

OVERRIDDEN = "overridden"
"""The action of the log's entry."""


def override(workspace: Workspace, week: Week, check: str, reason: str, by: str) -> None:
    """Writes down that *by* lets the findings of *check* about the draft of *week* stand, and why.

    Whoever approves this very draft gives that reason to `weekly.review.approve.approve`; an edit voids it. Raises
    Blocked where nothing of *check* blocks, NotApproved when *by* is no editor, StageError when there is no draft or it
    is published.
    """
    with workspace.store.read() as tx:
        revision = unpublished_draft(tx, week)
    require_editor(workspace, by)
    blocking_findings(workspace, week, revision.draft, {check})
    told = {"check": check, "reason": reason, "revision": revision.number, "hash": revision.hash}
    with workspace.store.write() as tx:
        tx.reviews.record(week, by, OVERRIDDEN, workspace.clock(), data=told)


def overrides(tx: Transaction, revision: Revision) -> dict[str, str]:
    """The reason for each check whose findings about *revision* may stand, with who gave it; the last one counts."""
    return {
        entry.data["check"]: f"{entry.data['reason']} ({entry.by})"
        for entry in tx.reviews.since(Week.parse(revision.week), 0)
        if entry.action == OVERRIDDEN and entry.data["hash"] == revision.hash
    }
