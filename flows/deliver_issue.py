"""From the archive to the readers."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from prefect import flow
from prefect.logging import get_run_logger
from pydantic import Field

from flows import crew
from flows.publish_issue import LOOKS_BACK
from flows.sending import send
from flows.stage import MailingName, WorkspaceName, mailing_task, stage_task, week_of
from weekly.delivery.safeguards import is_too_old
from weekly.models import Mailing, Week
from weekly.workspace import Workspace


def _due(workspace: Workspace, newest: Week) -> list[str]:
    """The issues with mails to send now, the oldest first, each before the notices about it.

    What a mailbox refused on Sunday is due on Monday. A notice has readers once `weekly correct --notify` gave it some.
    """
    mailings: list[Mailing] = []
    with workspace.store.read() as tx:
        for back in range(LOOKS_BACK - 1, -1, -1):
            week = newest.shift(-back)
            mailings += [week, *(erratum.notice for erratum in tx.issues.errata(week))]
    return [str(one) for one in mailings if _fresh(workspace, one) and _left(workspace, one)]


def _fresh(workspace: Workspace, one: Mailing) -> bool:
    """Whether it is published, and not so long ago that `[smtp] max_age` forbids to send it."""
    with workspace.store.read() as tx:
        issue = tx.issues.find(one.week)
    return issue is not None and not is_too_old(workspace, issue, one)


def _published(workspace: Workspace, one: Mailing) -> bool:
    with workspace.store.read() as tx:
        return tx.issues.has(one.week)


def _left(workspace: Workspace, one: Mailing) -> bool:
    """Whether a mail may be tried now, or some sender, perhaps a dead one, has the last ones in hand."""
    with workspace.store.read() as tx:
        pending, due = tx.deliveries.counts(one)["pending"], tx.deliveries.find_next_due(one)
    return pending > 0 and (due is None or due <= workspace.clock())


def _counts(workspace: Workspace, one: Mailing) -> dict[str, int]:
    with workspace.store.read() as tx:
        return tx.deliveries.counts(one)


due_mailings = stage_task("look for mails to send", _due)
published = mailing_task("published", _published)
left = mailing_task("what is left", _left)
counts = mailing_task("counts", _counts)


@flow(name="deliver-issue")
async def deliver_issue(
    workspace: WorkspaceName = None, week: MailingName = None, senders: Annotated[int, Field(ge=1, le=64)] = 1
) -> dict[str, Any]:
    """Sends or resumes the mails of *week*; before the week is published it does nothing and says so.

    Args:
        workspace: the folder with weekly.toml; else WEEKLY_WORKSPACE, else the nearest one upwards.
        week: an issue, 2025-W15, or a notice about it, 2025-W15+1; else each of the last five weeks with mails to send.
        senders: how many send side by side; each claims its share from the ledger.
    """
    newest = week_of(workspace, week)
    chosen = [week] if week else (await due_mailings(workspace, newest) or [newest])
    result: dict[str, Any] = {}
    for one in chosen:
        result = await _deliver(workspace, one, senders)
    return result


async def _deliver(workspace: str | None, week: str, senders: int) -> dict[str, Any]:
    if not await published(workspace, week):
        get_run_logger().info("%s is not published: nothing to deliver yet", week)
        return {"week": week, "audience": 0}
    if crew.pooled():
        await _with_others(workspace, week, senders - 1)
    else:
        await crew.side_by_side(workspace, week, senders)
    return {"week": week, **await counts(workspace, week)}


async def _with_others(workspace: str | None, week: str, others: int) -> None:
    """Sends beside *others* runs on the pool, and sends what a killed one of them leaves behind."""
    runs = await crew.call(workspace, week, others)
    await send(workspace, week)
    while working := await crew.working(runs):
        if not await left(workspace, week):
            break
        get_run_logger().info("%d of %d other senders are still at work on %s", working, others, week)
        await asyncio.sleep(crew.PAUSE)
        await send(workspace, week)
    await crew.dismiss(runs)
    if runs and await left(workspace, week):
        await send(workspace, week)
