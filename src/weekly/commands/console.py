"""What every command shares: its workspace, its week, its output on stdout and its progress on stderr."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from cyclopts import Group, Parameter
from cyclopts.validators import Number

from weekly.errors import WorkspaceError

if TYPE_CHECKING:
    from weekly.models import Mailing, Week
    from weekly.stages import Progress
    from weekly.workspace import Workspace

LIFE, LOOK = Group("The life of a week", sort_key=1), Group("Looking", sort_key=2)
READERS, DOCUMENTS = Group("Readers", sort_key=3), Group("Documents", sort_key=4)
HOME = Group("The workspace", sort_key=5)

workspace_option: ContextVar[Path | None] = ContextVar("workspace_option", default=None)
"""What --workspace said."""

quiet_option: ContextVar[bool] = ContextVar("quiet_option", default=False)
"""What --quiet said: nothing is printed but errors, and JSON where it is asked for."""

_ORDERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters but for tab and line feed (ECMA-48), marks that turn text around, halves of characters."""

WeekOption: TypeAlias = Annotated[
    str | None, Parameter(name="--week", help="ISO week such as 2025-W15; else last week.")
]
MailingOption: TypeAlias = Annotated[
    str | None, Parameter(name="--week", help="ISO week, else last week; or a notice about its issue: 2025-W15+1.")
]
PortOption: TypeAlias = Annotated[int, Parameter(help="0 takes a free one.", validator=Number(gte=0, lte=65535))]
HostOption: TypeAlias = Annotated[str, Parameter(help="The address to listen on; put a proxy with TLS before it.")]
ByOption: TypeAlias = Annotated[str, Parameter(help="Who does it.")]
JsonOption: TypeAlias = Annotated[bool, Parameter(name="--json", negative="", help="One JSON document on stdout.")]


@contextmanager
def command_workspace(*, mends: bool = False) -> Iterator[Workspace]:
    """The workspace that the command works in.

    Its database must know the newest issues of its archive, unless the command *mends* or looks at such a thing.
    """
    from weekly.archive.foreign import refuse_foreign
    from weekly.settings import find_workspace
    from weekly.workspace import open_workspace

    with open_workspace(find_workspace(workspace_option.get()), check=None if mends else refuse_foreign) as workspace:
        yield workspace


@contextmanager
def opened_week(text: str | None) -> Iterator[tuple[Workspace, Week]]:
    """The workspace and the week that the command is about; a wrong week is said before anything is opened."""
    from weekly.models import Week

    named = Week.parse(text) if text is not None else None
    with command_workspace() as workspace:
        yield workspace, named or workspace.this_week


@contextmanager
def opened_mailing(text: str | None) -> Iterator[tuple[Workspace, Mailing]]:
    """The workspace and the issue whose mails the command is about, or the notice (2025-W15+1) about an issue."""
    from weekly.models import mailing

    named = mailing(text) if text is not None else None
    with command_workspace() as workspace:
        yield workspace, named or workspace.this_week


def printable(text: str) -> str:
    """*text* without what a terminal takes for an order: what servers and strangers write is only ever shown."""
    return _ORDERS.sub("", text)


def say(text: str) -> None:
    """A line of the command's result."""
    if quiet_option.get():
        return
    sys.stdout.write(printable(text) + "\n")


def note(text: str) -> None:
    """A line beside the result."""
    if quiet_option.get():
        return
    sys.stderr.write(printable(text) + "\n")


def say_json(value: Any) -> None:
    """The result as one JSON document."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    sys.stdout.write(_ORDERS.sub(lambda order: f"\\u{ord(order[0]):04x}", text) + "\n")


def write(output: Path | None, text: str) -> None:
    """The result as the file *output*, or as it is on stdout."""
    if output is None:
        shown = printable(text) if sys.stdout.isatty() else text
        sys.stdout.buffer.write(shown.encode(errors="replace"))
        sys.stdout.buffer.flush()
        return
    try:
        output.write_bytes(text.encode(errors="replace"))
    except OSError as error:
        raise WorkspaceError(f"{output}: cannot be written: {error.strerror}") from error


def say_table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, right: Sequence[str] = ()) -> None:
    """The result as a table; strangers' text is shown as it is, without markup."""
    if quiet_option.get():
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(str(cell))) for cell in row))
    Console(width=None if sys.stdout.isatty() else 160).print(table)


@contextmanager
def progress() -> Iterator[Progress]:
    """Bars on stderr, where there is somebody to see them."""
    if quiet_option.get() or not sys.stderr.isatty():
        from weekly.stages import no_progress

        yield no_progress
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    shape = (TextColumn("{task.description:<14}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*shape, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def tell(what: str, done: int, total: int | None = None) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield tell


def verdicts(rows: Sequence[Mapping[str, Any]]) -> None:
    """The health of the sources as a table."""
    counts = ("seen", "fetched", "new", "outside", "unusable", "requests", "retries")
    columns = ("source", "verdict", *counts, "detail")
    say_table(columns, [[row[column] for column in columns] for row in rows], right=counts)


def model_costs(workspace: Workspace, account: str) -> None:
    """What the model has cost so far, as one line, where there is a model."""
    if (llm := workspace.settings.llm) is None:
        return
    with workspace.store.read() as tx:
        used = tx.model_answers.costs(account)
    tokens = f"{used.tokens_in:,} tokens in, {used.tokens_out:,} out"
    note(f"model for {account}: {used.outcome}, {tokens}, {used.cost:.4f} of {llm.budget:g}")
