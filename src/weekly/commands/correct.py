"""correct: what was wrong in a published issue."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from weekly.commands.console import JsonOption, WeekOption, opened_week, say, say_json, say_table
from weekly.errors import StageError


def correct(
    *,
    week: WeekOption = None,
    card: Annotated[str, Parameter(help="The card that it is about: its id, as in issue.json, or its name.")] = "",
    text: Annotated[str, Parameter(help="What is right, as Markdown.")] = "",
    by: Annotated[str, Parameter(help="Who corrects; needed where [review] names editors.")] = "",
    notify: Annotated[bool, Parameter(negative="", help="A mail to those who got the issue.")] = False,
    json: JsonOption = False,
) -> None:
    """Puts a correction beside an issue, which itself never changes; without --card and --text lists them."""
    from weekly.archive import errata

    if bool(card) != bool(text) or (notify and not card):
        raise StageError("a correction has both: --card ID and --text 'what is right'")
    with opened_week(week) as (workspace, chosen):
        erratum = errata.correct(workspace, chosen, card=card, text=text, by=by, notify=notify) if card else None
        known = errata.errata_of(workspace, chosen) if erratum else errata.rewrite(workspace, chosen)
        with workspace.store.read() as tx:
            told = tx.deliveries.counts(erratum.notice)["audience"] if erratum else 0
    if json:
        rows = [
            {"number": each.number, "card": each.card, "text": each.text, "by": each.by, "at": each.at.isoformat()}
            for each in known
        ]
        say_json({"week": str(chosen), "errata": rows, "notice": str(erratum.notice) if erratum and told else ""})
    elif erratum is None:
        say_table(("number", "at", "card", "text"), [(e.number, e.at.date(), e.card, e.text) for e in known])
    else:
        say(f"{chosen}: correction {erratum.number}, about {erratum.card}, stands beside the issue")
        if told:
            say(f"next: weekly deliver --week {erratum.notice}, to {told} who got the issue")
