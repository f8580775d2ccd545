"""Approving: people say yes to exactly this content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from weekly import checks
from weekly.checks.mail import mail_findings
from weekly.errors import Blocked, Conflict, NotApproved, StageError
from weekly.models import Draft, Finding, Level, Mail, Week
from weekly.stages import approval_hook
from weekly.stages.earlier import repeated
from weekly.stages.links import dead
from weekly.stages.preview import mail
from weekly.store.drafts import Approval, Revision
from weekly.workspace import Workspace


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
    current(workspace, week)
    store = workspace.store
    given = {check: reason.strip() for check, reason in (overrides or {}).items() if reason.strip()}
    with store.database.write() as connection:
        store.database.hold(connection, f"draft {week}")
        revision = store.drafts.newest(connection, week)
        assert revision is not None
        if store.issues.get(connection, week) is not None:
            raise StageError(f"{week} is published already: what is published does not change")
        _may(workspace, by, invited_by)
        if expected and expected != revision.hash:
            raise Conflict(f"{week} has been edited since you looked: look at v{revision.number}, then approve again")
        needed = workspace.settings.review.approvals
        if needed > 1 and by in {one.by for one in store.drafts.approvals_of(connection, revision)}:
            raise NotApproved(f"{by} has approved this already: {needed} different people have to")
        _unblocked(workspace, week, revision.draft, given)
        now = workspace.now()
        store.drafts.approve(connection, revision, by, now, given, due_at)
        told = {"revision": revision.number, "hash": revision.hash, "overrides": given, "invited_by": invited_by}
        told["due_at"] = due_at.isoformat() if due_at else ""
        store.review_log.add(connection, week, by, "approved", datetime.now(UTC), data=told)
    approval_hook.call(workspace, revision, due_at)
    return revision


def _may(workspace: Workspace, by: str, invited_by: str) -> None:
    editors = workspace.settings.review.editors
    if not by.strip() or (editors and by not in editors and not invited_by):
        raise NotApproved(
            f"{by or 'nobody'!r} may not approve: editors are {', '.join(editors) or 'people with a name'}"
        )


def _unblocked(workspace: Workspace, week: Week, draft: Draft, given: Mapping[str, str]) -> None:
    blocking = [one for one in findings(workspace, draft) if one.level is Level.BLOCK]
    if idle := given.keys() - {one.check for one in blocking}:
        raise Blocked(f"nothing to override for {', '.join(sorted(idle))}: see 'weekly check --week {week}'")
    if standing := [one for one in blocking if one.check not in given]:
        raise Blocked(f"{_count(standing)} in the way of {week}: {standing[0].check}: {standing[0].message}")


def findings(workspace: Workspace, draft: Draft, rendered: Mail | None = None) -> list[Finding]:
    """What the checks say about *draft* and the mail made of it, what blocks first."""
    shown = rendered or mail(workspace, draft)
    found = [*checks.findings(draft), *mail_findings(shown, workspace.settings.newsletter)]
    found += [*dead(workspace, draft), *repeated(workspace, draft)]
    return sorted(found, key=lambda finding: (finding.level, finding.check, finding.card))


def granted(workspace: Workspace, week: Week, standing: Sequence[Approval]) -> Approval:
    """The approval that *standing*, newest first, make together.

    Raises NotApproved, with what is missing, while they are too few or one of them still waits.
    """
    persons = {one.by: one for one in reversed(standing)}
    needed = workspace.settings.review.approvals
    if not persons:
        raise NotApproved(
            f"{week} is not approved as it stands: review it, then 'weekly approve --week {week} --by NAME'"
        )
    if len(persons) < needed:
        raise NotApproved(f"{week} is approved by {', '.join(persons)}: {needed} people have to approve it")
    due = max((one.due_at for one in persons.values() if one.due_at), default=None)
    if due is not None and due > datetime.now(UTC):
        local = due.astimezone(workspace.settings.newsletter.zone)
        raise NotApproved(
            f"{week} is approved and waits until {local:%Y-%m-%d %H:%M %Z}: until then it can be withdrawn"
        )
    reasons = {check: reason for one in persons.values() for check, reason in one.overrides.items()}
    return replace(standing[0], by=", ".join(persons), overrides=reasons)


def withdraw(workspace: Workspace, week: Week, by: str) -> int:
    """Takes back every approval of *week*; raises StageError when it is published or there is none."""
    store = workspace.store
    with store.database.write() as connection:
        store.database.hold(connection, f"draft {week}")
        if store.issues.get(connection, week) is not None:
            raise StageError(f"{week} is published already: it cannot be withdrawn")
        count = store.drafts.withdraw(connection, week, by, datetime.now(UTC))
        if not count:
            raise StageError(f"{week} has no approval to withdraw")
        store.review_log.add(connection, week, by, "withdrawn", datetime.now(UTC))
    return count


def current(workspace: Workspace, week: Week) -> Revision:
    """The week's draft; raises StageError when there is none."""
    revision = workspace.store.drafts.current(week)
    if revision is None:
        raise StageError(f"{week} has no draft: run 'weekly run --week {week}' first")
    return revision


def _count(standing: list[Finding]) -> str:
    return "a finding stands" if len(standing) == 1 else f"{len(standing)} findings stand"
