"""draft: the stage, its result as a file to edit and back, what is no text on it, and its versions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from weekly.commands import cards, stages, versions
from weekly.commands.blocks import blocks
from weekly.commands.console import LIFE, JsonOption, WeekOption, command_workspace, opened_week, say, say_json

draft = App(name="draft", help="Makes cards of the best candidates: a draft to review.", group=LIFE)
draft.default(stages.draft)
draft.command(blocks)
draft.command(cards.facts)
draft.command(cards.picture)
draft.command(versions.log)
draft.command(versions.show)
draft.command(versions.restore)


@draft.command
def export(
    directory: Annotated[Path, Parameter(help="Where to; made when absent.")], /, *, week: WeekOption = None
) -> None:
    """Writes the draft into a folder as Markdown in the digest's form, to be edited by hand."""
    from weekly.review.draft_files import export
    from weekly.review.draft_text import TEXT

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
    json: JsonOption = False,
) -> None:
    """Takes an exported and edited draft back, whole: refused, by line, where the draft cannot say what the file says.

    Refused too, with both texts, where the draft was changed in the same place.
    """
    from weekly.models import Week
    from weekly.review.draft_files import take_back
    from weekly.review.draft_text import TEXT, TextRefused
    from weekly.review.merge import FileConflict

    wanted = Week.parse(week) if week is not None else None
    with command_workspace() as workspace:
        try:
            revision = take_back(workspace, directory, by, wanted)
        except TextRefused as refusal:
            if json:
                say_json({"revision": None, "refused": [line._asdict() for line in refusal.lines]})
            for line in [] if json else refusal.lines:
                say(f"{directory / TEXT}:{line.line}: {line.text}\n    {line.reason}")
            raise
        except FileConflict as conflict:
            versions = conflict.versions
            texts = [{"place": one.place, "draft": _text(one.stands), "file": _text(one.file)} for one in versions]
            if json:
                say_json({"revision": None, "conflicts": texts})
            for one in [] if json else texts:
                say(f"<<<<<<< the draft, {one['place']}\n{one['draft']}\n=======\n{one['file']}\n>>>>>>> the file")
            raise
    if json:
        say_json({"week": revision.week, "revision": revision.number, "by": revision.author})
    else:
        say(f"{revision.week}: draft v{revision.number} by {revision.author}")


def _text(value: object) -> str:
    """A field of the draft for somebody who compares two of them."""
    from weekly.models import Card, Picture

    if isinstance(value, Card):
        return value.summary
    if isinstance(value, Picture):
        return f"{value.alt} ({value.file})"
    return "\n".join(map(_text, value)) if isinstance(value, (tuple, list)) else str(getattr(value, "url", value or ""))
