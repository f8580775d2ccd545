"""init, demo, config, doctor: the workspace itself."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from weekly.commands.console import (
    JsonOption,
    command_workspace,
    note,
    progress,
    say,
    say_json,
    say_table,
    workspace_option,
)
from weekly.errors import WeeklyError, WorkspaceError

if TYPE_CHECKING:
    from weekly.workspace import Workspace

_PACKAGE = Path(__file__).resolve().parent.parent
DEMO = _PACKAGE / "demo"

_IGNORED = """# The database, its secrets and what is kept beside them; the archive is for everybody to see.
/.weekly/
/maildir/
*.env
"""


def init(
    directory: Annotated[Path, Parameter(help="Where; made when it is not there.")] = Path(),
    /,
    *,
    github: Annotated[
        bool, Parameter(negative="", help="For a repository on GitHub: with workflows, and no server at all.")
    ] = False,
) -> None:
    """Makes a workspace: weekly.toml with comments, an empty archive, a .gitignore."""
    if (directory / "weekly.toml").exists():
        raise WorkspaceError(f"{directory} is a workspace already: edit its weekly.toml")
    try:
        (directory / "archive").mkdir(parents=True, exist_ok=True)
        if github:
            from weekly.repository.files import write_files

            write_files(directory)
        if not (directory / ".gitignore").exists():
            (directory / ".gitignore").write_text(_IGNORED, encoding="utf-8")
        shutil.copyfile(_PACKAGE / "starter.toml", directory / "weekly.toml")
    except OSError as error:
        raise WorkspaceError(f"{error.filename or directory}: cannot be written: {error.strerror}") from error
    if github:
        say(f"{directory.resolve()}: a workspace for a repository; its README.md says what to click and which secrets")
        return
    say(f"{directory.resolve()}: a workspace; edit weekly.toml, then 'weekly doctor' and 'weekly run'")


def demo(directory: Annotated[Path, Parameter(help="A fresh folder.")] = Path("demo"), /) -> None:
    """Does the whole job offline, on the bundled recording of 2025-W15, in a fresh workspace."""
    from weekly import pipeline
    from weekly.models import Week
    from weekly.render.paths import folder
    from weekly.workspace import open_workspace

    root = _make_demo(directory)
    week = Week.parse("2025-W15")
    with open_workspace(root) as workspace, progress() as tell:
        _subscribe(workspace)
        note("collecting …")
        pipeline.collect(workspace, week, tell)
        funnel = pipeline.classify(workspace, week, tell)
        revision = pipeline.draft(workspace, week, tell)
        pipeline.approve(workspace, week, "demo")
        issue = pipeline.publish(workspace, week, tell)
        counts = pipeline.deliver(workspace, week, None, tell)
        say(f"{week}: {funnel.fetched} entries, {funnel.candidates} candidates, {len(revision.draft.cards)} cards")
        say(f"issue No. {issue.number}, approved by {issue.approved_by}, {counts['sent']} mails\n")
        place = workspace.archive / folder(week)
        for name, what in (("issue.md", "Markdown"), ("index.html", "web page"), ("email.html", "mail")):
            say(f"  {what:<9} {place / name}")
        say(f"  {'Maildir':<9} {workspace.root / 'maildir'}")


def _make_demo(directory: Path) -> Path:
    """A new workspace with the demo's settings; a folder that an earlier demo left is made anew."""
    if directory.exists() and any(directory.iterdir()):
        if not (directory / ".weekly" / "demo").exists():
            raise WorkspaceError(f"{directory} is not empty and no earlier demo: name another folder")
        shutil.rmtree(directory)
    try:
        (directory / ".weekly").mkdir(parents=True)
        (directory / ".weekly" / "demo").touch()
        text = (DEMO / "weekly.toml").read_text(encoding="utf-8")
        recording = str(DEMO / "recording").replace("\\", "\\\\").replace('"', '\\"')
        (directory / "weekly.toml").write_text(text.replace("RECORDING", recording), encoding="utf-8")
    except OSError as error:
        raise WorkspaceError(f"{error.filename or directory}: cannot be written: {error.strerror}") from error
    return directory.resolve()


def _subscribe(workspace: Workspace) -> None:
    from weekly.store.subscribers import Subscriber

    subscribers = [Subscriber(email="reader@example.org", name="读者"), Subscriber(email="ada@example.net", name="Ada")]
    with workspace.store.write() as tx:
        tx.subscribers.add(subscribers, workspace.now())


def config(*, json: JsonOption = False) -> None:
    """Each effective setting with its origin: weekly.toml, an environment variable, or the default."""
    from weekly.settings import find_workspace, load, origins

    root = find_workspace(workspace_option.get())
    rows: list[dict[str, Any]] = [
        {"key": key, "value": value, "origin": origin} for key, value, origin in origins(load(root), root)
    ]
    if json:
        say_json(rows)
        return
    shown = [(row["key"], _short(row["value"]), row["origin"]) for row in rows]
    say_table(("key", "value", "origin"), shown)


def _short(value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return ", ".join(str(row.get("slug") or row.get("name")) for row in value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def doctor(*, json: JsonOption = False) -> None:
    """Tries each source, the database, the mail server and the model, and names the mend of what does not work."""
    from weekly.doctor import SETTINGS, examine

    with command_workspace(mends=True) as workspace:
        rows = [
            {"part": part, "ok": not fault, "message": fault or found or "works"}
            for part, fault, found in examine(workspace)
        ]
    if json:
        say_json(rows)
    else:
        say_table(("part", "state", "message"), [(r["part"], "ok" if r["ok"] else "FAILS", r["message"]) for r in rows])
    if failing := [row["part"] for row in rows if not row["ok"]]:
        tried = [row for row in rows if row["part"] != SETTINGS]
        raise WeeklyError(f"{len(failing)} of {len(tried)} do not work: {', '.join(map(str, failing))}")
