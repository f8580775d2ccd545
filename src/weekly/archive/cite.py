"""Citing: the works of a week as BibTeX, before and after they are published."""

from __future__ import annotations

from weekly.errors import StageError
from weekly.models import Week
from weekly.review.preview import preview_issue, renderer
from weekly.workspace import Workspace


def bibtex(workspace: Workspace, week: Week) -> str:
    """The `issue.bib` of *week*, or what it would be if the draft were published; raises StageError for neither."""
    with workspace.store.read() as tx:
        issue, revision = tx.issues.find(week), tx.drafts.find(week)
    if issue is not None:
        return renderer(workspace).bibtex(issue)
    if revision is None:
        raise StageError(f"{week} has neither an issue nor a draft: run 'weekly run --week {week}' first")
    return renderer(workspace).bibtex(preview_issue(workspace, revision.draft))
