"""Whether everything that a week needs works, tried for real."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from functools import partial

from weekly.archive.folder import Archive
from weekly.delivery.smtp import SmtpMailer
from weekly.errors import WeeklyError
from weekly.models import Window
from weekly.plugins import parts
from weekly.sources import Source
from weekly.stages.collect import window
from weekly.workspace import Workspace


def examine(workspace: Workspace) -> Iterator[tuple[str, str]]:
    """Each part with what is wrong with it, empty when it works: database, archive, sources, mail server.

    Without its database no source is tried: what they answered and when they may be asked again stands there.
    """
    database = _fault(lambda: _remembers(workspace))
    yield "database", database
    yield "archive", _fault(lambda: _writable(workspace))
    if database:
        yield "sources", "not tried, for want of the database"
    else:
        yield from _sources(workspace)
    if workspace.settings.smtp:
        mailer = SmtpMailer(workspace.settings.smtp)
        yield "smtp", _fault(lambda: asyncio.run(mailer.probe()))


def _sources(workspace: Workspace) -> Iterator[tuple[str, str]]:
    for _, create in parts("sources"):
        for source in create(workspace.settings, workspace.client):
            span = window(workspace, workspace.this_week, source.name)
            yield source.name, _fault(partial(_first, source, span))


def _first(source: Source, span: Window) -> None:
    next(iter(source.collect(span)), None)


def _fault(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except WeeklyError as error:
        return str(error)
    return ""


def _remembers(workspace: Workspace) -> None:
    now = workspace.now()
    with workspace.store.write() as tx:
        tx.marks.set("examined", now)


def _writable(workspace: Workspace) -> None:
    archive = Archive(workspace.archive)
    archive.write(".probe", "")
    (workspace.archive / ".probe").unlink()
