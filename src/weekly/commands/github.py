"""github: what the workflows of a newsletter in a repository call; each command is one step of a job."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from weekly.commands.console import HOME, WeekOption, progress, say, workspace_option

if TYPE_CHECKING:
    from weekly.repository.job import Job

github = App(name="github", help="The steps of the workflows that 'weekly init --github' writes.", group=HOME)
_TRIES, _PAUSE = 5, 2.0
"""How often a step begins anew because another run pushed the state first, and the seconds before it does."""


@github.command
def prepare(*, week: WeekOption = None) -> None:
    """Prepares what is due of [schedule], or the week that is named, and opens its pull request."""
    from weekly.models import Week
    from weekly.repository.prepare import prepare as prepare_week

    named = Week.parse(week) if week else None
    with _job() as job, progress() as tell:
        _print(prepare_week(job, tell, named))


@github.command
def review() -> None:
    """Takes back what was pushed to the branch of a draft, checks it, and marks the lines that stand in the way."""
    from weekly.repository.review import review as review_push

    _again(review_push)


@github.command
def comment() -> None:
    """Does what a comment on a pull request asks for, if its author may write."""
    from weekly.repository.review import comment as fulfil_comment

    _again(fulfil_comment)


@github.command
def publish() -> None:
    """Publishes the drafts that were merged, once the wait is over, onto the branch of the newsletter."""
    from weekly.repository.publish import publish as publish_merged

    with _job() as job, progress() as tell:
        _print(publish_merged(job, tell))


@github.command
def send(
    *,
    minutes: Annotated[float, Parameter(help="Begin no batch after so many minutes.", validator=Number(gt=0))] = 30,
) -> None:
    """Announces and mails what is published, a batch at a time; what is left goes with the next run."""
    from weekly.repository.send import send as send_published

    with _job() as job, progress() as tell:
        _print(send_published(job, tell, minutes))


@contextmanager
def _job() -> Iterator[Job]:
    """This run on its runner, with a database that is made anew from the branch of the state."""
    from weekly.repository.job import opened_job
    from weekly.repository.state_branch import forget_database
    from weekly.settings import find_workspace
    from weekly.workspace import open_workspace

    with open_workspace(find_workspace(workspace_option.get())) as workspace:
        forget_database(workspace)
        with opened_job(workspace) as job:
            yield job


def _again(work: Callable[[Job], Iterator[str]]) -> None:
    """Does *work*, from the beginning where another run was quicker: nothing that it did counts then."""
    from weekly.errors import Conflict
    from weekly.review.merge import FileConflict

    for left in range(_TRIES - 1, -1, -1):
        try:
            with _job() as job:
                _print(work(job))
        except Conflict as error:
            if isinstance(error, FileConflict) or not left:
                raise
            time.sleep(_PAUSE)
        else:
            return


def _print(lines: Iterator[str]) -> None:
    for line in lines:
        say(line)
