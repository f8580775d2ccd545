"""The database beneath the store: SQLite by default, PostgreSQL by its address, the same code on both."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as program
from math import inf
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Dialect, Engine, Table, create_engine, event, inspect, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DisconnectionError, NoSuchModuleError, SQLAlchemyError

from weekly.errors import StoreError, WorkspaceError
from weekly.store.faults import store_error, without_password
from weekly.store.tables import metadata
from weekly.store.widening import widen

_MIGRATIONS = Path(__file__).parent / "migrations"
_LONG_LOG = 4_000_000
"""Bytes of SQLite's log, about as many as SQLite itself would let it grow to, which is 1,000 pages."""
_LONGEST_LOG = 10_000
"""Pages at which SQLite copies it after all: others write faster than it is copied beside them."""

IDLE = 1.0
"""Seconds after which a connection is tried before it is used again."""


class _Open(threading.local):
    """The databases that this thread has a transaction of."""

    def __init__(self) -> None:
        self.databases: set[Database] = set()


_open = _Open()


def transaction_is_open() -> bool:
    """Whether this thread is within a transaction: nothing is rendered, fetched or written to files until its end."""
    return bool(_open.databases)


class Database:
    """Transactions, one at a time in each thread.

    One that writes begins as a writer at once, so that two writers queue instead of failing half-way.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # SQLite makes its writers poll, in steps of up to 0.1 s and in no order: those of this process queue here.
        self._writers = threading.Lock() if engine.dialect.name == "sqlite" else nullcontext()
        self._log = _Log(engine) if engine.dialect.name == "sqlite" else None
        # What is run past SQLAlchemy, for its speed, fails with the driver's own exceptions.
        self._faults = (SQLAlchemyError, engine.dialect.loaded_dbapi.Error)

    @contextmanager
    def transaction(self, *, writes: bool) -> Iterator[Connection]:
        """A transaction that is committed at the end of the block and undone by any exception.

        One that does not write is a consistent view, which holds up nobody and refuses to write. Raises StoreError for
        what the database says.
        """
        with self.turn(writes=writes), self._connected(writes=writes) as connection:
            yield connection

    @contextmanager
    def turn(self, *, writes: bool) -> Iterator[None]:
        """This thread's turn at the database, for one transaction within the block.

        Raises StoreError for what the database says, and RuntimeError within another transaction of the same thread: a
        second connection taken inside a first one is how writers wait for each other for ever.
        """
        if self in _open.databases:
            raise RuntimeError("a transaction is open in this thread already: hand its aggregates on")
        _open.databases.add(self)
        try:
            with self.clear_faults(), self._writers if writes else nullcontext():
                yield
        finally:
            _open.databases.discard(self)
        if writes and self._log:
            with suppress(*self._faults):  # what was written is written; the next write says what is wrong
                self._log.copy()

    @contextmanager
    def clear_faults(self) -> Iterator[None]:
        """Raises StoreError for what the database says within the block."""
        try:
            yield
        except self._faults as error:
            raise store_error(error, self.engine.url) from error

    @contextmanager
    def _connected(self, *, writes: bool) -> Iterator[Connection]:
        options: dict[str, Any] = {} if writes else {"weekly_reads": True, "postgresql_readonly": True}
        with self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    def ahead(self) -> float:
        """Seconds by which the clock of PostgreSQL's machine is ahead of this one's; 0 for SQLite, which has none.

        What is agreed on between machines goes by one clock.
        """
        if self.engine.dialect.name == "sqlite":
            return 0.0
        with self.transaction(writes=False) as connection:
            theirs = float(connection.scalar(text("SELECT extract(epoch FROM clock_timestamp())")))
        seconds = theirs - time.time()  # noqa: TID251 - of the machines, whatever the present of the workspace is
        return seconds if abs(seconds) > 1 else 0.0  # less is the way of the answer

    def close(self) -> None:
        """Closes every connection."""
        self.engine.dispose()


class _Log:
    """The write-ahead log of a SQLite database, which has to be copied into the database from time to time.

    SQLite's own way to do so is the last step of a write, while the next writer waits.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._path = Path(f"{engine.url.database}-wal")
        self._copying = threading.Lock()

    def copy(self) -> None:
        """Copies a log that has grown long, unless another thread is at it; writers and readers go on meanwhile."""
        if not self._is_long() or not self._copying.acquire(blocking=False):
            return
        try:
            connection = self._engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")
            finally:
                connection.close()
        finally:
            self._copying.release()

    def _is_long(self) -> bool:
        try:
            return self._path.stat().st_size > _LONG_LOG
        except FileNotFoundError:
            return False


def open_database(url: str, root: Path, *, unfinished: bool = False) -> Database:
    """The database at *url*, brought to the newest schema; one that is partly a copy only where it may be *unfinished*.

    Raises WorkspaceError for what is no address of a database, StoreError for one that cannot be used.
    """
    try:
        database = Database(_engine(url, root))
    except ModuleNotFoundError as error:
        raise WorkspaceError(
            "[database] url: PostgreSQL needs the extra: pip install 'weekly-digest[postgres]'"
        ) from error
    except (ArgumentError, NoSuchModuleError) as error:
        raise WorkspaceError(f"[database] url: not a database address: {error}") from error
    except OSError as error:
        raise WorkspaceError(f"[database] url: cannot write {error.filename}: {error.strerror}") from error
    try:
        _bring_up(database, unfinished=unfinished)
    except BaseException:
        database.close()
        raise
    return database


def _bring_up(database: Database, *, unfinished: bool) -> None:
    """Sees that the schema is ours and the newest; brings an older one there."""
    version, partly = _version(database)
    address = without_password(database.engine.url)
    if partly and not unfinished:
        cause, mend = "it is partly a copy of another one", "finish it: the same 'weekly db copy' goes on"
        raise StoreError(database=address, cause=cause, mend=mend)
    if version is not None and version > newest():
        by = _writer(database)
        wrote = f"weekly {by} wrote it: its" if by else "its"
        cause, mend = f"{wrote} schema is {version}, this program knows {newest()}", "install the version that made it"
        raise StoreError(database=address, cause=cause, mend=mend)
    if version is None:
        _create(database)
    elif version != newest():
        upgrade(database)


def newest() -> str:
    """The newest schema version: migrations are numbered, so that no import of Alembic is needed to know it."""
    return max(path.name[:4] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def _create(database: Database) -> None:
    """Makes the tables of a new database; a process that comes second waits and finds them made.

    They are what all migrations would make, in a seventh of the time: a test compares the two.
    """
    made = {"version": newest(), "me": _this_program()}
    with database.transaction(writes=True) as connection:
        _wait_for_turn(connection)
        if not inspect(connection).has_table("alembic_version"):
            metadata.create_all(connection)
            connection.execute(
                text(
                    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, program VARCHAR(40),"
                    " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
                )
            )
            connection.execute(text("INSERT INTO alembic_version VALUES (:version, :me)"), made)


def _wait_for_turn(connection: Connection) -> None:
    """Of several processes that change the schema one is at it; SQLite has only one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(5721402)"))


def _this_program() -> str:
    """The version of weekly; empty where it is run from its sources alone."""
    try:
        return program("weekly-digest")
    except PackageNotFoundError:
        return ""


def upgrade(database: Database) -> None:
    """Brings the schema to the newest version; a process that comes second waits and finds nothing to do."""
    from alembic import command  # noqa: PLC0415 - a second of import, needed once in the life of a version
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    me = _this_program()
    with database.clear_faults():
        widen(database.engine)
    with database.transaction(writes=True) as connection:
        _wait_for_turn(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if not _names_writer(connection):
            connection.execute(text("ALTER TABLE alembic_version ADD COLUMN program VARCHAR(40)"))
        connection.execute(text("UPDATE alembic_version SET program = :me"), {"me": me})


def _names_writer(connection: Connection) -> bool:
    return "program" in {column["name"] for column in inspect(connection).get_columns("alembic_version")}


def _writer(database: Database) -> str:
    """The version of weekly that brought the schema to where it is; empty where that was before it was noted."""
    with database.transaction(writes=False) as connection:
        if not _names_writer(connection):
            return ""
        return str(connection.scalar(text("SELECT program FROM alembic_version")) or "")


def _version(database: Database) -> tuple[str | None, bool]:
    """The version of the schema, and whether `weekly.store.copying` has not finished with it."""
    with database.transaction(writes=False) as connection:
        tables = inspect(connection)
        if not tables.has_table("alembic_version"):
            return None, False
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return version, tables.has_table("unfinished_copy")


def _engine(url: str, root: Path) -> Engine:
    parsed = make_url(re.sub(r"^postgresql://", "postgresql+psycopg://", url))
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise ArgumentError(f"{parsed.drivername} is neither sqlite nor postgresql")
    if parsed.get_backend_name() != "sqlite":
        engine = create_engine(parsed, connect_args=_wait(parsed, "connect_timeout", 10))
        event.listen(engine, "checkin", _note_return)
        event.listen(engine, "checkout", partial(_try, engine.dialect))
        return engine
    path = root / (parsed.database or "weekly.db")
    _make_private(path)
    engine = create_engine(parsed.set(database=str(path)), connect_args=_wait(parsed, "timeout", 60))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _note_return(_: Any, record: Any) -> None:
    record.info["returned"] = time.monotonic()


def _try(dialect: Dialect, connection: Any, record: Any, _: Any) -> None:
    """Has a connection that nobody has used for a while tried before it is used: its server may have gone meanwhile."""
    if time.monotonic() - record.info.get("returned", inf) < IDLE:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise DisconnectionError from error  # SQLAlchemy makes another one


def _make_private(path: Path) -> None:
    """Makes the file of a database where there is none, for its owner's eyes only, and so its folder if it is ours."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        return
    if path.parent.name == ".weekly":
        path.parent.chmod(0o700)
    path.touch(mode=0o600)


def _wait(url: URL, name: str, seconds: int) -> dict[str, int]:
    """How long the driver waits for a database that is held or away, unless the owner has put that into *url*."""
    return {} if name in url.query else {name: seconds}


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, not guessed by the driver
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    # `_Log` copies the log earlier than that. A log that starts again is cut to a size that is not long yet, so that a
    # longer one tells what is in it; written over, it costs half of what a growing file does to sync.
    connection.execute(f"PRAGMA wal_autocheckpoint={_LONGEST_LOG}")
    connection.execute(f"PRAGMA journal_size_limit={_LONG_LOG}")


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("weekly_reads", False)
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - a connection that is open
    # SQLAlchemy's own way to say it takes longer than SQLite.
    driver.execute("PRAGMA query_only=1" if reads else "PRAGMA query_only=0")
    driver.execute("BEGIN" if reads else "BEGIN IMMEDIATE")


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], update: Sequence[str] = ()) -> None:
    """Inserts *rows*; where the primary key is there, sets the columns *update*."""
    if not rows:
        return
    insert = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)
    keys = [column.name for column in table.primary_key]
    if update:
        changes = {name: insert.excluded[name] for name in update}
        statement = insert.on_conflict_do_update(index_elements=keys, set_=changes)
    else:
        statement = insert.on_conflict_do_nothing(index_elements=keys)
    connection.execute(statement, [dict(row) for row in rows])


def lock(connection: Connection, name: str) -> None:
    """Makes other transactions that lock *name* wait for the end of this one; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(5721403, hashtext(:name))"), {"name": name})


__all__ = ["Database", "lock", "newest", "open_database", "transaction_is_open", "upgrade", "upsert"]
