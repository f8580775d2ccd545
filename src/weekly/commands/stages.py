"""run, collect, classify, draft, approve, publish, deliver: the stages, and the first three in a row."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from weekly.commands.console import (
    JsonOption,
    MailingOption,
    WeekOption,
    model_costs,
    opened_mailing,
    opened_week,
    progress,
    say,
    say_json,
    verdicts,
)
from weekly.commands.run_log import add_facts
from weekly.errors import WeeklyError


def collect(
    *,
    week: WeekOption = None,
    only: Annotated[tuple[str, ...], Parameter(help="A source to ask instead of all of them.", negative="")] = (),
    json: JsonOption = False,
) -> None:
    """Asks every source about the week and stores what it has."""
    from weekly import pipeline
    from weekly.store import codec

    with opened_week(week) as (workspace, chosen), progress() as tell:
        health = [codec.plain(one) for one in pipeline.collect(workspace, chosen, tell, only=only)]
    if json:
        say_json({"week": str(chosen), "sources": health})
    else:
        verdicts(health)


def classify(*, week: WeekOption = None, json: JsonOption = False) -> None:
    """Merges what was collected, files it under topics and ranks it."""
    from weekly import pipeline
    from weekly.store import codec

    with opened_week(week) as (workspace, chosen), progress() as tell:
        funnel = codec.plain(pipeline.classify(workspace, chosen, tell))
    if json:
        say_json({"week": str(chosen), "funnel": funnel})
    else:
        say(f"{chosen}: " + ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in funnel.items()))


def draft(*, week: WeekOption = None, json: JsonOption = False) -> None:
    """Makes cards of the best candidates: a draft to review."""
    from weekly import pipeline

    with opened_week(week) as (workspace, chosen), progress() as tell:
        revision = pipeline.draft(workspace, chosen, tell)
        model_costs(workspace, str(chosen))
    cards = len(revision.draft.cards)
    if json:
        say_json({"week": revision.week, "revision": revision.number, "hash": revision.hash, "cards": cards})
    else:
        say(f"{revision.week}: draft v{revision.number} by {revision.author} with {cards} cards")


def run(*, week: WeekOption = None, json: JsonOption = False) -> None:
    """Collects, classifies and drafts: ends with a draft to review."""
    from weekly import due, pipeline
    from weekly.store import codec

    with opened_week(week) as (workspace, chosen), progress() as tell:
        health = [codec.plain(one) for one in pipeline.collect(workspace, chosen, tell)]
        funnel = pipeline.classify(workspace, chosen, tell)
        revision = pipeline.draft(workspace, chosen, tell)
        due.note_prepared(workspace, chosen)
        add_facts(week=str(chosen), sources={one["source"]: one["verdict"] for one in health}, **codec.plain(funnel))
        cards = [{"id": card.id, "name": card.name, "topic": card.topic} for card in revision.draft.cards]
        model_costs(workspace, str(chosen))
        with workspace.store.read() as tx:
            issue = tx.issues.find(chosen)
    if json:
        result = {"week": str(chosen), "sources": health, "funnel": codec.plain(funnel)}
        say_json({**result, "revision": revision.number, "hash": revision.hash, "cards": cards})
        return
    if issue is not None:
        say(f"{chosen} is published as No. {issue.number} and stays as it is: what is new waits for the next week")
        return
    verdicts(health)
    say("")
    for card in cards:
        say(f"  {card['topic']:<18} {card['name']}")
    say(f"\n{chosen}: draft v{revision.number} with {len(cards)} of {funnel.candidates} candidates")
    say(f"next: weekly check --week {chosen}, then weekly approve --week {chosen} --by NAME")


def approve(
    *,
    week: WeekOption = None,
    by: Annotated[str, Parameter(help="Who approves.")],
    override: Annotated[
        tuple[str, ...], Parameter(help="CHECK=REASON: a blocking finding that may stand, and why.", negative="")
    ] = (),
) -> None:
    """Approves the current draft; refused while a finding blocks."""
    from weekly import pipeline

    with opened_week(week) as (workspace, chosen):
        revision = pipeline.approve(workspace, chosen, by, dict(map(_override, override)))
    say(f"{chosen}: draft v{revision.number} approved by {by} ({revision.hash[:12]})")
    say(f"next: weekly publish --week {chosen}")


def _override(text: str) -> tuple[str, str]:
    check, mark, reason = text.partition("=")
    if not mark or not reason.strip():
        raise WeeklyError(f"--override {text!r}: write CHECK=REASON, such as --override pictures='drawn next week'")
    return check.strip(), reason.strip()


def publish(*, week: WeekOption = None, json: JsonOption = False) -> None:
    """Puts the approved draft into the archive and freezes its audience."""
    from weekly import pipeline
    from weekly.render.paths import folder

    with opened_week(week) as (workspace, chosen), progress() as tell:
        issue = pipeline.publish(workspace, chosen, tell)
        add_facts(week=issue.week, number=issue.number)
        place = workspace.archive / folder(chosen)
    if json:
        say_json({"week": issue.week, "number": issue.number, "hash": issue.hash, "folder": str(place)})
    else:
        say(f"{issue.week}: issue No. {issue.number} in {place}")
        say(f"next: weekly deliver --week {issue.week}")


def deliver(
    *,
    week: MailingOption = None,
    limit: Annotated[int | None, Parameter(help="At most this many mails.", validator=Number(gte=1))] = None,
    scheduled: Annotated[
        datetime | None, Parameter(help="When this run was planned for: refused if that is over a day ago.")
    ] = None,
    wait: Annotated[bool, Parameter(negative="", help="Stay until what is refused for now is decided too.")] = False,
    json: JsonOption = False,
) -> None:
    """Sends the issue to its audience, or goes on where an earlier run stopped."""
    from weekly import pipeline

    with opened_mailing(week) as (workspace, chosen), progress() as tell:
        planned = scheduled.astimezone() if scheduled else None
        counts = pipeline.deliver(workspace, chosen, limit, tell, scheduled=planned, wait=wait)
        add_facts(mailing=str(chosen), **counts)
        with workspace.store.read() as tx:
            due = tx.deliveries.find_next_due(chosen)
    if json:
        say_json(counts)
        return
    say(f"{chosen}: " + ", ".join(f"{count} {name}" for name, count in counts.items()))
    if due is not None:
        say(f"the next try is due at {due:%Y-%m-%d %H:%M} UTC: run the same command then, or with --wait")
    if counts["uncertain"]:
        say(f"nobody knows about {counts['uncertain']}: 'weekly deliveries list --state uncertain', then resolve them")
