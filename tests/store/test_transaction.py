"""The unit of work: one connection, one transaction, and one clear line where the database does not do its part."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import UTC, datetime

import pytest

from weekly.errors import StoreError
from weekly.store import open_store

AT = datetime(2025, 4, 14, tzinfo=UTC)


@pytest.fixture
def file(sqlite_template, tmp_path):
    """A database file of one's own."""
    return shutil.copyfile(sqlite_template, tmp_path / "weekly.db")


@pytest.fixture
def on_file(file):
    """A store on it."""
    opened = open_store(f"sqlite:///{file}", file.parent, lambda: AT)
    yield opened
    opened.close()


def mark(store, *names):
    with store.write() as tx:
        for name in names:
            tx.marks.set(name, AT)


def test_what_fails_half_way_was_never_written(store):
    def fail():
        with store.write() as tx:
            tx.marks.set("done", AT)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with store.read() as tx:
        assert tx.marks.find("done") is None


@pytest.mark.parametrize(("outer", "inner"), [("write", "write"), ("write", "read"), ("read", "read")])
def test_a_transaction_within_another_is_refused_before_it_can_wait_for_itself(store, outer, inner):
    with getattr(store, outer)(), pytest.raises(RuntimeError, match="open in this thread"):
        getattr(store, inner)().__enter__()
    mark(store, "afterwards")


def test_who_only_reads_cannot_write(store):
    with pytest.raises(StoreError, match=r"readonly|read-only"), store.read() as tx:
        tx.marks.set("done", AT)


def test_a_damaged_database_is_one_line_that_names_it_and_the_mend(on_file, file):
    on_file.close()
    file.write_bytes(file.read_bytes()[:4096] + b"\0" * 8192)
    with pytest.raises(StoreError, match=r"weekly\.db: .*: it is damaged: restore it from a backup"):
        mark(on_file, "done")


def test_a_full_disk_is_one_line_that_names_the_database_and_the_mend(on_file):
    with on_file.read() as tx:  # of the one connection in the pool
        pages = tx.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        tx.connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StoreError, match=r"weekly\.db: database or disk is full: free some space"):
        mark(on_file, *(f"{number:060}" for number in range(5000)))


def test_a_database_that_another_program_holds_is_one_line(on_file, file):
    with on_file.read() as tx:
        tx.connection.exec_driver_sql("PRAGMA busy_timeout=50")
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match=r"weekly\.db: database is locked: another program holds it"):
        mark(on_file, "done")
    other.close()
