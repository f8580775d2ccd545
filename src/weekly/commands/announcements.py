"""announce, announcements: making an issue known elsewhere."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from cyclopts import App, Parameter

from weekly.commands.console import LIFE, JsonOption, WeekOption, opened_week, say, say_json, say_table
from weekly.errors import WeeklyError

announcements = App(name="announcements", help="Where else an issue was made known.", group=LIFE)
_To = Annotated[str, Parameter(help="Only this destination.")]


def announce(
    *,
    week: WeekOption = None,
    to: _To = "",
    dry_run: Annotated[bool, Parameter(negative="", help="Say what would be done; send and change nothing.")] = False,
    json: JsonOption = False,
) -> None:
    """Makes the issue known at the places of [destinations]; safe to run again."""
    from weekly.destinations import announce as stage

    with opened_week(week) as (workspace, chosen):
        if dry_run:
            planned = list(stage.plans(workspace, chosen, to))
            rows = [{"destination": name, "state": "planned", "detail": text} for name, text, _ in planned]
            wrong = [name for name, _, able in planned if not able]
            _tell(rows, json=json)
        else:
            rows, wrong = [], []
            for outcome in stage.announce(workspace, chosen, to):
                row = {"destination": outcome.destination, "state": outcome.state.value, "detail": outcome.detail}
                rows.append(row)
                wrong += [] if outcome.is_settled else [outcome.destination]
                if not json:
                    _tell([row], json=False)
            if json:
                _tell(rows, json=True)
    if wrong:
        raise WeeklyError(f"{chosen}: not announced at {', '.join(wrong)}")


def _tell(rows: list[dict[str, Any]], *, json: bool) -> None:
    if json:
        say_json(rows)
        return
    for row in rows:
        say(f"{row['destination']}: {row['state']}: {row['detail']}")


@announcements.default
def list_(*, week: WeekOption = None, json: JsonOption = False) -> None:
    """Where the issue was announced, and what became of it."""
    with opened_week(week) as (workspace, chosen), workspace.store.read() as tx:
        rows = [
            {
                "destination": one.destination,
                "state": one.state.value,
                "attempts": one.attempts,
                "at": one.at.isoformat(),
                "detail": one.detail,
                "hash": one.hash,
            }
            for one in tx.announcements.rows(chosen)
        ]
    if json:
        say_json(rows)
    else:
        columns = ("destination", "state", "attempts", "at", "detail")
        say_table(columns, [[row[name] for name in columns] for row in rows])


@announcements.command
def resolve(
    *,
    week: WeekOption = None,
    as_: Annotated[Literal["sent", "retry"], Parameter(name="--as", help="It arrived, or try again.")],
    to: _To = "",
) -> None:
    """Decides the uncertain ones, of which nobody knows whether they arrived."""
    from weekly import processes
    from weekly.models import State

    state = State.SENT if as_ == "sent" else State.FAILED
    with opened_week(week) as (workspace, chosen), workspace.store.write() as tx:
        changed = tx.announcements.resolve(chosen, to, state, processes.has_ended, workspace.clock())
    if to and not changed:
        raise WeeklyError(f"{chosen}: nothing uncertain at {to}: see 'weekly announcements --week {chosen}'")
    next_ = f": run 'weekly announce --week {chosen}'" if changed and state is State.FAILED else ""
    say(f"{chosen}: {changed} uncertain now {as_}{next_}")
