"""Loading the state: a database made again from a folder of lines and the archive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from weekly.archive import manifest
from weekly.archive.restore import restore
from weekly.errors import ParseError, StoreError
from weekly.models import Week
from weekly.render.paths import folder as issue_folder
from weekly.state import folder, revisions, rows, works
from weekly.state.folder import Lines
from weekly.state.pseudonyms import Pseudonyms
from weekly.state.save import FORMAT, HEAD, NUMBERS
from weekly.state.subscribers import put_subscribers
from weekly.store import codec
from weekly.store.copying import continue_numbers, last_numbers
from weekly.store.faults import without_password
from weekly.store.tables import subscribers
from weekly.workspace import Workspace


def load(workspace: Workspace, source: Path) -> int:
    """Fills the database, which holds at most a list of subscribers, from *source* and the archive; returns the lines.

    All or nothing of the lines; then issues of the archive that they do not know are restored as `weekly archive
    restore` does. Raises ParseError for a folder that is no state or another newsletter's, StoreError where the
    database holds something already.
    """
    lines = folder.read(source)
    _check_head(workspace, source, lines)
    signer, archived = workspace.signer, dict(_archived(workspace, lines))
    with workspace.store.write() as tx:
        _refuse_full(workspace, tx.connection)
        addresses = list(tx.connection.scalars(select(subscribers.c.key)))
        try:
            _put(tx.connection, lines, archived, Pseudonyms(signer, addresses))
        except (LookupError, TypeError, ValueError, AssertionError) as error:
            mend = "take the folder back from an earlier commit"
            raise ParseError(f"{source}: a line lacks something or holds what it cannot: {error!r}: {mend}") from error
    restore(workspace)
    return sum(map(len, lines.values()))


def _check_head(workspace: Workspace, source: Path, lines: Lines) -> None:
    head = next(iter(lines.get(HEAD, [])), None)
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise ParseError(f"{source}: no state of this version: 'weekly state save' writes one")
    secret = str(head.get("secret"))
    if secret != workspace.signer.fingerprint and not workspace.signer.succeeds(secret):
        raise ParseError(f"{source}: saved with another secret: restore .weekly/secret or WEEKLY_SECRET")


def _refuse_full(workspace: Workspace, connection: Connection) -> None:
    for kept in rows.KEPT:
        if connection.scalar(select(func.count()).select_from(kept.table)):
            cause, mend = f"its table {kept.table.name} holds something already", "name an empty one in [database] url"
            raise StoreError(database=without_password(workspace.store.database.engine.url), cause=cause, mend=mend)


def _archived(workspace: Workspace, lines: Lines) -> Iterator[tuple[str, revisions.Plain]]:
    """The content of each issue that the archive has of those that *lines* tell of."""
    for name in lines:
        week, _, file = name.rpartition("/")
        if file == "issue":
            told, _ = manifest.read(workspace.signer, workspace.archive / issue_folder(Week.parse(week)))
            if content := told.get("content"):
                yield week, content


def _put(connection: Connection, lines: Lines, archived: Mapping[str, revisions.Plain], names: Pseudonyms) -> None:
    contents = revisions.put_drafts(connection, lines, archived)
    works.put_entries(connection, lines)
    for kept in sorted(rows.KEPT, key=lambda kept: kept.file != "issue"):  # others refer to issues
        more = _issues(lines, archived, contents) if kept.file == "issue" else {}
        rows.put(connection, kept, lines, more)
    works.put_candidates(connection, lines)
    told = {line["table"]: int(line["last"]) for line in lines.get(NUMBERS, []) if isinstance(line, dict)}
    put_subscribers(connection, names, lines, told.get(subscribers.name, 0))
    given = last_numbers(connection)
    continue_numbers(connection, {table: max(number, told.get(table, 0)) for table, number in given.items()})


def _issues(
    lines: Lines, archived: Mapping[str, revisions.Plain], contents: Mapping[str, str]
) -> Mapping[str, Mapping[str, Any]]:
    """What the line of an issue does not say: its content, and that its files are still to be written if they are."""
    more: dict[str, Mapping[str, Any]] = {}
    for name, content in lines.items():
        week, _, file = name.rpartition("/")
        for line in content if file == "issue" else ():
            assert isinstance(line, dict)  # noqa: S101 - `load` says what is wrong
            text = contents.get(line["hash"]) or revisions.canonical(archived.get(week))
            if codec.digest(text) != line["hash"]:
                raise ParseError(f"{name}: not the issue of {week} in the archive: restore that from its repository")
            more[week] = {"data": codec.pack(text)} | ({} if week in archived else {"files": {}})
    return more
