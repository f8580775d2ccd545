"""draft-text: the whole drafting over lines of JSON."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from weekly.commands.console import model_costs, note, workspace_option
from weekly.errors import ParseError, WorkspaceError

if TYPE_CHECKING:
    from weekly.drafting import Drafter
    from weekly.settings import Settings


def draft_text(
    *,
    input: Annotated[Path, Parameter(help="JSON lines with title, abstract, …; .gz by name.")],  # noqa: A002 - --input
    output: Annotated[Path, Parameter(help="The same lines with summary, evidence, tags, links, findings.")],
    language: Annotated[Literal["zh", "en"] | None, Parameter(help="Else the newsletter's.")] = None,
) -> None:
    """Drafts a card of each line; a summary that a line brings beside its abstract is checked instead."""
    from weekly import jsonl
    from weekly.stages.draft_text import draft_text

    started, flagged = time.monotonic(), 0

    def rows() -> Iterator[dict[str, Any]]:
        nonlocal flagged
        for place, row in jsonl.read(input):
            if not str(row.get("title") or "").strip():
                raise ParseError(f"{place}: has no title")
            done = draft_text(row, writer)
            flagged += bool(done["findings"])
            yield done

    with _writer(language) as writer:
        count = jsonl.write(output, rows())
    seconds = max(1e-6, time.monotonic() - started)
    note(f"{count} cards, {flagged} with findings, {count / seconds:.0f} a second")


@contextmanager
def _writer(language: str | None) -> Iterator[Drafter]:
    """The workspace's drafter; outside a workspace the extracting one, by the default settings."""
    from weekly.settings import Settings, find_workspace
    from weekly.workspace import open_workspace

    try:
        root = find_workspace(workspace_option.get())
    except WorkspaceError:
        if workspace_option.get():
            raise
        yield _extracting(_in_language(Settings(), language))
        return
    with open_workspace(root) as workspace:
        workspace.settings = _in_language(workspace.settings, language)
        if workspace.settings.llm is None:
            yield _extracting(workspace.settings, workspace.templates)
        else:
            from weekly.stages.draft import drafter

            yield drafter(workspace, "draft-text", fetches=False)
            model_costs(workspace, "draft-text")


def _extracting(settings: Settings, *templates: Path) -> Drafter:
    from weekly.drafting.context import DraftingContext
    from weekly.drafting.extractive_drafter import create
    from weekly.render.environment import environment

    return create(DraftingContext(settings=settings, templates=environment(templates), evergreen=False))


def _in_language(settings: Settings, language: str | None) -> Settings:
    if language is None:
        return settings
    newsletter = settings.newsletter.model_copy(update={"language": language})
    llm = settings.llm.model_copy(update={"language": language}) if settings.llm else None
    return settings.model_copy(update={"newsletter": newsletter, "llm": llm})
