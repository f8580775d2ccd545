"""Reviewing on a runner: what was pushed to a draft's branch, and what was asked for in a comment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from weekly.errors import Blocked, Conflict, ParseError, WeeklyError
from weekly.models import Week
from weekly.repository.description import describe
from weekly.repository.draft_branch import push_folder, take_folder
from weekly.repository.hosting import PullRequest
from weekly.repository.job import Job, find_week
from weekly.repository.markdown import code
from weekly.repository.report import report_conflict, report_findings, report_refusal
from weekly.repository.requests import OVERRIDE, Request, fulfil, requests
from weekly.repository.state_branch import StateBranch
from weekly.review.approve import current_revision
from weekly.review.draft_files import take_back
from weekly.review.draft_text import TextRefused
from weekly.review.merge import FileConflict


def review(job: Job) -> Iterator[str]:
    """Takes back what was pushed to the branch of a draft and checks it; gives lines for the log.

    Nothing is read of a fork, or of what is no draft. Raises TextRefused, FileConflict or Blocked, with everything said
    at its line, when the draft cannot be merged so.
    """
    number = int((job.event.get("pull_request") or {}).get("number") or 0)
    if (found := _find_draft(job, number)) is None:
        yield "no draft of this repository: nothing is read"
        return
    pull, week = found
    branch, tip, folder = _fetch(job, pull, week)
    try:
        revision = take_back(job.workspace, folder, job.sender, week)
    except TextRefused as refusal:
        yield from report_refusal(job, week, refusal, tip)
        raise
    except FileConflict as conflict:
        yield from report_conflict(job, week, conflict, tip)
        raise
    branch.save(f"review {week} by {job.sender}")
    commit = push_folder(job, week, folder, tip)
    yield f"{week}: draft v{revision.number} by {job.sender}"
    lines = list(report_findings(job, week, revision, folder, commit))
    yield from lines
    job.hosting.describe(number, describe(job.workspace, week))
    if any(line.startswith("::error") for line in lines):
        raise Blocked(f"{week} has findings that stand in the way: they are shown at their lines")


def comment(job: Job) -> Iterator[str]:
    """Does what a comment asks for, if its author may push to the repository; answers below it."""
    issue, said = job.event.get("issue") or {}, job.event.get("comment") or {}
    wanted = requests(str(said.get("body") or ""))
    if not wanted or "pull_request" not in issue:
        yield "nothing was asked for"
        return
    number, author = int(issue["number"]), str((said.get("user") or {}).get("login", ""))
    if not job.hosting.may_write(author):
        yield "somebody who may not write asked for something: nothing is done"
        return
    if (found := _find_draft(job, number)) is None or not (found[0].is_open or found[0].merged_at):
        job.hosting.comment(number, "This is no open draft of this repository: nothing is done.")
        return
    pull, week = found
    branch, tip, folder = _fetch(job, pull, week)
    refusal = _take_back(job, week, folder, author)
    outcomes = [_outcome(job, week, request, author, pull) for request in wanted]
    branch.save(f"requests about {week} by {author}")
    if refusal:
        told = f"the text on the branch is left as it is, for it was not taken: {refusal}"
        outcomes.append(f"- {code(told, 600)}")
    elif pull.is_open:
        commit = push_folder(job, week, folder, tip)
        yield from report_findings(job, week, current_revision(job.workspace, week), folder, commit)
    job.hosting.describe(number, describe(job.workspace, week))
    job.hosting.comment(number, "\n".join(outcomes))
    yield f"{week}: {len(wanted)} requests by {author}"


def _find_draft(job: Job, number: int) -> tuple[PullRequest, Week] | None:
    """The pull request of that number with its week, if it is a draft on a branch of this repository."""
    pull = job.hosting.pull_request(number) if number else None
    week = find_week(pull.branch) if pull else None
    if pull is None or week is None or not pull.is_own or pull.base != job.main:
        return None
    return pull, week


def _fetch(job: Job, pull: PullRequest, week: Week) -> tuple[StateBranch, str, Path]:
    """What the newsletter remembers, loaded; the tip of the draft's branch, or its merge; the draft's folder there."""
    branch = StateBranch(job)
    branch.load()
    tip = job.branches.tip(pull.branch) if pull.is_open else pull.merge_commit
    return branch, tip, take_folder(job, tip, week)


def _take_back(job: Job, week: Week, folder: Path, by: str) -> str:
    """Why the text on the branch cannot be taken back; empty when it was."""
    try:
        take_back(job.workspace, folder, by, week)
    except (ParseError, Conflict) as error:
        return str(error)
    return ""


def _outcome(job: Job, week: Week, request: Request | ParseError, by: str, pull: PullRequest) -> str:
    if isinstance(request, WeeklyError):
        return f"- {code(str(request))}"
    what = " ".join(filter(None, (request.action, request.card, request.topic, request.check)))
    if pull.is_open or request.action == OVERRIDE:
        outcome = fulfil(job.workspace, week, request, by)
    else:
        outcome = "not done: this is merged: revert the merge, and ask below the next pull request"
    return f"- {code(what)}: {code(outcome, 400)}"
