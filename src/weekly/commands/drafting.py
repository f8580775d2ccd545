"""draft-text: the whole drafting over lines of JSON."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, Literal, cast

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
    from weekly.stages.texts import drafted

    started, count, flagged = time.monotonic(), 0, 0
    with _writer(language) as writer, _writing(output) as out:
        for row in _rows(input):
            done = drafted(row, writer)
            out.write(json.dumps(done, ensure_ascii=False) + "\n")
            count, flagged = count + 1, flagged + bool(done["findings"])
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


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of the lines; raises ParseError with the line's number."""
    number = 0
    try:
        with cast(
            "IO[str]", gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
        ) as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    row = json.loads(line)
                    if not isinstance(row, dict) or not str(row.get("title") or "").strip():
                        raise ParseError(f"{path}:{number}: not an object with a title")
                    yield row
    except (ValueError, RecursionError) as error:
        raise ParseError(f"{path}:{number + 1}: not JSON lines in UTF-8: {error}") from error
    except (OSError, EOFError) as error:
        raise ParseError(f"{path}: cannot be read: {error}") from error


@contextmanager
def _writing(path: Path) -> Iterator[IO[str]]:
    """A file that takes its place when it is whole."""
    part = path.with_name(f".{path.name}.part")
    try:
        with cast(
            "IO[str]",
            gzip.open(part, "wt", encoding="utf-8") if path.suffix == ".gz" else part.open("w", encoding="utf-8"),
        ) as out:
            yield out
        part.replace(path)
    except OSError as error:
        raise ParseError(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
