"""subscribers: who gets the mail."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from weekly.commands.console import READERS, JsonOption, command_workspace, note, say, say_json, say_table
from weekly.errors import WeeklyError

if TYPE_CHECKING:
    from weekly.store.subscribers import Subscriber

subscribers = App(name="subscribers", help="The readers.", group=READERS)
_FIELDS = ("email", "name", "topics", "language", "status")


@subscribers.command(name="import")
def import_(file: Annotated[Path, Parameter(help="A CSV file with a header line.")], /) -> None:
    """Adds the readers of a CSV file; bad rows are listed with their lines, the good ones kept."""
    from weekly.subscribers.table import BadRow, read_csv

    added = known = suppressed = bad = 0
    with command_workspace() as workspace:
        for batch in _batches(read_csv(file)):
            good = [row for row in batch if not isinstance(row, BadRow)]
            for row in batch:
                if isinstance(row, BadRow):
                    bad += 1
                    note(f"{file}:{row.line}: {row.message}")
            with workspace.store.write() as tx:
                done = tx.subscribers.add(good, workspace.now())
            added, known, suppressed = added + done.added, known + done.known, suppressed + done.suppressed
            known += len(good) - done.added - done.known - done.suppressed  # one address twice in the list
    held = f", {suppressed} suppressed stay out" if suppressed else ""
    say(f"{added} added, {known} were there{held}, {bad} bad rows")
    if bad and not added + known + suppressed:
        raise WeeklyError(f"{file}: no row could be read")


def _batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    """Transactions of a size: an import that is killed goes on where it was, and a list of a million fits."""
    while batch := list(islice(rows, 5000)):
        yield batch


@subscribers.command
def add(email: str, /, *, name: str = "", topics: str = "", language: str = "") -> None:
    """Adds one reader."""
    from weekly.subscribers.addresses import subscriber

    given = subscriber({"email": email, "name": name, "topics": topics, "language": language})
    with command_workspace() as workspace, workspace.store.write() as tx:
        done = tx.subscribers.add([given], workspace.now())
        url = workspace.settings.newsletter.url
    if done.suppressed:
        raise WeeklyError(
            f"{given.email} is on the suppression list: only the reader can come back, at {url}/subscribe"
        )
    say(f"{given.email} {'added' if done.added else 'was there already'}")


@subscribers.command
def remove(email: str, /) -> None:
    """Unsubscribes one reader, whom no import brings back."""
    from weekly.store.suppressions import Reason
    from weekly.subscribers.addresses import address

    with command_workspace() as workspace, workspace.store.write() as tx:
        is_known = tx.subscribers.stop(address(email), Reason.UNSUBSCRIBED, workspace.now(), "by the owner")
    if not is_known:
        raise WeeklyError(f"{email} is no subscriber, and now never will be by an import")
    say(f"{email} unsubscribed")


@subscribers.command
def erase(email: str, /) -> None:
    """Forgets one reader altogether; a hash of the address stays on the suppression list."""
    from weekly.subscribers.addresses import address

    with command_workspace() as workspace, workspace.store.write() as tx:
        is_known = tx.subscribers.erase(address(email), workspace.now())
    say(f"{email} {'erased' if is_known else 'was not there'}: no import brings the address back")


@subscribers.command(name="list")
def list_(*, json: JsonOption = False) -> None:
    """Every reader."""
    with command_workspace() as workspace, workspace.store.read() as tx:
        rows = [_plain(subscriber) for subscriber in tx.subscribers.all()]
    if json:
        say_json(rows)
    else:
        say_table(_FIELDS, [[row[name] for name in _FIELDS] for row in rows])


@subscribers.command
def export() -> None:
    """Every reader as CSV on stdout."""
    from weekly.subscribers.table import write_csv

    with command_workspace() as workspace, workspace.store.read() as tx:
        write_csv(sys.stdout, tx.subscribers.all())


def _plain(subscriber: Subscriber) -> dict[str, object]:
    return {
        "email": subscriber.email,
        "name": subscriber.name,
        "topics": list(subscriber.topics),
        "language": subscriber.language,
        "status": subscriber.status.value,
    }
