"""archive: the published issues on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cyclopts import App

from weekly.commands.console import LOOK, JsonOption, command_workspace, say, say_json
from weekly.errors import WeeklyError

if TYPE_CHECKING:
    from weekly.archive.verify import Verification

archive = App(name="archive", help="The published issues on disk.", group=LOOK)


@archive.command
def verify(*, json: JsonOption = False) -> None:
    """Compares each file with what was approved and published: a new title, template or version is no difference."""
    from weekly.archive.verify import verify as verify_archive

    with command_workspace() as workspace:
        results = list(verify_archive(workspace))
    if json:
        say_json([_plain(result) for result in results])
    else:
        for result in results:
            state = "" if result.faults else "as published"
            say(f"{result.week or 'pages'}: {state}{f' ({result.note})' if result.note else ''}")
            for fault in result.faults:
                say(f"  {fault}")
    if wrong := [result.week for result in results if result.faults]:
        issues = [week for week in wrong if week]
        message = (
            f"{len(issues)} of {len([result for result in results if result.week])} issues differ: {', '.join(issues)}"
        )
        raise WeeklyError(message if issues else "pages differ from what the issues give")


def _plain(verification: Verification) -> dict[str, Any]:
    files = [{"file": fault.place, "what": fault.kind.value, "message": fault.message} for fault in verification.faults]
    return {
        "week": verification.week,
        "ok": not verification.faults,
        "note": verification.note,
        "faults": [str(fault) for fault in verification.faults],
        "files": files,
    }


@archive.command
def rebuild() -> None:
    """Writes every page of the archive anew from the published issues, after a change of templates or settings.

    The issues themselves are not touched.
    """
    from weekly.archive.folder import Archive
    from weekly.archive.publish import refresh

    with command_workspace() as workspace:
        pages = Archive(workspace.archive)
        count = refresh(workspace, pages) + pages.draw(workspace.settings)
        say(f"{count} files from the issues in {workspace.archive}")


@archive.command
def restore(*, json: JsonOption = False) -> None:
    """Makes a database whole from archive/: issues, numbers, what was announced, who approved.

    Nothing is sent again by itself: 'weekly deliveries' shows the newest issues as uncertain.
    """
    from dataclasses import asdict

    from weekly.archive.restore import restore as restore_archive

    with command_workspace(mends=True) as workspace:
        restored = restore_archive(workspace)
    if json:
        say_json([asdict(issue) for issue in restored])
        return
    for issue in restored:
        whole = "" if issue.whole else ", as readers saw it"
        say(f"{issue.week}: No. {issue.number}, approved by {issue.approved_by or 'somebody'}{whole}")
    say(f"{len(restored)} issues restored" if restored else "the database knows every issue of the archive")
