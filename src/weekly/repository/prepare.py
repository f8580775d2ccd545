"""Preparing a week on a runner: the draft into the state, and as a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from weekly import due, tick
from weekly.errors import StageError
from weekly.models import Week
from weekly.repository.description import describe, title
from weekly.repository.draft_branch import push_folder, take_folder
from weekly.repository.job import Job, branch_of
from weekly.repository.report import report_findings
from weekly.repository.state_branch import StateBranch
from weekly.review.approve import current_revision
from weekly.stages import Progress


def prepare(job: Job, progress: Progress, week: Week | None = None) -> Iterator[str]:
    """Prepares what is due of `[schedule]`, or *week*, and asks for the review of each draft; gives lines for the log.

    A pull request that is missing is made up for; one that was closed is its editor's word.
    """
    branch = StateBranch(job)
    branch.load()
    workspace = job.workspace
    if is_first := not _is_watched(job):
        due.watch(workspace)
    wanted = week or due.week_to_prepare(workspace)
    if wanted is not None:
        number, cards = tick.prepare(workspace, wanted, progress)
        yield f"{wanted}: draft v{number} with {cards} cards"
    if wanted is not None or is_first:
        branch.save(f"prepare {wanted or ''}".strip())
    for each in _drafted(job):
        yield from _ask_for_review(job, each)


def _is_watched(job: Job) -> bool:
    with job.workspace.store.read() as tx:
        return tx.marks.find(due.WATCHED) is not None


def _drafted(job: Job) -> list[Week]:
    """The weeks of late with a draft that is not published."""
    newest = job.workspace.this_week
    weeks = [newest.shift(-back) for back in range(due.RECENT)]
    with job.workspace.store.read() as tx:
        return [week for week in weeks if tx.drafts.tip(week)[0] and not tx.issues.has(week)]


def _ask_for_review(job: Job, week: Week) -> Iterator[str]:
    name = branch_of(week)
    known, tip = job.hosting.pull_requests(name), job.branches.tip(name)
    if known and (not known[0].is_open or not tip):
        return
    folder = take_folder(job, tip, week)
    try:
        commit = push_folder(job, week, folder, tip or job.branches.tip(job.main))
    except StageError as error:
        yield f"{week}: the branch is left as it is: {error}"
        return
    number = known[0].number if known else 0
    if known:
        job.hosting.describe(number, describe(job.workspace, week))
    else:
        body = describe(job.workspace, week)
        number = job.hosting.open_pull_request(name, job.main, title(job.workspace, week), body)
    if commit != tip or not known:
        yield from report_findings(job, week, current_revision(job.workspace, week), folder, commit)
    yield f"{week}: the draft waits as pull request {number}"
