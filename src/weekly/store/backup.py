"""A backup is one SQLite file, of whichever kind the database is; it is taken while others read and write."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url

from weekly import files
from weekly.errors import StoreError, WorkspaceError
from weekly.store import Store
from weekly.store.copying import Told, copy
from weekly.store.database import Database, newest, open_database


def backup(store: Store, file: Path, progress: Told) -> None:
    """Writes everything that *store* holds at this moment into *file*, for its owner's eyes only.

    Raises WorkspaceError when there is such a file, or it cannot be written; StoreError for what the database says.
    """
    if file.exists():
        raise WorkspaceError(f"{file} is there already: name a new file")
    with files.replacing(file, durable=True) as part:
        part.touch(mode=0o600)
        if store.database.engine.dialect.name == "sqlite":
            _back_up_file(store.database, part)
        else:
            _back_up_server(store.database, part, progress)


def _back_up_file(database: Database, part: Path) -> None:
    with (
        database.clear_faults(),
        closing(database.engine.raw_connection()) as connection,
        closing(sqlite3.connect(part)) as to,
    ):
        driver = connection.driver_connection
        assert driver is not None  # noqa: S101 - a connection that is open
        driver.backup(to)
        to.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it


def _back_up_server(database: Database, part: Path, progress: Told) -> None:
    into = open_database(f"sqlite:///{part}", part.parent, unfinished=True)
    try:
        copy(database, into, progress)
        with into.clear_faults(), closing(into.engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA journal_mode=DELETE")
    finally:
        into.close()


def restore(store: Store, file: Path, beside: Path, now: datetime, progress: Told) -> Path:
    """Puts what *file* holds in the place of what *store* holds, and returns where that is kept, in *beside*.

    Raises StoreError when *file* is no backup of ours, or one of a later version.
    """
    _examine(file)
    replaced = beside / f"replaced-{now:%Y%m%d-%H%M%S-%f}.db"
    backup(store, replaced, progress)
    if store.database.engine.dialect.name == "sqlite":
        with (
            store.database.clear_faults(),
            closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as source,
            closing(store.database.engine.raw_connection()) as connection,
        ):
            driver = connection.driver_connection
            assert driver is not None  # noqa: S101 - the same
            driver.execute("PRAGMA query_only=0")  # a connection that has read keeps it
            source.backup(driver)
        return replaced
    source_database = open_database(f"sqlite:///{_own_copy(file, beside, now)}", beside)
    try:
        copy(source_database, store.database, progress, anew=True)
    finally:
        source_database.close()
        Path(str(source_database.engine.url.database)).unlink(missing_ok=True)
    return replaced


def set_damaged_aside(url: str, root: Path, beside: Path, now: datetime, fault: StoreError) -> Path:
    """Moves the file of a damaged SQLite database, with its log, into *beside*, and returns where it is.

    Raises *fault*, which is what opening it said, when that is about something else.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not fault.is_damage:
        raise fault
    present, aside = root / (parsed.database or ""), beside / f"damaged-{now:%Y%m%d-%H%M%S}.db"
    for end in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            Path(f"{present}{end}").rename(f"{aside}{end}")
    return aside


def _own_copy(file: Path, beside: Path, now: datetime) -> Path:
    """A copy of the backup, which may be brought to the newest schema: the backup itself stays as it is."""
    own = beside / f"restoring-{now:%Y%m%d-%H%M%S}.db"
    own.touch(mode=0o600)
    own.write_bytes(file.read_bytes())
    return own


def _examine(file: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            (state,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except (sqlite3.Error, TypeError) as error:
        cause, mend = f"no backup of a weekly database: {error}", "name a file that 'weekly db backup' wrote"
        raise StoreError(database=str(file), cause=cause, mend=mend) from error
    if state != "ok":
        raise StoreError(database=str(file), cause=f"damaged: {state}", mend="name another backup")
    if version > newest():
        cause = f"its schema is {version}, this program knows {newest()}"
        raise StoreError(database=str(file), cause=cause, mend="install the version that made it")
