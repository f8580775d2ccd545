"""archive: the published issues on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from weekly.commands.console import LOOK, JsonOption, WeekOption, command_workspace, opened_week, say, say_json
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
    """Writes every page of the archive that changes with the templates, the settings or the published issues.

    The issues themselves are not touched.
    """
    from weekly.archive.folder import Archive
    from weekly.archive.publish import refresh

    with command_workspace() as workspace:
        pages = Archive(workspace.archive)
        count = refresh(workspace, pages) + pages.draw(workspace.settings)
        say(f"{count} files written in {workspace.archive}")


@archive.command
def grow(
    *,
    week: WeekOption = None,
    dry_run: Annotated[bool, Parameter(negative="", help="Show the lines that would be added, write nothing.")] = False,
) -> None:
    """Appends the cards of a published week to the collections and the handbook, as publishing does.

    With --dry-run the diff of the pages is shown, of a draft too, before it is published.
    """
    from weekly.archive.grow import grow as grow_pages
    from weekly.archive.growth import growth
    from weekly.archive.publish import published_issue
    from weekly.review.approve import find_current_revision

    with opened_week(week) as (workspace, chosen):
        with workspace.store.read() as tx:
            issue = tx.issues.find(chosen)
            draft = issue.draft if issue else find_current_revision(tx, chosen).draft if dry_run else None
        draft = draft or published_issue(workspace, chosen).draft
        diffs = list(growth(workspace, draft))
        if not dry_run:
            grow_pages(workspace, draft)
    for diff in diffs:
        say(diff)
    if not diffs:
        say(f"{chosen}: no page grows")


@archive.command
def check(
    *,
    fix: Annotated[
        bool, Parameter(negative="", help="Mend what has one mend only: dead anchors whose heading is there, ids.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """What is wrong with the collections and the handbook: dead anchors, ids and works twice, entries without links."""
    from weekly.archive.hygiene import check_pages

    with command_workspace() as workspace:
        faults = list(check_pages(workspace, fix=fix))
    if json:
        rows = [
            {
                "page": each.page,
                "line": each.fault.line,
                "check": each.fault.kind,
                "message": each.fault.message,
                "fixable": bool(each.fault.changes),
                "fixed": each.fixed,
            }
            for each in faults
        ]
        say_json(rows)
    else:
        for each in faults:
            mended = ": mended" if each.fixed else ": --fix mends it" if each.fault.changes else ""
            say(f"{each.page}:{each.fault.line}: {each.fault.message}{mended}")
    if left := sum(not each.fixed for each in faults):
        raise WeeklyError(f"{left} things are wrong with the evergreen pages")


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
