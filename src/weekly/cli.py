"""The command line: which command is which function, and what becomes of errors."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, CycloptsError, Group, Parameter

from weekly import __doc__ as about
from weekly import __version__
from weekly.commands import (
    announcements,
    archive,
    bounces,
    db,
    deliveries,
    documents,
    drafting,
    export,
    feeds,
    flows,
    learn,
    look,
    schedule,
    serve,
    stages,
    subscribers,
    suppressions,
    templates,
    topics,
    why,
    workspace,
)
from weekly.commands.console import (
    DOCUMENTS,
    HOME,
    LIFE,
    LOOK,
    READERS,
    printable,
    quiet_option,
    workspace_option,
    write,
)
from weekly.commands.correct import correct
from weekly.commands.draft import draft
from weekly.commands.github import github
from weekly.commands.review import review
from weekly.commands.run_log import logged_run
from weekly.commands.state import state
from weekly.commands.status import show, status
from weekly.commands.tick import tick
from weekly.errors import WeekError, WeeklyError

app = App(
    name="weekly",
    help=about,
    version=__version__,
    version_flags=["--version", "-V"],
    help_format="plaintext",
    result_action="return_value",
)
_GROUPS: dict[Group, tuple[Callable[..., None], ...]] = {
    LIFE: (
        tick,
        *(stages.run, stages.collect, stages.classify),
        *(stages.approve, stages.publish, stages.deliver, announcements.announce, correct),
    ),
    LOOK: (status, show, look.candidates, look.health, look.check, why.why, topics.rank, drafting.draft_text),
    READERS: (serve.serve,),
    DOCUMENTS: (documents.convert, documents.import_),
    HOME: (workspace.init, workspace.demo, workspace.config, workspace.doctor),
}
for group, commands in _GROUPS.items():
    for command in commands:
        app.command(command, group=group)
app.command(deliveries.send_test, name="test-send", group=READERS)
for part in (
    *(draft, review, topics.topics, feeds.feeds, archive.archive),
    *(subscribers.subscribers, suppressions.suppressions, bounces.bounces),
    *(deliveries.deliveries, announcements.announcements, export.export, schedule.schedule),
    *(db.db, state, github, flows.flows, learn.learn, templates.templates),
):
    app.command(part)


@app.command(group=HOME)
def completion(
    shell: Annotated[Literal["bash", "zsh", "fish"], Parameter(help="Whose words it is written in.")], /
) -> None:
    """Prints what completes commands and options: eval "$(weekly completion bash)"."""
    write(None, app.generate_completion(shell=shell))


@app.meta.default
def launch(
    *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
    workspace: Annotated[
        Path | None, Parameter(help="The workspace; else WEEKLY_WORKSPACE, else the nearest weekly.toml upwards.")
    ] = None,
    quiet: Annotated[bool, Parameter(name=["--quiet", "-q"], negative="", help="Only errors, and JSON.")] = False,
    verbose: Annotated[bool, Parameter(name=["--verbose", "-v"], negative="", help="What is logged, too.")] = False,
) -> None:
    """Runs the command in the workspace."""
    _refuse_unreadable([token for token in tokens if not token.isascii()])
    workspace_option.set(workspace)
    quiet_option.set(quiet)
    with logged_run(list(tokens), _root(workspace), verbose=verbose):
        app(tokens, exit_on_error=False, print_error=False)


def _refuse_unreadable(tokens: Sequence[str]) -> None:
    """Raises WeeklyError for words in another encoding than the terminal's; files may have such names."""
    for token in tokens:
        if token.encode("utf-8", "replace").decode() != token and not os.path.lexists(token):
            raise WeeklyError(f"{token!r}: these are no words in UTF-8: write the argument in UTF-8")


def _root(named: Path | None) -> Path | None:
    """The folder of the workspace, where there is one to log in."""
    from weekly.settings import find_workspace

    try:
        return find_workspace(named)
    except WeeklyError:
        return None


def main(arguments: list[str] | None = None) -> None:
    """The entry point: exit status 0 done, 1 refused or failed with one line on stderr, 2 wrong usage."""
    gc.set_threshold(100_000, 20, 20)  # what a command makes, it mostly keeps: looking for garbage took a fifth
    try:
        app.meta(arguments, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        _leave(2, f"{_one_line(str(error))} — see 'weekly --help'")
    except WeekError as error:
        _leave(2, str(error))
    except WeeklyError as error:
        _leave(1, str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader of our output has had enough
    except KeyboardInterrupt:
        _leave(130, "interrupted: what was done is kept, and the same command goes on from there")
    except Exception as error:
        if os.environ.get("WEEKLY_DEBUG"):
            raise
        _leave(1, f"unexpected {type(error).__name__}: {_one_line(str(error))} — WEEKLY_DEBUG=1 shows where")


def _one_line(text: str) -> str:
    return " ".join(text.split())[:500]


def _leave(status: int, line: str) -> None:
    sys.stderr.write(f"weekly: {printable(line)}\n")
    sys.exit(status)
