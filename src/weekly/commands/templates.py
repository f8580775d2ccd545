"""templates: what the owner's templates make of a sample."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from weekly.commands.console import DOCUMENTS, JsonOption, say_json, workspace_option, write
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
