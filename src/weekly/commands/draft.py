"""draft: the stage, its result as a file to edit and back, and its versions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from weekly.commands import stages, versions
from weekly.commands.blocks import blocks
from weekly.commands.console import LIFE, WeekOption, command_workspace, opened_week, say

draft = App(name="draft", help="Makes cards of the best candidates: a draft to review.", group=LIFE)
draft.default(stages.draft)
draft.command(blocks)
draft.command(versions.log)
draft.command(versions.show)
draft.command(versions.restore)


@draft.command
def export(
    directory: Annotated[Path, Parameter(help="Where to; made when absent.")], /, *, week: WeekOption = None
) -> None:
    """Writes the draft into a folder as Markdown in the digest's form, to be edited by hand."""
    from weekly.review.draft_files import TEXT, export

    with opened_week(week) as (workspace, chosen):
        revision = export(workspace, chosen, directory)
    say(f"{revision.week}: draft v{revision.number} in {directory / TEXT}")
    say(f"next: edit it, then weekly draft import {directory}")


@draft.command(name="import")
def import_(
    directory: Annotated[Path, Parameter(help="A folder that was exported.")],
    /,
    *,
    by: Annotated[str, Parameter(help="Who edited it.")] = "editor",
    week: WeekOption = None,
) -> None:
    """Takes an exported and edited draft back; refused, with both texts, where the draft changed in the same place."""
    from weekly.models import Week
    from weekly.review.draft_files import FileConflict, take_back

    wanted = Week.parse(week) if week is not None else None
    with command_workspace() as workspace:
        try:
            revision = take_back(workspace, directory, by, wanted)
        except FileConflict as conflict:
            for version in conflict.versions:
                say(f"<<<<<<< the draft, {version.place}\n{version.stands}\n=======\n{version.file}\n>>>>>>> the file")
            raise
    say(f"{revision.week}: draft v{revision.number} by {revision.author}")
