"""Whether everything that a week needs works, tried for real."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

from weekly.archive.folder import Archive
from weekly.archive.foreign import refuse_foreign
from weekly.delivery.deliver import mailer_of, mailers_of
from weekly.delivery.smtp import SmtpMailer
from weekly.drafting.llm.failures import NoAnswer
from weekly.drafting.llm.probe import probe
from weekly.errors import StageError, WeeklyError
from weekly.models import Window
from weekly.render.template_copies import CopyState, copies
from weekly.settings import HttpSettings, LlmSettings, SmtpSettings, is_loopback
from weekly.sources import Source
from weekly.stages.collect import window
from weekly.stages.sources import enabled_sources
from weekly.workspace import Workspace

SETTINGS = "before the first mail"
"""The part that lists what nobody has filled in yet; it is no fault."""
_ROOM = 200_000_000
"""Bytes that a year of a newsletter may take."""
_AHEAD = timedelta(minutes=10)
"""By so much the clocks of two machines on one database may differ."""
_STARTER = "example.org"


def examine(workspace: Workspace) -> Iterator[tuple[str, str, str]]:
    """Each part, what is wrong with it (empty when it works), and what was found out about it.

    The parts are database, archive, templates, sources, mail server and models; disk and settings come only when there
    is something to say. Without its database no source is tried: what they answered and when they may be asked again
    stands there.
    """
    database = _fault(lambda: _remembers(workspace))
    yield "database", database, ""
    foreign = "" if database else _fault(lambda: refuse_foreign(workspace.store, workspace.archive))
    yield "archive", foreign or _fault(lambda: _writable(workspace)), ""
    if fault := _disk(workspace):
        yield "disk", fault, ""
    if fault := "" if database else _clock(workspace):
        yield "clock", fault, ""
    if fault := _contradiction(workspace):
        yield "settings", fault, ""
    elif advice := "; ".join(_advice(workspace)):
        yield SETTINGS, "", advice
    yield "templates", *_templates(workspace)
    if database:
        yield "sources", "not tried, for want of the database", ""
    else:
        yield from _sources(workspace)
    if smtp := workspace.settings.smtp:
        yield "smtp", *_relay(workspace, smtp)
    if llm := workspace.settings.llm:
        yield "model", *_model(llm, workspace.settings.http)
        if llm.check_model:
            yield "check model", *_model(llm.model_copy(update={"model": llm.check_model}), workspace.settings.http)


def _relay(workspace: Workspace, smtp: SmtpSettings) -> tuple[str, str]:
    """What is wrong with the relay, and what its mails have as their envelope sender.

    It is asked with what a real mail of an issue has: a relay that takes another sender may refuse this one.
    """
    mailbox, fixed = workspace.settings.newsletter.mailbox, workspace.settings.fixed_sender
    sender = fixed or f"{mailbox.username}+b-0-{'0' * 16}@{mailbox.domain}"
    others = [mailbox.addr_spec, *([smtp.username] if "@" in smtp.username else [])]
    attempt = partial(SmtpMailer(smtp).probe, sender, mailbox.addr_spec, others)
    fault = _fault(lambda: mailer_of(workspace)) or _fault(lambda: asyncio.run(attempt()))
    return fault, "" if fault else f"takes mail from {fixed or 'a sender for each mail (VERP)'}"


def _disk(workspace: Workspace) -> str:
    try:
        free = shutil.disk_usage(workspace.root).free
    except OSError as error:
        return f"{workspace.root}: {error.strerror}"
    room = f"{free // 1_000_000} MB free on the disk of {workspace.root}"
    return f"{room}: make room for {_ROOM // 1_000_000} MB" if free < _ROOM else ""


def _clock(workspace: Workspace) -> str:
    """What is wrong with the time of this machine, as far as the database can tell: it was written to in the future."""
    now = workspace.clock()
    with workspace.store.read() as tx:
        newest = tx.marks.newest()
    if newest is None or newest - now < _AHEAD:
        return ""
    return (
        f"it is {now:%Y-%m-%d %H:%M} UTC here, and the database was written at {newest:%Y-%m-%d %H:%M}: set the clock"
    )


def _contradiction(workspace: Workspace) -> str:
    """Settings that are right each, and not together."""
    review = workspace.settings.review
    if review.editors and review.approvals > len(set(review.editors)):
        return (
            f"[review] approvals = {review.approvals}, and editors names {len(set(review.editors))}: nobody can approve"
        )
    return ""


def _advice(workspace: Workspace) -> Iterator[str]:
    """What stands as `weekly init` wrote it, and has to be filled in before people get mail."""
    settings = workspace.settings
    newsletter = settings.newsletter
    if settings.maildir is not None and settings.smtp is None:
        return  # mail goes into a folder: nobody gets it
    if not mailers_of(workspace):
        yield "no way of delivery is set: [smtp] or [maildir]"
    if newsletter.mailbox.domain.endswith(_STARTER):
        yield f"[newsletter] from is still {newsletter.mailbox.addr_spec}"
    elif settings.smtp and not is_loopback(settings.smtp.host) and not _resolves(newsletter.mailbox.domain):
        yield f"[newsletter] from: {newsletter.mailbox.domain} has no address in the DNS: answers may not arrive"
    if _STARTER in newsletter.url:
        yield f"[newsletter] url is still {newsletter.url}"
    if str(newsletter.zone) == "UTC":
        yield "[newsletter] timezone is UTC: weeks begin, and [schedule] runs, by that clock"
    if not newsletter.postal_address:
        yield "[newsletter] postal_address is empty: many countries want one in bulk mail"
    state = workspace.root / ".weekly"
    if state.is_dir() and state.stat().st_mode & 0o077:
        yield f"{state} can be read by others: chmod 700 {state}"


def _resolves(domain: str) -> bool:
    """Whether the DNS knows *domain*; True also where nobody can be asked."""
    try:
        socket.getaddrinfo(domain, None)
    except socket.gaierror as error:
        return error.errno != socket.EAI_NONAME
    except (OSError, UnicodeError):
        return True
    return True


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
    try:
        sources = enabled_sources(workspace)
    except StageError:
        return  # a workspace that takes what is added by hand
    for source in sources:
        span = window(workspace, workspace.this_week, source.name)
        fault = _fault(partial(_first, source, span))
        # What a source goes on without, such as a token that was refused, is to be mended too.
        yield source.name, fault, "; ".join([*source.report.gaps, *source.report.notes])


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
