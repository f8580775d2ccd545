"""What readers would get if the draft were published as it stands, from the functions that the sender uses."""

from __future__ import annotations

from weekly.models import Draft, Issue, Mail
from weekly.render.issue import IssueRenderer
from weekly.store import codec
from weekly.workspace import Workspace


def renderer(workspace: Workspace) -> IssueRenderer:
    """What renders this workspace's issues."""
    return IssueRenderer(workspace.settings, workspace.environment)


def mail(workspace: Workspace, draft: Draft) -> Mail:
    """The mail of *draft* with the number that the next issue gets and the present date."""
    return renderer(workspace).mail(preview_issue(workspace, draft))


def preview_issue(workspace: Workspace, draft: Draft) -> Issue:
    """*draft* as the issue that it would be if it were published now."""
    with workspace.store.read() as tx:
        number = tx.issues.next_number()
    content = codec.digest(codec.dump(draft))
    return Issue(week=draft.week, number=number, hash=content, published_at=workspace.now(), draft=draft)
