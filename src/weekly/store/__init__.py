"""Where the state lives: one small class for each aggregate, over one database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path

from weekly.store.database import Database, open_database
from weekly.store.ledger_connection import LedgerConnection
from weekly.store.transaction import Transaction


class Store:
    """Everything that a workspace remembers."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self.database = database
        self.now = now
        self.draft_lock = threading.Lock()
        """Who changes a draft works it out before the transaction: those of this process do so one after another."""

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction that is committed at the end of the block and undone by any exception; raises StoreError."""
        with self.database.transaction(writes=True) as connection:
            yield Transaction(connection)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A consistent view that holds up nobody and refuses to write; raises StoreError."""
        with self.database.transaction(writes=False) as connection:
            yield Transaction(connection)

    def ledger(self) -> LedgerConnection:
        """What a sender writes to the ledger with, for one thread and to be closed by it."""
        return LedgerConnection(self.database)

    @cached_property
    def ahead(self) -> float:
        """Seconds by which the database's clock is ahead of this machine's, as they were when it was first asked."""
        return self.database.ahead()

    def close(self) -> None:
        """Closes the database."""
        self.database.close()


def open_store(url: str, root: Path, now: Callable[[], datetime]) -> Store:
    """The store at the database address *url*, with the newest schema; *now* dates what it keeps."""
    return Store(open_database(url, root), now)
