"""Approval of a draft by editors, bound to the hash of its content."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from weekly.errors import Blocked, Conflict, NotApproved, StageError
from weekly.models import Card, Draft, Finding, Level, Week
from weekly.review import approval_hook
from weekly.review.findings import findings
from weekly.store.drafts import Approval, Revision
from weekly.store.transaction import Transaction
from weekly.workspace import Workspace

TRIES = 10
"""How often a change is worked out again because somebody else was quicker."""


def approve(
    workspace: Workspace,
    week: Week,
    by: str,
    overrides: Mapping[str, str] | None = None,
    *,
    due_at: datetime | None = None,
    expected: str = "",
    invited_by: str = "",
) -> Revision:
    """Binds the approval of *by* to the draft of *week* as it stands.

    *overrides* give a reason for each check whose findings may stand; reasons stay with the issue. Until *due_at* it
    is not published and can be withdrawn. *expected* is the hash that the person has seen. *invited_by* is the editor
    who let somebody approve who is none. Raises Blocked while another finding blocks, NotApproved when *by* is no
    editor, Conflict when the draft is not what was seen, StageError when there is no draft.
    """
    given = {check: reason.strip() for check, reason in (overrides or {}).items() if reason.strip()}
    for _ in range(TRIES):
        with workspace.store.read() as tx:
            revision = _approvable(tx, workspace, week, by, expected, invited_by)
        _check(workspace, week, revision.draft, given)  # renders: outside of the transaction that writes
        now, present = workspace.now(), workspace.clock()
        with workspace.store.write() as tx:
            tx.lock(f"draft {week}")
            if _approvable(tx, workspace, week, by, expected, invited_by).hash == revision.hash:
                told = {"revision": revision.number, "hash": revision.hash, "overrides": given}
                told |= {"invited_by": invited_by, "due_at": due_at.isoformat() if due_at else ""}
                tx.drafts.approve(revision, by, now, given, due_at)
                tx.reviews.record(week, by, "approved", present, data=told)
                break
    else:
        raise Conflict(f"{week} is edited all the time: look at it again when it is quiet, then approve")
    approval_hook.call(workspace, revision, due_at)
    return revision


def _approvable(tx: Transaction, workspace: Workspace, week: Week, by: str, expected: str, invited_by: str) -> Revision:
    """The newest revision, if *by* may approve it; raises as `approve` does."""
    revision = unpublished_draft(tx, week)
    require_editor(workspace, by, invited_by)
    if expected and expected != revision.hash:
        raise Conflict(f"{week} has been edited since you looked: look at v{revision.number}, then approve again")
    needed = workspace.settings.review.approvals
    if needed > 1 and folded(invited_by or by) in voices(tx, workspace, week):
        whose = f"{invited_by}, for whom {by} would approve," if invited_by else by
        raise NotApproved(f"{whose} has approved this already: {needed} different people have to")
    return revision


def voices(tx: Transaction, workspace: Workspace, week: Week) -> dict[str, Approval]:
    """The standing approvals by the person for whom each counts, the first one first.

    A guest's counts for the editor who made the link; one of somebody who is no editor any more counts for nobody.
    """
    makers = {
        one.by: one.data.get("invited_by") or one.by for one in tx.reviews.since(week, 0) if one.action == "approved"
    }
    editors = {folded(name) for name in workspace.settings.review.editors}
    persons: dict[str, Approval] = {}
    for approval in reversed(tx.drafts.approvals(week)):
        person = folded(makers.get(approval.by, approval.by))
        if not editors or person in editors:
            persons.setdefault(person, approval)
    return persons


def folded(name: str) -> str:
    """*name* as it is compared: neither case nor the way in which it is written makes two people."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def unpublished_draft(tx: Transaction, week: Week) -> Revision:
    """The week's draft, if it can still be changed; raises StageError when there is none or it is published."""
    revision = find_current_revision(tx, week)
    if tx.issues.has(week):
        raise StageError(f"{week} is published already: what is published does not change")
    return revision


def require_editor(workspace: Workspace, by: str, invited_by: str = "") -> None:
    """Raises NotApproved when *by* is no editor, nor *invited_by*, who let them in."""
    editors = workspace.settings.review.editors
    if not by.strip() or (editors and (invited_by or by) not in editors):
        raise NotApproved(
            f"{by or 'nobody'!r} may not approve: editors are {', '.join(editors) or 'people with a name'}"
        )


def _check(workspace: Workspace, week: Week, draft: Draft, given: Mapping[str, str]) -> None:
    blocking = blocking_findings(workspace, week, draft, given)
    if standing := [finding for finding in blocking if finding.check not in given]:
        raise Blocked(f"{_count(standing)} in the way of {week}: {standing[0].check}: {standing[0].message}")


def blocking_findings(workspace: Workspace, week: Week, draft: Draft, checks: Collection[str]) -> list[Finding]:
    """The findings about *draft* that block; raises Blocked when one of *checks* has none."""
    blocking = [finding for finding in findings(workspace, draft) if finding.level is Level.BLOCK]
    if idle := set(checks) - {finding.check for finding in blocking}:
        raise Blocked(f"nothing to override for {', '.join(sorted(idle))}: see 'weekly check --week {week}'")
    return blocking


def joint_approval(tx: Transaction, workspace: Workspace, week: Week) -> Approval:
    """The approval that all that stand make together.

    Raises NotApproved, with what is missing, while they are too few or one of them still waits.
    """
    persons = voices(tx, workspace, week)
    names = ", ".join(approval.by for approval in persons.values())
    needed = workspace.settings.review.approvals
    if not persons:
        raise NotApproved(
            f"{week} is not approved as it stands: review it, then 'weekly approve --week {week} --by NAME'"
        )
    if len(persons) < needed:
        editors = {folded(name) for name in workspace.settings.review.editors}
        short = f", and [review] editors names {len(editors)}: add one" if 0 < len(editors) < needed else ""
        raise NotApproved(f"{week} is approved by {names}: {needed} people have to approve it{short}")
    due = max((approval.due_at for approval in persons.values() if approval.due_at), default=None)
    if due is not None and due > workspace.clock():
        local = due.astimezone(workspace.settings.newsletter.zone)
        raise NotApproved(
            f"{week} is approved and waits until {local:%Y-%m-%d %H:%M %Z}: until then it can be withdrawn"
        )
    reasons = {check: reason for approval in persons.values() for check, reason in approval.overrides.items()}
    return replace([*persons.values()][-1], by=names, overrides=reasons)


def withdraw(workspace: Workspace, week: Week, by: str) -> int:
    """Takes back every approval of *week*; raises StageError when it is published or there is none."""
    with workspace.store.write() as tx:
        tx.lock(f"draft {week}")
        if tx.issues.has(week):
            raise StageError(f"{week} is published already: it cannot be withdrawn")
        count = tx.drafts.withdraw(week, by, workspace.clock())
        if not count:
            raise StageError(f"{week} has no approval to withdraw")
        tx.reviews.record(week, by, "withdrawn", workspace.clock())
    return count


def current_revision(workspace: Workspace, week: Week) -> Revision:
    """The week's draft; raises StageError when there is none."""
    with workspace.store.read() as tx:
        return find_current_revision(tx, week)


def find_current_revision(tx: Transaction, week: Week) -> Revision:
    """As `current_revision`, within a transaction."""
    revision = tx.drafts.find(week)
    if revision is None:
        raise StageError(f"{week} has no draft: run 'weekly run --week {week}' first")
    return revision


def find_card(revision: Revision, identifier: str) -> Card:
    """The card of that id in the draft; raises StageError when there is none."""
    card = next((card for card in revision.draft.cards if card.id == identifier), None)
    if card is None:
        raise StageError(f"the draft of {revision.week} has no card {identifier[:80]!r}: accept the candidate first")
    return card


def _count(standing: list[Finding]) -> str:
    return "a finding stands" if len(standing) == 1 else f"{len(standing)} findings stand"
