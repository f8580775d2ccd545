"""archive: the published issues on disk."""

from __future__ import annotations

from cyclopts import App

from weekly.commands.console import LOOK, JsonOption, opened, say, say_json
from weekly.errors import WeeklyError

archive = App(name="archive", help="The published issues on disk.", group=LOOK)


@archive.command
def verify(*, json: JsonOption = False) -> None:
    """Renders every issue again and compares hashes: nothing published has changed."""
    from weekly.stages.verify import verify as verified

    with opened() as workspace:
        found = list(verified(workspace))
    if json:
        say_json([{"week": one.week, "ok": not one.faults, "faults": list(one.faults)} for one in found])
    else:
        for one in found:
            say(f"{one.week}: {'as published' if not one.faults else ''}")
            for fault in one.faults:
                say(f"  {fault}")
    if wrong := [one.week for one in found if one.faults]:
        raise WeeklyError(f"{len(wrong)} of {len(found)} issues differ: {', '.join(wrong)}")


@archive.command
def rebuild() -> None:
    """Writes every page of the archive anew from the published issues, after a change of templates or settings.

    The issues themselves are not touched.
    """
    from weekly.publishers.archive import Archive
    from weekly.stages.preview import templates

    with opened() as workspace:
        shelves = Archive(workspace.archive)
        count = shelves.refresh(workspace.settings, templates(workspace)) + shelves.draw(workspace.settings)
        say(f"{count} files from the issues in {workspace.archive}")
