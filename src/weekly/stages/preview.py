"""What readers would get if the draft were published as it stands, from the functions that the sender uses."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment

from weekly.models import Draft, Mail
from weekly.render.environment import environment
from weekly.render.issue import Edition, IssueRenderer
from weekly.store import codec
from weekly.workspace import Workspace


def renderer(workspace: Workspace) -> IssueRenderer:
    """What renders this workspace's issues."""
    return IssueRenderer(workspace.settings, templates(workspace))


def templates(workspace: Workspace) -> Environment:
    """The workspace's templates, compiled once; one that its owner edits is read again."""
    return _templates(workspace.templates)


@lru_cache(maxsize=16)
def _templates(folder: Path) -> Environment:
    return environment([folder])


def mail(workspace: Workspace, draft: Draft) -> Mail:
    """The mail of *draft* with the number that the next issue gets and the present date."""
    with workspace.store.read() as tx:
        number = tx.issues.next_number()
    shown = Edition(draft=draft, number=number, hash=codec.digest(codec.dump(draft)), published_at=workspace.now())
    return renderer(workspace).mail(shown)
