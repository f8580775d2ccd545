"""export: a week in the forms of other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from weekly.commands.console import DOCUMENTS, WeekOption, opened_week, write

export = App(name="export", help="A week in the forms of other programs.", group=DOCUMENTS)


@export.command
def bibtex(
    *,
    week: WeekOption = None,
    output: Annotated[Path | None, Parameter(name=("-o", "--output"), help="Where; else stdout.")] = None,
) -> None:
    """Writes the week's works as BibTeX: those of the issue, or of the draft while there is none."""
    from weekly.archive.cite import bibtex as made

    with opened_week(week) as (workspace, chosen):
        text = made(workspace, chosen)
    write(output, text)
