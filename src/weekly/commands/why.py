"""why: what became of an entry."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from weekly.commands.console import JsonOption, command_workspace, say, say_json


def why(
    entry: Annotated[str, Parameter(help="An arXiv id, owner/name, an address, or a candidate's id.")],
    /,
    *,
    json: JsonOption = False,
) -> None:
    """Tells what became of an entry, and at which stage."""
    from weekly.store import codec
    from weekly.why import why as explain

    with command_workspace() as workspace:
        answer = explain(workspace, entry)
    if json:
        say_json(codec.plain(answer))
        return
    say(f"{answer.id}: {answer.stage}")
    for fate in answer.fates:
        say(f"\n{fate.week}  {fate.id}: {fate.stage}  {fate.title[:90]}")
        for line in fate.said:
            say(f"  {line}")
    for update in answer.updates:
        version = f" {update.version}" if update.version else ""
        say(f"\n{update.week}  update: {update.change}{version}, noticed {update.at:%Y-%m-%d}")
    for note in answer.notes:
        say(f"  {note}")
