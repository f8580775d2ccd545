"""Whatever is due now, by one call that may come as often as it likes: from cron, a timer, or a loop of its own.

Mails and reports come before the preparation of a week, which takes minutes and may have to wait for another one. What
goes wrong in one part keeps no other from its work, and is tried again by the next call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace

from weekly import due, pipeline
from weekly.delivery.bounces import process_reports
from weekly.delivery.mailboxes import messages
from weekly.errors import NotApproved, WeeklyError
from weekly.models import Week
from weekly.stages import Progress, no_progress
from weekly.store.ports import StoreGate
from weekly.store.retention import prune
from weekly.workspace import Workspace

LEASE = 2 * 3600.0
"""Seconds after which a preparation on another machine that never came back gives way; one on this machine does at
once."""
_POLL = 0.1
_ACTS = ("hard", "soft", "complaint", "unsubscribe")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that was done, or could not be done."""

    part: str
    """Of `[schedule]`: publish, deliver, bounces or prepare."""
    about: str
    """The week, the mailing or the mailbox."""
    text: str
    error: bool = False
    repeated: bool = False
    """An error that was given before on the same day: whoever is told by mail has had it."""


def tick(workspace: Workspace, progress: Progress = no_progress) -> Iterator[Step]:
    """Does what is due of `[schedule]`, and gives each step when it is over; none where nothing was to be done."""
    due.watch(workspace)
    waiting = due.parts(workspace)
    for part, work in _PARTS.items():
        if part not in waiting:
            continue
        begun, whole = workspace.clock(), True
        for step in work(workspace, progress):
            whole &= not step.error
            yield replace(step, repeated=due.is_repeated(workspace, f"{part} {step.text}")) if step.error else step
        if whole:
            due.note_done(workspace, part, begun)
    _prune(workspace)


def _prune(workspace: Workspace) -> None:
    """Once a day thins weeks that were published long ago, which nobody has to be told."""
    now = workspace.clock()
    with workspace.store.read() as tx:
        done = tx.marks.find("pruned")
    if done is None or not done <= now < done + due.DAY:
        prune(workspace.store, now)
        with workspace.store.write() as tx:
            tx.marks.set("pruned", now)


def _publish(workspace: Workspace, progress: Progress) -> Iterator[Step]:
    for week in due.weeks_to_publish(workspace, workspace.this_week):
        try:
            number, _ = publish_approved(workspace, week, progress)
        except WeeklyError as error:
            yield Step(part="publish", about=str(week), text=str(error), error=True)
            continue
        if number is not None:
            yield Step(part="publish", about=str(week), text=f"issue No. {number} is published")


def publish_approved(workspace: Workspace, week: Week, progress: Progress = no_progress) -> tuple[int | None, str]:
    """The number of the issue of *week*, published now if it was not; None and the reason while nobody approved it."""
    with workspace.store.read() as tx:
        nothing = not tx.issues.has(week) and not tx.drafts.tip(week)[0]
    if nothing:
        return None, f"{week} has no draft"
    try:
        return pipeline.publish(workspace, week, progress).number, ""
    except NotApproved as reason:
        return None, str(reason)


def _deliver(workspace: Workspace, progress: Progress) -> Iterator[Step]:
    for mailing in due.mailings_to_send(workspace, workspace.this_week):
        before = due.counts(workspace, mailing)
        try:
            after = pipeline.deliver(workspace, mailing, progress=progress)
        except WeeklyError as error:
            yield Step(part="deliver", about=str(mailing), text=str(error), error=True)
            continue
        if after != before:
            text = ", ".join(f"{count} {state}" for state, count in after.items())
            yield Step(part="deliver", about=str(mailing), text=text)


def _read_reports(workspace: Workspace, progress: Progress) -> Iterator[Step]:
    del progress
    place = workspace.settings.schedule.mailbox
    try:
        tally = read_reports(workspace, place)
    except WeeklyError as error:
        yield Step(part="bounces", about=place, text=str(error), error=True)
        return
    if some := ", ".join(f"{tally[kind]} {kind}" for kind in _ACTS if tally[kind]):
        yield Step(part="bounces", about=place, text=some)


def read_reports(workspace: Workspace, mailbox: str) -> dict[str, int]:
    """How many messages of each kind *mailbox* held; a relative path is relative to the workspace."""
    whole = mailbox if "://" in mailbox else str(workspace.root / mailbox)
    mails = messages(whole, workspace.settings.schedule.mailbox_token_command)
    tally = asdict(process_reports(workspace.store, workspace.signer, mails, workspace.now()))
    # Counts only: who wrote what is no business of a log.
    return {kind: count for kind, count in tally.items() if isinstance(count, int)}


def _prepare(workspace: Workspace, progress: Progress) -> Iterator[Step]:
    if due.week_to_prepare(workspace) is None:
        return
    week = workspace.this_week
    with StoreGate(workspace.store).turn(preparation(week), _POLL, LEASE):
        if due.week_to_prepare(workspace) != week:  # another run did it while this one waited
            return
        try:
            revision = prepare(workspace, week, progress)
        except WeeklyError as error:
            yield Step(part="prepare", about=str(week), text=str(error), error=True)
            return
    cards = f"draft v{revision[0]} with {revision[1]} cards waits for its editor"
    yield Step(part="prepare", about=str(week), text=cards)


def prepare(workspace: Workspace, week: Week, progress: Progress = no_progress) -> tuple[int, int]:
    """Collects, classifies and drafts *week*, and notes it; the draft's number and how many cards it has."""
    pipeline.collect(workspace, week, progress)
    pipeline.classify(workspace, week, progress)
    revision = pipeline.draft(workspace, week, progress)
    due.note_prepared(workspace, week)
    return revision.number, len(revision.draft.cards)


def preparation(week: Week) -> str:
    """The name of the turn in which *week* is prepared by one run alone, whoever started it."""
    return f"prepare {week}"


_PARTS: dict[str, Callable[[Workspace, Progress], Iterator[Step]]] = {
    "publish": _publish,
    "deliver": _deliver,
    "bounces": _read_reports,
    "prepare": _prepare,
}
