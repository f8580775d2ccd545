"""candidates, health, check: looking at a week without changing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from weekly.commands.console import (
    JsonOption,
    WeekOption,
    note,
    opened_week,
    progress,
    say,
    say_json,
    say_table,
    verdicts,
)

if TYPE_CHECKING:
    from weekly.models import Candidate


def candidates(
    *,
    week: WeekOption = None,
    limit: Annotated[int | None, Parameter(help="At most this many.")] = None,
    json: JsonOption = False,
) -> None:
    """The week's candidates, best first, with the reasons for their place."""
    with opened_week(week) as (workspace, chosen), workspace.store.read() as tx:
        rows = [_plain(one) for one in tx.candidates.ranking(chosen, limit)]
    if json:
        say_json(rows)
        return
    table = [
        (
            f"{row['score']:.2f}",
            row["topic"],
            row["status"],
            row["title"][:70],
            "; ".join(row["reasons"][:3]),
            row["id"],
        )
        for row in rows[:60]
    ]
    say_table(("score", "topic", "status", "title", "reasons", "id"), table, right=("score",))
    if len(rows) > len(table):
        say(f"… and {len(rows) - len(table)} more: --json shows all of them")


def _plain(candidate: Candidate) -> dict[str, Any]:
    lead = candidate.work.lead
    return {
        "id": candidate.work.id,
        "kind": lead.kind.value,
        "title": lead.title,
        "url": lead.url,
        "topic": candidate.topic,
        "topics": [{"topic": topic.topic, "score": topic.score, "reason": topic.reason} for topic in candidate.topics],
        "score": candidate.score,
        "reasons": [
            *(f"{part.name} {part.value:+.2f}: {part.reason}" for part in candidate.parts),
            *(f"{entry.source}: {entry.remarks}" for entry in candidate.work.entries if entry.remarks),
            *(f"late: {entry.late}" for entry in candidate.work.entries if entry.late),
        ],
        "also": list(candidate.also),
        "status": candidate.status.value,
    }


def health(*, week: WeekOption = None, json: JsonOption = False) -> None:
    """How each source did, and how many of the week's entries got how far."""
    from weekly.stages.funnel import STEPS, week_funnel
    from weekly.store import codec

    with opened_week(week) as (workspace, chosen), workspace.store.read() as tx:
        sources = [codec.plain(health) for health in tx.source_runs.health(chosen)]
        funnel = codec.plain(week_funnel(tx, chosen))
    if json:
        say_json({"sources": sources, "funnel": funnel})
        return
    if not sources:
        note(f"{chosen} has not been collected: run 'weekly collect --week {chosen}'")
        return
    verdicts(sources)
    say("")
    say_table(("entries", "what became of them"), [(funnel[name], told) for name, told in STEPS], right=("entries",))


def check(
    *,
    week: WeekOption = None,
    links: Annotated[bool, Parameter(negative="", help="Asks each link of the draft whether it is alive.")] = False,
    json: JsonOption = False,
) -> None:
    """What stands in the way of approving the draft, and what is worth a look."""
    from weekly.review.approve import current_revision
    from weekly.review.findings import findings
    from weekly.review.links import probe
    from weekly.store import codec

    with opened_week(week) as (workspace, chosen):
        draft = current_revision(workspace, chosen).draft
        if links:
            with progress() as tell:
                probe(workspace, draft, tell)
        rows = [codec.plain(finding) for finding in findings(workspace, draft)]
    if json:
        say_json([{name: row[name] for name in ("check", "level", "card", "message")} for row in rows])
    elif rows:
        say_table(("level", "check", "message"), [(row["level"], row["check"], row["message"]) for row in rows])
    else:
        say(f"{chosen}: nothing to say")
