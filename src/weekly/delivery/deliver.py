"""Delivering: each subscriber of an audience gets the mail, by a ledger that is written before the mail leaves."""

from __future__ import annotations

import asyncio
import secrets
import signal
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, TypeAlias, TypeVar

from weekly import processes
from weekly.archive import errata
from weekly.archive.publish import published_issue
from weekly.context import PluginContext
from weekly.deadline import Budget
from weekly.delivery import safeguards
from weekly.delivery.dkim import signature
from weekly.delivery.ledger import LedgerWriter
from weekly.delivery.mailer import Mailer, OneByOne, SessionMailer
from weekly.delivery.message import Signature
from weekly.delivery.message_writer import MessageWriter
from weekly.delivery.plugin_mailer import PluginMailer
from weekly.delivery.queue import SendQueue
from weekly.delivery.run import SendRun
from weekly.delivery.send_counter import SendCounter
from weekly.errors import StageError
from weekly.models import Delivery, Issue, Mail, Mailing, Notice, Outcome, State, Week
from weekly.plugins import ask, is_ours, parts
from weekly.render.selection import Selection, select
from weekly.review.approve import current_revision
from weekly.review.preview import preview_issue, renderer
from weekly.settings import SmtpSettings
from weekly.stages import Progress, no_progress
from weekly.workspace import Workspace

T = TypeVar("T")
_AnyMailer: TypeAlias = Mailer | SessionMailer
_LOOK = 60.0
"""Seconds between looks for mails that have become due, while somebody waits for the last one."""


def deliver(
    workspace: Workspace,
    week: Mailing,
    limit: int | None = None,
    progress: Progress = no_progress,
    *,
    scheduled: datetime | None = None,
    wait: bool = False,
) -> dict[str, int]:
    """Sends or resumes the mails of *week*, an issue or a notice about one, at most *limit* of them.

    Returns how many stand where.

    Mails that a dead process was sending are uncertain, unless the mailer may repeat a message. *scheduled* is the
    moment that this run was planned for; with *wait* it stays until what was refused for now is decided too. Raises
    StageError when the week is not published or no way of delivery is set, Blocked for what looks like a mistake.
    """
    issue = published_issue(workspace, week.week)
    writer = notice_writer(workspace, issue, week) if isinstance(week, Notice) else issue_writer(workspace, issue)
    mailer = mailer_of(workspace)
    counter = None if mailer.repeatable else safeguards.check(workspace, issue, week, scheduled)
    if scheduled is None:
        with workspace.store.write() as tx:
            tx.deliveries.resume(week, workspace.clock())
    while True:
        run(_send(workspace, week, mailer, writer, counter, limit, progress))
        with workspace.store.read() as tx:
            counts, due = tx.deliveries.counts(week), tx.deliveries.find_next_due(week)
        if not counts["pending"] or not wait or limit is not None:
            return counts
        # What nobody has in hand is due at some time; what somebody has, perhaps a dead one, is looked at again.
        time.sleep(min(_LOOK, max(0.1, (due - workspace.clock()).total_seconds())) if due else _LOOK)


def run(work: Coroutine[Any, Any, T]) -> T:
    """What *work* returns, on the quicker event loop where the platform has it."""
    try:
        import uvloop  # noqa: PLC0415 - not for every platform
    except ModuleNotFoundError:
        return asyncio.run(work)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def mailer_of(workspace: Workspace) -> SessionMailer:
    """The way of delivery that the settings ask for; raises StageError when they ask for none, or for two."""
    mailers = mailers_of(workspace)
    if not mailers:
        raise StageError("no way of delivery is set: add [smtp] or [maildir] to weekly.toml")
    if len(mailers) > 1:
        names = " and ".join(f"[{name}]" for name in sorted(mailers))
        raise StageError(f"{names} are both set, and mail can leave by one way only: take the other out of weekly.toml")
    return next(iter(mailers.values()))


def mailers_of(workspace: Workspace) -> dict[str, SessionMailer]:
    """The ways of delivery that the settings ask for, by name; a plugin's that failed, where no other is to be had."""
    made = {name: _made(name, create, workspace.context("mailers", name)) for name, create in parts("mailers")}
    mailers = {name: mailer for name, mailer in made.items() if mailer is not None}
    working = {n: mailer for n, mailer in mailers.items() if not (isinstance(mailer, PluginMailer) and mailer.failed)}
    return working or mailers


def _made(
    name: str, create: Callable[[PluginContext], _AnyMailer | None], context: PluginContext
) -> SessionMailer | None:
    if is_ours(create):
        mailer = create(context)
        return mailer if mailer is None or isinstance(mailer, SessionMailer) else OneByOne(mailer)
    budget = Budget(context.settings.plugins.seconds)
    theirs, why_not = ask(budget, lambda: create(context))
    return PluginMailer(name, theirs, budget, why_not) if theirs is not None or why_not else None


async def _send(
    workspace: Workspace,
    week: Mailing,
    mailer: SessionMailer,
    writer: MessageWriter,
    counter: SendCounter | None,
    limit: int | None,
    progress: Progress,
) -> None:
    store, me = workspace.store, processes.identity()
    ahead = timedelta(seconds=store.ahead)

    def clock() -> datetime:
        """Of the database where it has one: senders on several machines agree on what is due, and on who is dead."""
        return workspace.clock() + ahead

    now = clock()
    with store.write() as tx:
        lost = State.PENDING if mailer.repeatable else State.UNCERTAIN
        tx.deliveries.release(week, lost, processes.has_ended, now)
    with store.read() as tx:
        counts, due = tx.deliveries.counts(week), tx.deliveries.find_next_due(week)
    pending = counts["pending"]
    total = pending if limit is None else min(limit, pending)
    smtp = workspace.settings.smtp if not mailer.repeatable else None
    queue = SendQueue(
        store,
        week,
        me,
        writer.write,
        clock=clock,
        sessions=mailer.connections,
        limit=limit,
        rate=smtp.rate if smtp else 0.0,
        per_domain=smtp.per_domain if smtp else None,
    )
    ledger = LedgerWriter(store, me, clock, counter)
    if total and due is not None and due <= now:
        sending = SendRun(mailer, queue, ledger, lambda done: progress("deliver", done, total), accepted=counts["sent"])
        await _run_interruptible(sending)


async def _run_interruptible(sending: SendRun) -> None:
    """Runs; the first Ctrl-C or SIGTERM lets every session finish the mail that it has begun."""
    loop, caught = asyncio.get_running_loop(), []

    def stop() -> None:
        caught.append(True)
        sending.stop()

    before = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}
    for name in before:
        with suppress(ValueError, RuntimeError, NotImplementedError):  # not in the main thread
            loop.add_signal_handler(name, stop)
    try:
        await sending.run()
    finally:
        for name, handler in before.items():
            with suppress(ValueError, RuntimeError, NotImplementedError):
                if loop.remove_signal_handler(name):  # which leaves Python's own, not the caller's
                    signal.signal(name, handler)
    if caught:
        raise KeyboardInterrupt


def issue_writer(workspace: Workspace, issue: Issue, mark: str = "") -> MessageWriter:
    """What writes the mails of *issue*; *mark* stands before the subject of a test."""
    render = renderer(workspace)

    @lru_cache(4096)
    def chosen(language: str, topics: tuple[str, ...]) -> Selection:
        return select(issue.draft, topics, language)

    def make(selection: Selection, slot: str) -> Mail:
        mail = render.mail(issue, slot, selection)
        return replace(mail, subject=f"{mark}{mail.subject}")

    newsletter = workspace.settings.newsletter
    return MessageWriter(
        newsletter,
        workspace.signer,
        week=issue.week,
        select=lambda delivery: chosen(delivery.language, delivery.topics),
        render=make,
        signature=signature_of(workspace),
        fixed_sender=workspace.settings.fixed_sender,
    )


def notice_writer(workspace: Workspace, issue: Issue, notice: Notice) -> MessageWriter:
    """What writes the mails about one correction of *issue*; raises StageError when there is no such correction."""
    shown, render = errata.corrections(workspace, issue), errata.errata_renderer(workspace)
    one = next((correction for correction in shown.corrections if correction.number == notice.number), None)
    if one is None:
        raise StageError(f"{notice}: {issue.week} has no such correction: see 'weekly correct --week {issue.week}'")

    def make(selection: Selection, slot: str) -> Mail:
        return render.mail(shown, one, slot, selection.language)

    return MessageWriter(
        workspace.settings.newsletter,
        workspace.signer,
        week=str(notice),
        select=lambda delivery: Selection(language=delivery.language or issue.draft.language),
        render=make,
        signature=signature_of(workspace),
        fixed_sender=workspace.settings.fixed_sender,
    )


def signature_of(workspace: Workspace) -> Signature | None:
    """What signs every mail, None where the relay does; raises SettingsError for a key that cannot."""
    settings = workspace.settings
    smtp: SmtpSettings | None = settings.smtp
    if smtp is None or smtp.dkim is None:
        return None
    return signature(smtp.dkim, settings.newsletter.mailbox.domain, workspace.root)


def send_test_mail(workspace: Workspace, week: Week, to: str, *, of_draft: bool = False) -> Outcome:
    """Sends the exact mail of *week*, its subject marked, to one address outside the ledger.

    *of_draft* sends the draft as it stands, as if it were published now. Raises StageError when there is none.
    """
    if of_draft:
        revision = current_revision(workspace, week)
        issue, mark = preview_issue(workspace, revision.draft), f"[TEST v{revision.number}] "
    else:
        issue, mark = published_issue(workspace, week), "[TEST] "
    mailer = mailer_of(workspace)
    # A Message-ID of its own each time: a mail service that drops what it has seen must drop neither the next test
    # nor the real one.
    delivery = Delivery(week=f"test-{issue.week}-{secrets.token_hex(4)}", email=to)
    message = issue_writer(workspace, issue, mark).write(delivery, workspace.clock())

    async def send() -> Outcome:
        session = await mailer.open()
        try:
            _, refusal = await session.exchange(None, message)
            if refusal is not None:
                return refusal
            outcome, _ = await session.exchange(message, None)
            assert outcome is not None  # noqa: S101 - one that was sent has one
            return outcome
        finally:
            await session.close()

    return run(send())
