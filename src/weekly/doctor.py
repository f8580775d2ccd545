"""Whether everything that a week needs works, tried for real."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from functools import partial

from weekly.drafting.llm.failures import NoAnswer
from weekly.drafting.llm.probe import probe
from weekly.errors import WeeklyError
from weekly.models import Window
from weekly.plugins import factories
from weekly.publishers.archive import Archive
from weekly.publishers.smtp import SmtpMailer
from weekly.settings import Http, Llm
from weekly.sources import Source
from weekly.stages.collect import window
from weekly.workspace import Workspace


def examine(workspace: Workspace) -> Iterator[tuple[str, str, str]]:
    """Each part, what is wrong with it (empty when it works), and what was found out about it.

    The parts are database, archive, sources, mail server and models.
    """
    yield "database", _fault(lambda: workspace.store.collecting.watermark("arxiv")), ""
    yield "archive", _fault(lambda: _writable(workspace)), ""
    for _, create in factories("weekly.sources"):
        for source in create(workspace.settings, workspace.client):
            span = window(workspace, workspace.this_week, source.name)
            yield source.name, _fault(partial(_first, source, span)), ""
    if workspace.settings.smtp:
        mailer = SmtpMailer(workspace.settings.smtp)
        yield "smtp", _fault(lambda: asyncio.run(mailer.probe())), ""
    if llm := workspace.settings.llm:
        yield "model", *_model(llm, workspace.settings.http)
        if llm.check_model:
            yield "check model", *_model(llm.model_copy(update={"model": llm.check_model}), workspace.settings.http)


def _model(llm: Llm, http: Http) -> tuple[str, str]:
    """What is wrong with a model, and what one question told about it."""
    try:
        return "", probe(llm, http)
    except NoAnswer as reason:
        return str(reason), ""


def _first(source: Source, span: Window) -> None:
    next(iter(source.collect(span)), None)


def _fault(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except WeeklyError as error:
        return str(error)
    return ""


def _writable(workspace: Workspace) -> None:
    archive = Archive(workspace.archive)
    archive.write(".probe", "")
    (workspace.archive / ".probe").unlink()
