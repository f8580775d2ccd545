"""Publishing: the approved content becomes an issue in the archive, and today's readers become its audience."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from weekly.errors import StageError
from weekly.models import Draft, Issue, Picture, Week
from weekly.publishers.archive import CONTENT, Archive
from weekly.render.made_of import made_of
from weekly.render.places import PICTURES, folder
from weekly.stages import Progress, silent
from weekly.stages.approve import current, granted
from weekly.stages.draft import pictures
from weekly.stages.grow import grow
from weekly.stages.preview import renderer
from weekly.store.deliveries import Deliveries
from weekly.workspace import Workspace


def publish(workspace: Workspace, week: Week, progress: Progress = silent) -> Issue:
    """The issue of *week*, in the archive.

    First the decision, in one transaction: the issue with its number and moment, its audience, what it announces.
    Then the files, which follow from it; a run that was killed between the two is finished by the next one. Raises
    NotApproved when the draft as it stands has no approval.
    """
    store = workspace.store
    issue = store.issues.find(week) or _decide(workspace, week)
    if not issue.files:
        progress("publish", 0, 2)
        archive = Archive(workspace.archive)
        files = renderer(workspace).files(issue)
        placed = archive.place(folder(week), files, dict(_pictures(workspace, issue.draft)))
        progress("publish", 1, 2)
        grow(workspace, issue.draft)
        refresh(workspace, archive, {str(week)})
        archive.draw(workspace.settings, {str(week)})
        made = made_of(workspace.settings, workspace.environment)
        with store.database.write() as connection:
            store.issues.set_files(connection, week, placed, made)
        issue = published(workspace, week)
    progress("publish", 2, 2)
    return issue


def refresh(workspace: Workspace, archive: Archive, weeks: Collection[str] | None = None) -> None:
    """Writes the pages and feeds that follow from the issues, or from those of *weeks*, and their corrections."""
    archive.refresh(workspace.settings, workspace.environment, weeks)


def _decide(workspace: Workspace, week: Week) -> Issue:
    current(workspace, week)
    store, now = workspace.store, workspace.now()
    with store.database.write() as connection:
        store.database.hold(connection, f"draft {week}")
        revision = store.drafts.newest(connection, week)
        assert revision is not None
        approval = granted(workspace, week, store.drafts.approvals_of(connection, revision))
        if store.issues.add(connection, revision.draft, approval, now):
            Deliveries(connection).freeze(week, now)
        issue = store.issues.get(connection, week)
        assert issue is not None
        content = renderer(workspace).files(issue)[CONTENT]
        Archive(workspace.archive).refuse_foreign(folder(week), content)
    return issue


def published(workspace: Workspace, week: Week) -> Issue:
    """The issue of *week*; raises StageError when there is none."""
    issue = workspace.store.issues.find(week)
    if issue is None:
        raise StageError(f"{week} is not published: run 'weekly publish --week {week}' first")
    return issue


def _pictures(workspace: Workspace, draft: Draft) -> Iterator[tuple[str, Path]]:
    kept = pictures(workspace)
    shown: list[Picture | None] = [draft.cover, *(card.picture for card in draft.cards)]
    for picture in filter(None, shown):
        path = kept.path(picture)
        if not path.exists():
            raise StageError(f"{path} is gone: run 'weekly draft' again, or restore it from a backup")
        yield f"{PICTURES}/{picture.file}", path
