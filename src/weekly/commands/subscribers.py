"""subscribers: who gets the mail."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from weekly.commands.console import (
    READERS,
    JsonOption,
    command_workspace,
    note,
    say,
    say_json,
    say_table,
    workspace_option,
)
from weekly.errors import WeeklyError

if TYPE_CHECKING:
    from weekly.store.subscribers import Subscriber
    from weekly.subscribers.columns import Standing

subscribers = App(name="subscribers", help="The readers.", group=READERS)
_FIELDS = ("email", "name", "topics", "language", "status")
_SHOWN = 10
"""Rows that a preview shows."""


@subscribers.command(name="import")
def import_(
    file: Annotated[Path, Parameter(help="A CSV file with a header line.")],
    /,
    *,
    status: Annotated[
        tuple[str, ...],
        Parameter(help="What a word in its status column means, as in 'lapsed=unsubscribed'.", negative=""),
    ] = (),
    dry_run: Annotated[bool, Parameter(help="Shows what is understood, and changes nothing.", negative="")] = False,
    json: JsonOption = False,
) -> None:
    """Adds the readers of a CSV file; bad rows are listed with their lines, the good ones kept.

    The columns of other newsletter tools are understood; who left, bounced or complained there gets no mail here.
    """
    from weekly.subscribers.table import BadRow, UnconfirmedRow, read_columns, read_csv

    words, columns = _words(status), read_columns(file)
    if dry_run:
        _preview(file, words, json=json)
        return
    for name, meaning in columns.meanings.items():
        note(f"{file}: column {name!r} is read as {meaning}")
    if columns.ignored:
        note(f"{file}: ignored: {', '.join(columns.ignored)}")
    done = {"added": 0, "known": 0, "suppressed": 0, "unconfirmed": 0, "bad": 0}
    with command_workspace(mends=True) as workspace:
        for batch in _batches(read_csv(file, words)):
            good = [row for row in batch if not isinstance(row, BadRow | UnconfirmedRow)]
            for row in batch:
                if isinstance(row, BadRow):
                    done["bad"] += 1
                    note(f"{file}:{row.line}: {row.message}")
            with workspace.store.write() as tx:
                became = tx.subscribers.add(good, workspace.now(), f"the list {file.name}")
            done["added"] += became.added
            done["suppressed"] += became.suppressed
            done["known"] += len(good) - became.added - became.suppressed  # with those who are twice in the list
            done["unconfirmed"] += sum(isinstance(row, UnconfirmedRow) for row in batch)
    if json:
        say_json(done)
    else:
        held = f", {done['suppressed']} suppressed stay out" if done["suppressed"] else ""
        held += f", {done['unconfirmed']} unconfirmed stay out" if done["unconfirmed"] else ""
        say(f"{done['added']} added, {done['known']} were there{held}, {done['bad']} bad rows")
    if done["bad"] and not any(count for name, count in done.items() if name != "bad"):
        raise WeeklyError(f"{file}: no row could be read")


@subscribers.command
def encrypt(file: Annotated[Path, Parameter(help="A CSV file with a header line.")], /) -> None:
    """Writes subscribers.csv.enc into the workspace: the list as only the holder of WEEKLY_SUBSCRIBERS_KEY can read it.

    That file may be in a repository; the CSV file itself should be nowhere near one.
    """
    from weekly import files
    from weekly.repository.subscriber_list import FILE
    from weekly.repository.subscriber_list import encrypt as seal
    from weekly.settings import find_workspace
    from weekly.subscribers.table import read_columns

    read_columns(file)
    target = find_workspace(workspace_option.get()) / FILE
    files.replace(target, seal(file.read_bytes()))
    say(f"{target}: commit it; {file} is still readable: keep it out of the repository")


@subscribers.command
def decrypt(file: Annotated[Path, Parameter(help="The CSV file to write.")], /) -> None:
    """Writes the list that subscribers.csv.enc holds into a file for its owner's eyes."""
    from weekly import files
    from weekly.repository.subscriber_list import FILE
    from weekly.repository.subscriber_list import decrypt as unseal
    from weekly.settings import find_workspace

    source = find_workspace(workspace_option.get()) / FILE
    if not source.exists():
        raise WeeklyError(f"{source}: there is none: 'weekly subscribers encrypt' writes it")
    if file.exists():
        raise WeeklyError(f"{file} is there already: name another file")
    files.create(file, unseal(source.read_bytes()))
    say(f"{file}: keep it out of the repository")


def _words(given: tuple[str, ...]) -> dict[str, Standing]:
    from weekly.subscribers.columns import Standing, plain

    words = {}
    for each in given:
        word, _, meaning = each.rpartition("=")
        if not word or meaning.strip() not in set(Standing):
            raise WeeklyError(f"--status {each!r}: use WORD=MEANING with one of {', '.join(Standing)}")
        words[plain(word)] = Standing(meaning.strip())
    return words


def _preview(file: Path, words: dict[str, Standing], *, json: bool) -> None:
    """What an import would read: columns, how many of which status, the first rows, what is ignored."""
    from collections import Counter

    from weekly.subscribers.table import BadRow, UnconfirmedRow, read_columns, read_csv

    columns, counts = read_columns(file), Counter[str]()
    rows: list[dict[str, object]] = []
    bad: list[dict[str, object]] = []
    for row in read_csv(file, words):
        if isinstance(row, BadRow):
            counts["bad"] += 1
            bad += [{"line": row.line, "message": row.message}] if len(bad) < _SHOWN else []
        elif isinstance(row, UnconfirmedRow):
            counts["unconfirmed"] += 1
        else:
            counts[(row.stopped_for or row.status).value] += 1
            rows += [_plain(row)] if len(rows) < _SHOWN else []
    if json:
        ignored = list(columns.ignored)
        say_json({"columns": columns.meanings, "ignored": ignored, "counts": dict(counts), "rows": rows, "bad": bad})
        return
    for name, meaning in columns.meanings.items():
        say(f"column {name!r} is read as {meaning}")
    say(f"ignored: {', '.join(columns.ignored) or 'nothing'}")
    say(", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "no rows")
    say_table(_FIELDS, [[row[name] for name in _FIELDS] for row in rows])
    for fault in bad:
        say(f"{file}:{fault['line']}: {fault['message']}")


def _batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    """Transactions of a size: an import that is killed goes on where it was, and a list of a million fits."""
    for number in count(1):
        if not (batch := list(islice(rows, 5000))):
            return
        yield batch
        if number % 10 == 0:
            gc.collect()  # the command line looks for garbage too seldom for a list of a million


@subscribers.command
def add(email: str, /, *, name: str = "", topics: str = "", language: str = "") -> None:
    """Adds one reader."""
    from weekly.subscribers.addresses import subscriber

    given = subscriber({"email": email, "name": name, "topics": topics, "language": language})
    with command_workspace() as workspace, workspace.store.write() as tx:
        done = tx.subscribers.add([given], workspace.now(), "the owner")
        held, url = tx.suppressions.find(given.email), workspace.settings.newsletter.url
    if held is not None:
        mend = f"only they come back, at {url}/subscribe" if held.decided else f"see 'weekly suppressions lift {email}'"
        raise WeeklyError(f"{given.email} is on the suppression list ({held.reason}): {mend}")
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
def show(email: str, /, *, json: JsonOption = False) -> None:
    """One reader: status and why, consent, each issue and what became of it."""
    known = _person(email)
    if json:
        say_json(known)
        return
    for name, value in known.items():
        if not isinstance(value, list):
            text = (
                ", ".join(f"{key} {each}" for key, each in value.items() if each) if isinstance(value, dict) else value
            )
            say(f"{name}: {text}")
    for row in known.get("history", ()):
        say(": ".join(part for part in (row["at"], row["event"], row["detail"]) if part))
    say_table(("week", "state", "attempts", "detail"), [_cells(row) for row in known["deliveries"]])
    for row in known["bounces"]:
        say(f"came back {row['at']}: {row['week']} {row['kind']}: {row['detail']}")


def _cells(row: dict[str, Any]) -> list[Any]:
    return [row[name] for name in ("week", "state", "attempts", "detail")]


def _person(email: str) -> dict[str, Any]:
    from weekly.subscribers.person import person

    with command_workspace() as workspace, workspace.store.read() as tx:
        known = person(tx, email)
    if known is None:
        raise WeeklyError(f"{email} is not known: neither a reader nor suppressed")
    return known


@subscribers.command
def export(*, person: Annotated[str, Parameter(help="All that is known of this one address, as JSON.")] = "") -> None:
    """Every reader as CSV on stdout."""
    from weekly.subscribers.table import write_csv

    if person:
        say_json(_person(person))
        return
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
