"""status, show: where the newsletter stands, and the draft as readers would read it."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated

from cyclopts import Parameter

from weekly.commands.console import (
    JsonOption,
    WeekOption,
    command_workspace,
    opened_week,
    printable,
    say,
    say_json,
    say_table,
)
from weekly.errors import StageError


def status(
    *,
    fresh: Annotated[
        int | None, Parameter(help="Fails unless somebody has looked what is due within so many seconds.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """The weeks with their states, what is due when, and what waits for whom."""
    from weekly.status import status as status_of

    with command_workspace() as workspace:
        told, zone, now = status_of(workspace), workspace.settings.newsletter.zone, workspace.clock()
    if fresh is not None and (told.ticked_at is None or (now - told.ticked_at).total_seconds() > fresh):
        raise StageError(f"nobody has looked what is due for {fresh} seconds: is 'weekly tick' running?")
    if json:
        due = [{"part": run.what, "cron": run.cron, "at": run.at.isoformat() if run.at else None} for run in told.due]
        ticked = told.ticked_at.isoformat() if told.ticked_at else None
        weeks, waiting = [asdict(week) for week in told.weeks], [asdict(one) for one in told.waiting]
        say_json({"weeks": weeks, "due": due, "waiting": waiting, "ticked_at": ticked})
        return
    rows = [
        (week.week, week.state, week.number or "", week.cards or "", week.approved_by, _share(week.counts))
        for week in told.weeks
    ]
    say_table(("week", "state", "No.", "cards", "approved by", "mails"), rows, right=("No.", "cards"))
    say("")
    say_table(
        ("what", f"next ({zone.key})"),
        [(run.what, f"{run.at:%a %Y-%m-%d %H:%M}" if run.at else "never by itself") for run in told.due],
    )
    if told.ticked_at is None:
        say("\nnobody has looked yet what is due: 'weekly tick' every ten minutes does, see docs/deploy.md")
    else:
        say(f"\nlast looked what is due: {told.ticked_at.astimezone(zone):%a %Y-%m-%d %H:%M}")
    say("")
    if told.waiting:
        say_table(
            ("week", "waits for", "what", "how"), [(one.week, one.who, one.what, one.mend) for one in told.waiting]
        )
    else:
        say("nothing waits for anybody")


def _share(counts: dict[str, int] | None) -> str:
    return f"{counts['sent']} of {counts['audience']} sent" if counts else ""


def show(*, week: WeekOption = None) -> None:
    """The week's issue, or its draft as it stands, as readers would read it."""
    from weekly.render.documents import render
    from weekly.review.approve import current_revision
    from weekly.review.preview import renderer

    with opened_week(week) as (workspace, chosen):
        with workspace.store.read() as tx:
            issue = tx.issues.find(chosen)
        draft = issue.draft if issue else current_revision(workspace, chosen).draft
        text = render(renderer(workspace).digest(draft), workspace.environment)
    if not sys.stdout.isatty():
        say(text.rstrip("\n"))
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(printable(text)))
