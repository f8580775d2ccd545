"""archive: the published issues on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cyclopts import App

from weekly.commands.console import LOOK, JsonOption, opened, say, say_json
from weekly.errors import WeeklyError

if TYPE_CHECKING:
    from weekly.archive.verify import Verification

archive = App(name="archive", help="The published issues on disk.", group=LOOK)


@archive.command
def verify(*, json: JsonOption = False) -> None:
    """Renders every issue again and compares hashes: nothing published has changed."""
    from weekly.archive.verify import verify as verify_archive

    with opened() as workspace:
        found = list(verify_archive(workspace))
    if json:
        say_json([_plain(one) for one in found])
    else:
        for one in found:
            say(f"{one.week or 'pages'}: {'as published' if not one.faults else ''}")
            for fault in one.faults:
                say(f"  {fault}")
    if wrong := [one.week for one in found if one.faults]:
        issues = [week for week in wrong if week]
        said = f"{len(issues)} of {len([one for one in found if one.week])} issues differ: {', '.join(issues)}"
        raise WeeklyError(said if issues else "pages differ from what the issues give")


def _plain(one: Verification) -> dict[str, Any]:
    files = [{"file": fault.place, "what": fault.what.value, "message": fault.message} for fault in one.faults]
    return {"week": one.week, "ok": not one.faults, "faults": [str(fault) for fault in one.faults], "files": files}


@archive.command
def rebuild() -> None:
    """Writes every page of the archive anew from the published issues, after a change of templates or settings.

    The issues themselves are not touched.
    """
    from weekly.archive.folder import Archive

    with opened() as workspace:
        shelves = Archive(workspace.archive)
        count = shelves.refresh(workspace.settings, workspace.environment) + shelves.draw(workspace.settings)
        say(f"{count} files from the issues in {workspace.archive}")
