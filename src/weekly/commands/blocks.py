"""draft blocks: an editorial, an announcement, a sponsor's words."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter
from cyclopts.validators import Number

from weekly.commands.console import ByOption, JsonOption, WeekOption, opened_week, say, say_json, say_table
from weekly.errors import WorkspaceError

blocks = App(name="blocks", help="What stands beside the cards: an editorial, an announcement, a sponsor's words.")


@blocks.default
def list_(*, week: WeekOption = None, json: JsonOption = False) -> None:
    """The blocks of the draft with their numbers."""
    from weekly.review.approve import current_revision

    with opened_week(week) as (workspace, chosen):
        stand = current_revision(workspace, chosen).draft.blocks
    if json:
        say_json([{"number": number, **asdict(block)} for number, block in enumerate(stand, 1)])
        return
    rows = [(number, block.kind, block.title, block.after) for number, block in enumerate(stand, 1)]
    say_table(("number", "kind", "title", "after"), rows, right=("number",))


@blocks.command
def add(
    *,
    kind: Annotated[Literal["editorial", "announcement", "sponsor"], Parameter(help="Whose words they are.")],
    title: Annotated[str, Parameter(help="The heading.")],
    body: Annotated[str, Parameter(help="Markdown; else it is read from --file.")] = "",
    file: Annotated[Path | None, Parameter(help="A file with the Markdown; - for stdin.")] = None,
    after: Annotated[str, Parameter(help="The id of the card before it; else it stands first.")] = "",
    by: ByOption = "editor",
    week: WeekOption = None,
) -> None:
    """Adds a block to the draft."""
    from weekly.review.blocks import BlockFields, add

    fields = BlockFields(kind=kind, title=title, body=body if file is None else _read(file), after=after)
    with opened_week(week) as (workspace, chosen):
        revision = add(workspace, chosen, fields, by)
    say(f"{chosen}: block {len(revision.draft.blocks)} in draft v{revision.number}")


def _read(file: Path) -> str:
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WorkspaceError(f"{file}: cannot be read as UTF-8 text: {error}") from error


@blocks.command
def remove(
    number: Annotated[int, Parameter(help="As 'weekly draft blocks' lists them.", validator=Number(gte=1))],
    /,
    *,
    by: ByOption = "editor",
    week: WeekOption = None,
) -> None:
    """Takes a block out of the draft; 'weekly draft restore' brings an earlier version back."""
    from weekly.review.blocks import remove

    with opened_week(week) as (workspace, chosen):
        revision = remove(workspace, chosen, number, by)
    say(f"{chosen}: removed in draft v{revision.number}")
