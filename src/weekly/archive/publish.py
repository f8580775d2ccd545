"""Publishes approved content: an issue in the archive, and today's subscribers as its audience."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from weekly.archive import manifest
from weekly.archive.folder import CONTENT, Archive
from weekly.archive.grow import grow
from weekly.errors import Conflict, StageError
from weekly.models import Draft, Issue, Picture, Week
from weekly.render.mail_head import compose_head, list_fields
from weekly.render.paths import PICTURES, folder
from weekly.review.approve import TRIES, find_current_revision, joint_approval
from weekly.review.preview import renderer
from weekly.stages import Progress, no_progress
from weekly.stages.draft import pictures
from weekly.store.transaction import Transaction
from weekly.workspace import Workspace


def publish(workspace: Workspace, week: Week, progress: Progress = no_progress) -> Issue:
    """The issue of *week*, in the archive.

    First the decision, in one transaction: the issue with its number and moment, its audience, what it announces.
    Then the files, which follow from it; a run that was killed between the two is finished by the next one. Raises
    NotApproved when the draft as it stands has no approval.
    """
    with workspace.store.read() as tx:
        issue = tx.issues.find(week)
    issue = issue or _decide(workspace, week)
    if not issue.files:
        progress("publish", 0, 2)
        archive = Archive(workspace.archive)
        files = renderer(workspace).files(issue)
        describe = _describe(workspace, issue)
        placed = archive.place(folder(week), files, dict(_pictures(workspace, issue.draft)), describe)
        progress("publish", 1, 2)
        grow(workspace, issue.draft)
        refresh(workspace, archive, {str(week)})
        archive.draw(workspace.settings, {str(week)})
        with workspace.store.write() as tx:
            tx.issues.set_files(week, placed)
        issue = published_issue(workspace, week)
    progress("publish", 2, 2)
    return issue


def refresh(workspace: Workspace, archive: Archive, weeks: Collection[str] | None = None) -> int:
    """Writes and signs the pages and feeds that follow from the issues, or from those of *weeks*; returns how many."""
    archive.recall(workspace.signer)
    count = archive.refresh(workspace.settings, workspace.environment, weeks)
    archive.seal(workspace.signer)
    return count


def _describe(workspace: Workspace, issue: Issue) -> Callable[[Mapping[str, str]], bytes]:
    """What makes the manifest of *issue* from the hashes of its files: all that the store knows of it."""
    week = Week.parse(issue.week)
    with workspace.store.read() as tx:
        content, approvals = tx.issues.content(week), tx.drafts.approvals_of(week, issue.hash)
    about = {
        "week": issue.week,
        "number": issue.number,
        "hash": issue.hash,
        "approved_by": issue.approved_by,
        "published_at": issue.published_at.isoformat(),
        "approvals": [{"by": one.by, "at": one.at.isoformat(), "overrides": dict(one.overrides)} for one in approvals],
        "content": json.loads(content),
    }
    return lambda files: manifest.sign(workspace.signer, {**about, "files": dict(files)})


def _decide(workspace: Workspace, week: Week) -> Issue:
    for _ in range(TRIES):
        with workspace.store.read() as tx:
            wanted = _approved_issue(tx, workspace, week)
        render, newsletter = renderer(workspace), workspace.settings.newsletter
        compose_head(render.title(wanted.draft), newsletter, list_fields(newsletter, wanted.week))
        content = render.files(wanted)[CONTENT]
        Archive(workspace.archive).refuse_foreign(folder(week), content)
        with workspace.store.write() as tx:
            tx.lock("issues")  # of all weeks: each takes the next number
            tx.lock(f"draft {week}")
            if issue := tx.issues.find(week):
                return issue  # somebody else was quicker
            stands = _approved_issue(tx, workspace, week)
            if replace(stands, published_at=wanted.published_at) == wanted:
                tx.issues.add(wanted)
                tx.deliveries.freeze(week, wanted.published_at, {card.topic for card in wanted.draft.cards})
                return wanted
    raise Conflict(f"{week}: other issues are published all the time: try again")


def _approved_issue(tx: Transaction, workspace: Workspace, week: Week) -> Issue:
    """What would be published now; raises StageError without a draft, NotApproved while it is not approved."""
    revision = find_current_revision(tx, week)
    approval = joint_approval(tx, workspace, week)
    return Issue(
        week=str(week),
        number=tx.issues.next_number(),
        hash=approval.hash,
        approved_by=approval.by,
        published_at=workspace.now(),
        draft=revision.draft,
        files={},
    )


def published_issue(workspace: Workspace, week: Week) -> Issue:
    """The issue of *week*; raises StageError when there is none."""
    with workspace.store.read() as tx:
        issue = tx.issues.find(week)
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
