"""Publishing on a runner: what was merged, once the wait is over, into the archive on the newsletter's branch."""

from __future__ import annotations

from collections.abc import Iterator

from weekly import due
from weekly.errors import Conflict, WeeklyError
from weekly.models import Week
from weekly.repository.job import Job
from weekly.repository.markdown import annotation
from weekly.repository.merges import find_merge, settle_approval
from weekly.repository.send import is_due
from weekly.repository.state_branch import StateBranch
from weekly.repository.subscriber_list import load_list
from weekly.stages import Progress
from weekly.tick import publish_approved

ARCHIVE = "archive"
_FRESH = 24 * 3600
"""Seconds in which a changed archive is deployed again with every run: a killed one did not come to it."""


def publish(job: Job, progress: Progress) -> Iterator[str]:
    """Makes approvals of merges, publishes what waits no longer, and pushes it; gives lines for the log.

    The state goes first: what it does not know is not published. Later jobs learn by the outputs `deploy` and `send`
    whether they have anything to do.
    """
    branch = StateBranch(job)
    load_list(job.workspace)
    branch.load()
    workspace, published = job.workspace, []
    weeks = [workspace.this_week.shift(-back) for back in range(due.RECENT - 1, -1, -1)]
    for week in weeks:
        yield from _settle(job, week)
    for week in due.weeks_to_publish(workspace, workspace.this_week):
        with workspace.store.read() as tx:
            issue = tx.issues.find(week)
        if issue is not None and issue.files:
            continue
        try:
            number, why = publish_approved(workspace, week, progress)
        except WeeklyError as error:
            yield annotation("error", str(error), file="weekly.toml", line=1, title=f"{week} is not published")
            continue
        if number is not None:
            published.append(str(week))
            yield f"{week}: issue No. {number} is published"
        elif why:
            yield f"{week}: {why}"
    branch.save(f"publish {' '.join(published)}".strip(), unplaced=published)
    _push_archive(job, published)
    job.set_output("deploy", str(_is_fresh(job)).lower())
    job.set_output("send", str(is_due(workspace)).lower())


def _settle(job: Job, week: Week) -> Iterator[str]:
    with job.workspace.store.read() as tx:
        waits = bool(tx.drafts.tip(week)[0]) and not tx.issues.has(week)
    merge = find_merge(job, week) if waits else None
    if merge is not None:
        yield from settle_approval(job, merge)


def _push_archive(job: Job, published: list[str]) -> None:
    """Commits the archive onto the newsletter's branch; raises Conflict where somebody else changed the archive."""
    archive = job.workspace.archive
    if not archive.is_dir():
        return
    begun = job.branches.head()
    for _ in range(3):
        tip = job.branches.tip(job.main)
        if job.branches.tree(tip, ARCHIVE) != job.branches.tree(begun, ARCHIVE):
            raise Conflict(f"{ARCHIVE}/ on {job.main} was changed meanwhile: nothing is forced, the next run goes on")
        commit = job.branches.commit(archive, ARCHIVE, tip, f"publish {' '.join(published)}".strip() + "\n")
        try:
            job.branches.push(commit, job.main, tip)
        except Conflict:
            continue
        return
    raise Conflict(f"{job.main} is pushed to all the time: the next run goes on")


def _is_fresh(job: Job) -> bool:
    at = job.branches.find_last_change(job.branches.tip(job.main), ARCHIVE)
    return at is not None and job.workspace.clock().timestamp() - at < _FRESH
