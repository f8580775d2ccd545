"""A newsletter at a glance: an artifact that is written anew whenever something was done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prefect.artifacts import acreate_markdown_artifact

from flows.newsletters import newsletter, slug
from flows.tasks import folder, in_workspace
from weekly.models import Week
from weekly.schedule import PlannedRun
from weekly.status import WeekStatus, status
from weekly.workspace import Workspace

_STATES = ("sent", "failed", "uncertain", "pending")


async def leave_glance(workspace: str | None) -> None:
    """Leaves the newsletter's artifact as it is now."""
    of = newsletter(folder(workspace))
    text = await in_workspace(workspace, glance)
    await acreate_markdown_artifact(
        markdown=text, key=f"glance-{slug(of.name)}", description=f"{of.settings.newsletter.title}: the last weeks"
    )


def glance(workspace: Workspace) -> str:
    """The last weeks, what waits for whom and what runs when, as Markdown."""
    now = status(workspace)
    with workspace.store.read() as tx:
        funnel = tx.candidates.funnel(workspace.this_week)
        due = {week.week: tx.deliveries.find_next_due(Week.parse(week.week)) for week in now.weeks if week.counts}
        costs = {week.week: tx.model_answers.costs(week.week).cost for week in now.weeks}
    zone = workspace.settings.newsletter.zone
    again = {week: f"{at.astimezone(zone):%a %H:%M}" for week, at in due.items() if at}
    waiting = [(one.week, one.who, one.what, f"`{one.mend}`") for one in now.waiting]
    counted = (
        f"{workspace.this_week}: {funnel.fetched} entries fetched, {funnel.merged} merged,"
        f" {funnel.already_published} published before, {funnel.candidates} candidates, {funnel.selected} selected."
    )
    parts = [
        f"# {workspace.settings.newsletter.title}",
        _table(
            ("week", "state", "No.", "cards", "approved by", "mails", "model"),
            (_row(week, again.get(week.week, ""), costs[week.week]) for week in now.weeks),
        ),
        counted,
        "## Waiting",
        _table(("week", "for", "what", "how"), waiting) if waiting else "Nothing waits for anybody.",
        f"## Next ({zone.key})",
        _table(("what", "when"), _planned(now.due)),
    ]
    return "\n\n".join(parts) + "\n"


def _row(week: WeekStatus, due: str, cost: float) -> tuple[object, ...]:
    counts = week.counts or {}
    mails = [f"{counts[state]} {state}" for state in _STATES if counts.get(state)] + (
        [f"next due {due}"] if due else []
    )
    spent = f"{cost:.2f}" if cost else ""
    return (week.week, week.state, week.number or "", week.cards or "", week.approved_by, ", ".join(mails), spent)


def _planned(runs: Iterable[PlannedRun]) -> Iterator[tuple[object, ...]]:
    return ((run.what, f"{run.at:%a %Y-%m-%d %H:%M}" if run.at else "never by itself") for run in runs)


def _table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(str(cell).replace('|', '/') for cell in line)} |" for line in lines)
