"""A database in another place, of another kind: every row, the same; a backup, and its way back."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing

import pytest
from sqlalchemy import insert, select, text

from tests.wire_formats import NOW
from weekly.errors import StoreError, WorkspaceError
from weekly.models import Draft, Week
from weekly.store import open_store
from weekly.store.backup import backup, restore
from weekly.store.copying import UNFINISHED, copy
from weekly.store.database import open_database
from weekly.store.subscribers import Subscriber
from weekly.store.tables import metadata, subscribers

WEEK = Week.parse("2025-W15")
READERS = [f"reader{i}@example.org" for i in range(2500)]


@pytest.fixture
def other(address, tmp_path, request):
    """The address of an empty database of the other kind."""
    if address.startswith("sqlite"):
        return request.getfixturevalue("postgres_template")()
    return f"sqlite:///{tmp_path / 'other.db'}"


@pytest.fixture
def full(store):
    """A store with readers, of whom the last was erased, and an issue."""
    with store.write() as tx:
        tx.subscribers.add([Subscriber(email=email, name="读者") for email in READERS], NOW)
        tx.connection.execute(text("DELETE FROM subscribers WHERE id = 2500"))
        draft = Draft(week=str(WEEK), language="zh", headlines=("一",), summary="二", cards=())
        tx.drafts.approve(tx.drafts.add(draft, "ada", NOW), "ada", NOW, {"thin": "a quiet week"})
        tx.deliveries.freeze(WEEK, NOW)
        tx.marks.set("examined", NOW)
        tx.web_cache.trust("https://example.org")
    return store


def rows(store):
    with store.read() as tx:
        return {
            table.name: sorted(map(repr, tx.connection.execute(select(table)).all()))
            for table in metadata.sorted_tables
        }


def silent(*_):
    """No bar."""


def test_every_row_is_there_the_same_and_no_number_is_given_twice(full, other, tmp_path):
    target = open_database(other, tmp_path, unfinished=True)
    told = []
    counts = copy(full.database, target, lambda *step: told.append(step))
    target.close()
    assert counts["subscribers"] == counts["deliveries"] == 2499
    assert ("subscribers", 2499, 2499) in told
    copied = open_store(other, tmp_path, lambda: NOW)
    assert rows(copied) == rows(full)
    with copied.write() as tx:
        tx.subscribers.add([Subscriber(email="new@example.org")], NOW)
        assert tx.connection.scalar(text("SELECT id FROM subscribers WHERE key = 'new@example.org'")) == 2501
    copied.close()


def test_a_copy_that_was_interrupted_is_not_used_and_goes_on_where_it_stopped(full, other, tmp_path):
    def interrupt(table, done, total):
        if table == "subscribers" and done == 1000:
            raise KeyboardInterrupt

    target = open_database(other, tmp_path, unfinished=True)
    with pytest.raises(KeyboardInterrupt):
        copy(full.database, target, interrupt)
    with pytest.raises(StoreError, match="partly a copy of another one: finish it"):
        open_database(other, tmp_path)
    told = []
    copy(full.database, target, lambda *step: told.append(step))
    assert next(done for table, done, _ in told if table == "subscribers") == 1000
    target.close()
    copied = open_store(other, tmp_path, lambda: NOW)
    assert rows(copied) == rows(full)
    copied.close()


def test_what_was_written_between_two_tries_is_noticed_and_copied_anew(full, other, tmp_path):
    target = open_database(other, tmp_path, unfinished=True)
    with target.transaction(writes=True) as connection:
        UNFINISHED.create(connection)
        with full.read() as tx:
            first = [dict(row) for row in tx.connection.execute(select(subscribers).limit(10)).mappings()]
        connection.execute(insert(subscribers), [{**row, "name": "then"} for row in first])
    with pytest.raises(StoreError, match=r"its table subscribers is not what the source holds.*--anew"):
        copy(full.database, target, silent)
    copy(full.database, target, silent, anew=True)
    target.close()
    copied = open_store(other, tmp_path, lambda: NOW)
    assert rows(copied) == rows(full)
    copied.close()


def test_a_database_that_holds_something_is_not_written_over(full, other, tmp_path):
    open_store(other, tmp_path, lambda: NOW).close()
    target = open_database(other, tmp_path, unfinished=True)
    with target.transaction(writes=True) as connection:
        connection.execute(text("INSERT INTO marks (name, at) VALUES ('mine', '2025-01-01 00:00:00')"))
    with pytest.raises(StoreError, match="it holds something already: name an empty one"):
        copy(full.database, target, silent)
    target.close()


def test_a_backup_is_one_private_file_taken_beside_a_writer_and_comes_back_whole(full, tmp_path):
    file = tmp_path / "monday.db"
    before = rows(full)
    backup(full, file, silent)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not list(tmp_path.glob("monday.db-*"))
    with pytest.raises(WorkspaceError, match="is there already"):
        backup(full, file, silent)
    with full.write() as tx:
        tx.connection.execute(text("DELETE FROM deliveries"))
        tx.marks.set("later", NOW)
    later = rows(full)
    replaced = restore(full, file, tmp_path, NOW, silent)
    assert rows(full) == before
    restore(full, replaced, tmp_path / "again", NOW, silent)
    assert rows(full) == later


def test_what_is_no_backup_is_refused_and_nothing_is_touched(full, tmp_path):
    before = rows(full)
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with closing(sqlite3.connect(tmp_path / "other.sqlite")) as database, database:
        database.execute("CREATE TABLE mine (x)")
    with closing(sqlite3.connect(tmp_path / "later.sqlite")) as database, database:
        database.execute("CREATE TABLE alembic_version (version_num)")
        database.execute("INSERT INTO alembic_version VALUES ('9999')")
    for name, why in (
        ("notes.txt", "no backup"),
        ("other.sqlite", "no backup"),
        ("later.sqlite", "this program knows"),
    ):
        with pytest.raises(StoreError, match=why):
            restore(full, tmp_path / name, tmp_path, NOW, silent)
    assert rows(full) == before
