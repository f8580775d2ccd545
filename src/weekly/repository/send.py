"""Sending on a runner: announced and mailed in batches, of each of which the state knows before it leaves."""

from __future__ import annotations

import time
from collections.abc import Iterator

from weekly import due, pipeline
from weekly.delivery.deliver import mailer_of
from weekly.destinations.announce import announce, destinations
from weekly.errors import StageError, WeeklyError
from weekly.models import Mailing, State, Week
from weekly.repository.job import Job
from weekly.repository.state_branch import StateBranch
from weekly.repository.subscriber_list import load_list
from weekly.stages import Progress
from weekly.tick import read_reports
from weekly.workspace import Workspace

BATCH = 200
"""Mails that are pledged at once; a batch that is lost with its runner is uncertain."""
_TRIES = 5
"""How often an announcement that failed is tried."""


def send(job: Job, progress: Progress, minutes: float) -> Iterator[str]:
    """Announces and mails what is published, for at most *minutes*, and reads what came back; gives lines for the log.

    What is left goes with the next run, and so does what was refused for now. Raises the first of what went wrong when
    all else is done.
    """
    until = time.monotonic() + 60 * minutes
    branch, workspace = StateBranch(job), job.workspace
    load_list(workspace)
    branch.load()
    faults: list[WeeklyError] = []
    if mailbox := workspace.settings.schedule.mailbox:
        try:
            yield ", ".join(f"{count} {kind}" for kind, count in read_reports(workspace, mailbox).items())
        except WeeklyError as error:
            faults.append(error)
    yield from _announce(job, branch)
    for mailing in _mailings(workspace):
        yield from _mail(job, branch, mailing, progress, until, faults)
    branch.save_outcome("send")
    if faults:
        raise faults[0]


def is_due(workspace: Workspace) -> bool:
    """Whether `send` would find something to do, or to complain of: a mailbox to read, an issue to announce, mails."""
    try:
        waits = any(_to_announce(workspace, week) for week in _weeks(workspace)) or any(_mailings(workspace))
    except WeeklyError:
        return True
    return waits or bool(workspace.settings.schedule.mailbox)


def _weeks(workspace: Workspace) -> list[Week]:
    return [workspace.this_week.shift(-back) for back in range(due.RECENT - 1, -1, -1)]


def _mailings(workspace: Workspace) -> list[Mailing]:
    """What there is to mail now, where mails are sent at all."""
    is_mailed = workspace.settings.smtp or workspace.settings.maildir
    return due.mailings_to_send(workspace, workspace.this_week) if is_mailed else []


def _announce(job: Job, branch: StateBranch) -> Iterator[str]:
    workspace = job.workspace
    for week in _weeks(workspace):
        names = _to_announce(workspace, week)
        if not names:
            continue
        branch.save(f"announce {week}", announcing=[(str(week), name) for name in names])
        for name in names:
            for outcome in announce(workspace, week, name):
                yield f"{week}: {outcome.destination}: {outcome.state}"
        branch.save_outcome(f"announced {week}")


def _to_announce(workspace: Workspace, week: Week) -> list[str]:
    """The destinations that *week* has not been announced at, and where that failed not too often."""
    with workspace.store.read() as tx:
        issue, rows = tx.issues.find(week), {row.destination: row for row in tx.announcements.rows(week)}
    if issue is None or not issue.files:
        return []
    try:
        names = destinations(workspace)
    except StageError:
        return []  # none is set
    failed = {name for name, row in rows.items() if row.state is State.FAILED and row.attempts < _TRIES}
    return [name for name in names if name not in rows or name in failed]


def _mail(
    job: Job, branch: StateBranch, mailing: Mailing, progress: Progress, until: float, faults: list[WeeklyError]
) -> Iterator[str]:
    workspace, smtp = job.workspace, job.workspace.settings.smtp
    repeatable = mailer_of(workspace).repeatable
    size = max(1, min(BATCH, int(60 * smtp.rate))) if smtp and smtp.rate else BATCH
    while time.monotonic() < until and due.has_mails(workspace, mailing):
        with workspace.store.read() as tx:
            batch = tx.deliveries.upcoming(mailing, size)
        before = due.counts(workspace, mailing)
        branch.save(f"send {mailing}", leaving=() if repeatable else batch)
        try:
            counts = pipeline.deliver(workspace, mailing, size, progress)
        except WeeklyError as error:
            faults.append(error)
            return
        finally:
            branch.save_outcome(f"sent {mailing}")
        yield f"{mailing}: {', '.join(f'{count} {state}' for state, count in counts.items())}"
        if counts == before:
            return
