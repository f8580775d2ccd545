"""state: what has to outlive this machine, as text that git can keep."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from weekly.commands.console import HOME, JsonOption, command_workspace, say, say_json

state = App(name="state", help="What has to outlive this machine, as lines of text that git can keep.", group=HOME)

_Folder = Annotated[Path, Parameter(help="The folder of the lines; nothing else of this kind should be in it.")]


@state.command
def save(directory: _Folder = Path("state"), /, *, json: JsonOption = False) -> None:
    """Writes what a database cannot be without into a folder, sorted, a change to a line, without addresses.

    With the archive beside it 'weekly state load' makes a database of it anywhere.
    """
    from dataclasses import asdict

    from weekly.state import save

    with command_workspace() as workspace:
        saved = save(workspace, directory)
    if json:
        say_json(asdict(saved))
        return
    say(f"{directory}: {saved.lines:,} lines, {saved.size:,} bytes, {saved.changed} of {saved.files} files changed")


@state.command
def load(directory: _Folder = Path("state"), /) -> None:
    """Makes a database of what 'weekly state save' wrote and the archive; it may hold subscribers, and nothing else.

    Put the list of subscribers in first, with 'weekly subscribers import': the state knows them by hashes alone.
    """
    from weekly.state import load

    with command_workspace(mends=True) as workspace:
        count = load(workspace, directory)
    say(f"{count:,} lines of {directory} are in the database")
