"""templates: what the owner's templates make of a sample."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from weekly.commands.console import DOCUMENTS, JsonOption, command_workspace, say, say_json, workspace_option, write
from weekly.errors import WorkspaceError

templates = App(name="templates", help="The templates of what readers see.", group=DOCUMENTS)


@templates.command
def preview(
    name: Annotated[
        Literal["card", "issue", "topic", "entry", "question"],
        Parameter(
            help="What to show: a card, an issue, a topic page, an entry of a collection, a handbook's question."
        ),
    ],
    /,
    *,
    html: Annotated[bool, Parameter(negative="", help="As HTML instead of Markdown.")] = False,
    output: Annotated[Path | None, Parameter(name=("-o", "--output"), help="Where; else stdout.")] = None,
    json: JsonOption = False,
) -> None:
    """Shows what the templates make of a sample in both languages; outside a workspace, those of the package."""
    from weekly.settings import Settings, find_workspace
    from weekly.stages.samples import sample
    from weekly.workspace import open_workspace

    settings = Settings()
    owner: tuple[Path, ...] = ()
    try:
        root = find_workspace(workspace_option.get())
    except WorkspaceError:
        if workspace_option.get():
            raise
    else:
        with open_workspace(root) as workspace:
            settings, owner = workspace.settings, (workspace.templates,)
    made = [sample(name, settings, owner, language) for language in ("zh", "en")]
    if json:
        say_json([{"language": one.language, "markdown": one.markdown, "html": one.html} for one in made])
        return
    write(output, "\n".join(one.html if html else one.markdown for one in made))


@templates.command
def copy(
    name: Annotated[str, Parameter(help="Such as card/card.zh.md.j2.")],
    /,
    *,
    keep: Annotated[
        bool, Parameter(negative="", help="Keep the copy that is there: what the package changed has been looked at.")
    ] = False,
) -> None:
    """Copies a template of the package into the workspace, to edit it there; notes what it was copied from."""
    from weekly.render.template_copies import copy_template

    with command_workspace() as workspace:
        place = copy_template(workspace.templates, name, keep=keep)
    say(f"{place}: edit it; 'weekly templates diff' says when the package's changes")


@templates.command
def diff(
    name: Annotated[str, Parameter(help="One copy; else all.")] = "",
    /,
    *,
    json: JsonOption = False,
) -> None:
    """Shows what the package has changed in templates since they were copied into the workspace."""
    from dataclasses import asdict

    from weekly.render.template_copies import copies

    with command_workspace() as workspace:
        found = [one for one in copies(workspace.templates) if name in {"", one.name}]
    if json:
        say_json([asdict(one) for one in found])
        return
    for one in found:
        say(f"{one.name}: {one.state}")
        if one.diff:
            say(one.diff)
