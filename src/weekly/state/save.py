"""Saving the state: what stands in the database, as lines in a folder."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from weekly.models import State
from weekly.state import folder, revisions, rows, works
from weekly.state.folder import Line
from weekly.state.pseudonyms import Pseudonyms
from weekly.state.subscribers import dump_subscribers
from weekly.store.announcements import LOST
from weekly.store.copying import last_numbers
from weekly.workspace import Workspace

FORMAT = 2
HEAD = "state"
NUMBERS = "numbers"


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedState:
    """What was written."""

    files: int
    lines: int
    size: int
    """Bytes of all files."""
    changed: int
    """Files that are not what they were."""


def save(
    workspace: Workspace,
    target: Path,
    *,
    leaving: Collection[int] = (),
    announcing: Collection[tuple[str, str]] = (),
    unplaced: Collection[str] = (),
) -> SavedState:
    """Makes the folder *target* say what has to outlive this database, and nothing else.

    The deliveries *leaving*, by number, and the weeks *announcing* at a destination are about to go: whoever loads this
    takes them for uncertain. The issues of the weeks *unplaced* may be lost with this machine's archive. A save that
    was killed is finished by the next one. Nothing in it is an address of a subscriber or tells one.
    """
    lines: dict[str, list[Line]] = {HEAD: [{"format": FORMAT, "secret": workspace.signer.fingerprint}]}
    names = Pseudonyms(workspace.signer)
    with workspace.store.read() as tx:
        for file, line in _dump(tx.connection, names, leaving, unplaced):
            lines.setdefault(file, []).append(line)
    for week, destination in announcing:
        _announce(lines, week, destination)
    changed = folder.write(target, lines)
    size = sum((target / f"{name}.jsonl").stat().st_size for name in lines)
    return SavedState(files=len(lines), lines=sum(map(len, lines.values())), size=size, changed=changed)


def _dump(
    connection: Connection, names: Pseudonyms, leaving: Collection[int], unplaced: Collection[str]
) -> Iterator[tuple[str, Line]]:
    for table, number in last_numbers(connection).items():
        if number:
            yield NUMBERS, {"last": number, "table": table}
    for kept in rows.KEPT:
        yield from rows.dump(connection, kept)
    yield from works.dump_entries(connection)
    yield from works.dump_candidates(connection)
    yield from revisions.dump_drafts(connection, unplaced)
    yield from dump_subscribers(connection, names, leaving)


def _announce(lines: dict[str, list[Line]], week: str, destination: str) -> None:
    """Tells of an announcement that is about to leave as of one that may have."""
    issue = lines[f"{week}/issue"][0]
    assert isinstance(issue, dict)  # noqa: S101 - our own line
    rows = [row for row in lines.pop(f"{week}/announcements", []) if isinstance(row, dict)]
    before = next((row for row in rows if row["destination"] == destination), {"attempts": 0})
    told = {"destination": destination, "state": State.UNCERTAIN.value, "hash": issue["hash"], "detail": LOST}
    told |= {"attempts": before["attempts"] + 1, "at": issue["published_at"]}
    others: list[Line] = [row for row in rows if row["destination"] != destination]
    lines[f"{week}/announcements"] = sorted([*others, told], key=lambda row: str(dict(row)["destination"]))
