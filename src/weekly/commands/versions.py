"""draft log, show, restore: the versions of the draft."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any, TypeAlias

from cyclopts import Parameter
from cyclopts.validators import Number

from weekly.commands.console import ByOption, JsonOption, WeekOption, opened_week, say, say_json, say_table
from weekly.errors import WeeklyError

VersionArgument: TypeAlias = Annotated[
    int, Parameter(help="The number of a version, as 'weekly draft log' lists them.", validator=Number(gte=1))
]
CardOption: TypeAlias = Annotated[str, Parameter(help="Only this card, by its id.")]


def log(
    *,
    week: WeekOption = None,
    card: CardOption = "",
    limit: Annotated[int, Parameter(help="At most so many.", validator=Number(gte=1))] = 1000,
    json: JsonOption = False,
) -> None:
    """The versions of the draft, newest first: who saved them when, and what each of them changed."""
    from weekly.review.versions import changes_json, versions

    with opened_week(week) as (workspace, chosen):
        listed = list(islice(versions(workspace, chosen, card or None), limit))
    if not json:
        rows = [
            (one.number, f"{one.at:%F %T}", one.author, ", ".join(change.name or "head" for change in one.changes))
            for one in listed
        ]
        say_table(("version", "at", "by", "changed"), rows, right=("version",))
        return
    say_json(
        [
            {
                "version": one.number,
                "at": one.at.isoformat(),
                "by": one.author,
                "kept": one.kept,
                "changes": changes_json(one.changes),
            }
            for one in listed
        ]
    )


def show(
    number: VersionArgument,
    /,
    *,
    week: WeekOption = None,
    card: CardOption = "",
    against: Annotated[int | None, Parameter(help="The version to compare it with; else the one that stands.")] = None,
    json: JsonOption = False,
) -> None:
    """One version of the draft beside the one that stands: what differs, field by field."""
    from weekly.review.approve import current_revision
    from weekly.review.versions import changes_json, difference, find_version
    from weekly.store import codec

    with opened_week(week) as (workspace, chosen):
        old = find_version(workspace, chosen, number)
        other = current_revision(workspace, chosen) if against is None else find_version(workspace, chosen, against)
    changes = tuple(change for change in difference(other.draft, old.draft) if card in {"", change.card})
    if json:
        told: dict[str, Any] = {"version": old.number, "at": old.created_at.isoformat(), "by": old.author}
        told |= {"hash": old.hash, "against": other.number, "changes": changes_json(changes)}
        say_json({**told, "draft": codec.plain(old.draft)})
        return
    say(f"{chosen}: v{old.number} by {old.author} ({old.created_at:%F %T}), compared with v{other.number}")
    for change in changes:
        say(f"\n{change.name or 'head'} {change.card}".rstrip())
        for name, (before, after) in change.texts.items():
            say("\n".join([f"  {name}", *_marked("-", before), *_marked("+", after)]))


def _marked(mark: str, text: str) -> list[str]:
    return [f"  {mark} {line}" for line in text.splitlines()]


def restore(
    number: VersionArgument,
    /,
    *,
    week: WeekOption = None,
    card: CardOption = "",
    head: Annotated[bool, Parameter(negative="", help="Only title, summary and cover.")] = False,
    by: ByOption = "editor",
    json: JsonOption = False,
) -> None:
    """Lets a version of the draft, or one card or the head of it, stand again, as a new version."""
    from weekly.review.versions import restore_card, restore_head, restore_issue

    if card and head:
        raise WeeklyError("--card and --head are two things: restore one after the other")
    with opened_week(week) as (workspace, chosen):
        if card:
            revision = restore_card(workspace, chosen, number, card, by)
        else:
            revision = (restore_head if head else restore_issue)(workspace, chosen, number, by)
    if json:
        say_json({"week": str(chosen), "restored": number, "version": revision.number})
    else:
        say(f"{chosen}: as v{number}: draft v{revision.number}")
