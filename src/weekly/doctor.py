"""Whether everything that a week needs works, tried for real."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from functools import partial

from weekly.archive.folder import Archive
from weekly.archive.foreign import refuse_foreign
from weekly.delivery.deliver import mailer_of
from weekly.delivery.smtp import SmtpMailer
from weekly.drafting.llm.failures import NoAnswer
from weekly.drafting.llm.probe import probe
from weekly.errors import WeeklyError
from weekly.models import Window
from weekly.plugins import parts
from weekly.render.template_copies import CopyState, copies
from weekly.settings import HttpSettings, LlmSettings
from weekly.sources import Source
from weekly.stages.collect import window
from weekly.workspace import Workspace


def examine(workspace: Workspace) -> Iterator[tuple[str, str, str]]:
    """Each part, what is wrong with it (empty when it works), and what was found out about it.

    The parts are database, archive, templates, sources, mail server and models. Without its database no source is
    tried: what they answered and when they may be asked again stands there.
    """
    database = _fault(lambda: _remembers(workspace))
    yield "database", database, ""
    foreign = "" if database else _fault(lambda: refuse_foreign(workspace.store, workspace.archive))
    yield "archive", foreign or _fault(lambda: _writable(workspace)), ""
    yield "templates", *_templates(workspace)
    if database:
        yield "sources", "not tried, for want of the database", ""
    else:
        yield from _sources(workspace)
    if workspace.settings.smtp:
        relay = SmtpMailer(workspace.settings.smtp)
        mailbox = workspace.settings.newsletter.mailbox
        # What a real mail of an issue has: a relay that takes another sender may refuse this one.
        sender = workspace.settings.fixed_sender or f"{mailbox.username}+b-0-{'0' * 16}@{mailbox.domain}"
        attempt = partial(relay.probe, sender, mailbox.addr_spec)
        yield "smtp", _fault(lambda: mailer_of(workspace)) or _fault(lambda: asyncio.run(attempt())), ""
    if llm := workspace.settings.llm:
        yield "model", *_model(llm, workspace.settings.http)
        if llm.check_model:
            yield "check model", *_model(llm.model_copy(update={"model": llm.check_model}), workspace.settings.http)


def _templates(workspace: Workspace) -> tuple[str, str]:
    """What of the owner's copies is behind, and how many there are."""
    try:
        found = list(copies(workspace.templates))
        for copy in found:
            workspace.environment.get_template(copy.name)
    except WeeklyError as error:
        return str(error), ""
    if behind := [copy.name for copy in found if copy.state in {CopyState.BEHIND, CopyState.UNSTAMPED}]:
        return f"{', '.join(behind)}: not those of this version: 'weekly templates diff' shows what changed", ""
    return "", f"{len(found)} of your own"


def _model(llm: LlmSettings, http: HttpSettings) -> tuple[str, str]:
    """What is wrong with a model, and what one question told about it."""
    try:
        return "", probe(llm, http)
    except NoAnswer as reason:
        return str(reason), ""


def _sources(workspace: Workspace) -> Iterator[tuple[str, str, str]]:
    for name, create in parts("sources"):
        for source in create(workspace.context("sources", name)):
            span = window(workspace, workspace.this_week, source.name)
            yield source.name, _fault(partial(_first, source, span)), ""


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
