"""A merge is the approval: by whoever merged, of exactly the text in the merge, until it is reverted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from weekly.errors import StageError, WeeklyError
from weekly.models import Level, Week
from weekly.repository.draft_branch import place, take_folder
from weekly.repository.hosting import PullRequest
from weekly.repository.job import Job, branch_of
from weekly.repository.markdown import code
from weekly.review.approve import approve, voices, withdraw
from weekly.review.draft_files import read_base, take_back
from weekly.review.draft_text import TEXT
from weekly.review.findings import findings
from weekly.review.overrides import overrides
from weekly.store.drafts import Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """The merge of a draft's pull request into the newsletter's branch."""

    week: Week
    pull: PullRequest
    stands: bool
    """Whether the newsletter's branch still has the draft as the merge brought it."""


def find_merge(job: Job, week: Week) -> Merge | None:
    """The newest merge of the draft of *week*; None while there is none that is in the newsletter's branch."""
    merged = [pull for pull in job.hosting.pull_requests(branch_of(week)) if pull.merged_at and pull.is_own]
    if not merged:
        return None
    pull, tip = job.hosting.pull_request(merged[0].number), job.branches.tip(job.main)
    if pull.base != job.main or not job.branches.contains(tip, pull.merge_commit):
        return None
    brought = job.branches.tree(pull.merge_commit, place(week))
    return Merge(week=week, pull=pull, stands=brought != "" and brought == job.branches.tree(tip, place(week)))


def settle_approval(job: Job, merge: Merge) -> Iterator[str]:
    """Makes the approval of a week be what its *merge* says, and says in a comment what stands in the way."""
    week, workspace = merge.week, job.workspace
    with workspace.store.read() as tx:
        standing = {one.by for one in tx.drafts.approvals(week)}
    if not merge.stands:
        if standing:
            withdraw(workspace, week, "a revert")
            yield f"{week}: withdrawn, for the merge of pull request {merge.pull.number} does not stand any more"
        return
    try:
        revision = _merged_revision(job, merge)
        wait = timedelta(minutes=workspace.settings.review.wait)
        reasons = _reasons(job, revision)
        due_at = datetime.fromisoformat(merge.pull.merged_at) + wait
        for name in dict.fromkeys([merge.pull.merged_by, *_reviewers(job, merge)]):
            if name in standing:
                continue
            approve(workspace, week, name, reasons, due_at=due_at, expected=revision.hash)
            _note(job, merge, revision)
            yield f"{week}: draft v{revision.number} is approved by {name}, who merged or approved the pull request"
        _tell_missing(job, merge)
    except WeeklyError as error:
        _say_once(job, merge.pull, f"Not published: {code(str(error), 600)}")
        yield f"{week}: not approved by the merge: see pull request {merge.pull.number}"


def _reasons(job: Job, revision: Revision) -> dict[str, str]:
    """The reasons that editors gave in comments for what blocks in the merged draft."""
    with job.workspace.store.read() as tx:
        given = overrides(tx, revision)
    found = findings(job.workspace, revision.draft) if given else ()
    blocking = {one.check for one in found if one.level is Level.BLOCK}
    return {check: reason for check, reason in given.items() if check in blocking}


def _tell_missing(job: Job, merge: Merge) -> None:
    """Says below the pull request how many people are still to approve it."""
    needed = job.workspace.settings.review.approvals
    with job.workspace.store.read() as tx:
        people = voices(tx, job.workspace, merge.week)
    if len(people) < needed:
        _say_once(job, merge.pull, f"Not published yet: {len(people)} of {needed} people have approved this commit.")


def _reviewers(job: Job, merge: Merge) -> list[str]:
    """Those who approved beside whoever merged, where more than one person has to."""
    return job.hosting.approvers(merge.pull) if job.workspace.settings.review.approvals > 1 else []


def _merged_revision(job: Job, merge: Merge) -> Revision:
    """The draft as the merge has it; raises StageError where it has moved on since the merged text was written."""
    folder = take_folder(job, merge.pull.merge_commit, merge.week)
    with job.workspace.store.read() as tx:
        number, _ = tx.drafts.tip(merge.week)
    begun, text = read_base(folder).get("revision"), folder / TEXT
    data = text.read_bytes() if text.is_file() else b""
    revision = take_back(job.workspace, folder, merge.pull.merged_by, merge.week)
    if begun != number and text.read_bytes() != data:
        raise StageError(
            f"the draft is v{number}, the merged text was made from v{begun} and says something else:"
            " revert the merge, and merge the branch as it is then"
        )
    return revision


def _note(job: Job, merge: Merge, revision: Revision) -> None:
    """Writes down which commit the approval came from."""
    told = {"commit": merge.pull.merge_commit, "pull_request": merge.pull.number, "hash": revision.hash}
    with job.workspace.store.write() as tx:
        tx.reviews.record(merge.week, merge.pull.merged_by, "committed", job.workspace.clock(), data=told)


def _say_once(job: Job, pull: PullRequest, text: str) -> None:
    """Says *text* below the pull request, unless it was said there already."""
    mark = f"<!-- weekly {hashlib.sha256(text.encode()).hexdigest()[:16]} -->"
    if not any(mark in said for said in job.hosting.comments(pull.number)):
        job.hosting.comment(pull.number, f"{text}\n\n{mark}")
