"""What readers would get if the draft were published as it stands, from the functions that the sender uses."""

from __future__ import annotations

from weekly.models import Draft, Mail
from weekly.render.issue import Edition, IssueRenderer
from weekly.store import codec
from weekly.workspace import Workspace


def renderer(workspace: Workspace) -> IssueRenderer:
    """What renders this workspace's issues."""
    return IssueRenderer(workspace.settings, workspace.environment)


def mail(workspace: Workspace, draft: Draft) -> Mail:
    """The mail of *draft* with the number that the next issue gets and the present date."""
    number = workspace.store.issues.next_number()
    shown = Edition(draft=draft, number=number, hash=codec.digest(codec.dump(draft)), published_at=workspace.now())
    return renderer(workspace).mail(shown)
