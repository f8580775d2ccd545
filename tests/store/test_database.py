"""The schema and the store are the same on SQLite and on PostgreSQL."""

from __future__ import annotations

import re
import threading
import time
from contextlib import closing
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from weekly.errors import WorkspaceError
from weekly.models import Entry, Kind, Week
from weekly.net.client import Cached
from weekly.store import open_store
from weekly.store.subscribers import Subscriber, SubscriberStatus
from weekly.store.tables import metadata

NOW = datetime(2025, 4, 14, 6, tzinfo=UTC)
WEEK = Week.parse("2025-W15")


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request, tmp_path):
    url = "sqlite:///weekly.db" if request.param == "sqlite" else request.getfixturevalue("postgres")
    opened = open_store(url, tmp_path, lambda: NOW)
    yield opened
    if request.param == "postgresql":
        with opened.write() as tx:
            for table in reversed(metadata.sorted_tables):
                tx.connection.execute(table.delete())
    opened.close()


def paper(key="2504.00001", **more):
    known = {"source": "arxiv", "key": key, "kind": Kind.PAPER, "title": "T", "url": f"https://arxiv.org/abs/{key}"}
    return Entry(**{**known, **more})


def put(store, *entries, week=WEEK):
    with store.write() as tx:
        return tx.entries.put(week, entries, NOW)


def of(store, week):
    with store.read() as tx:
        return tx.entries.of(week)


def test_no_index_of_postgresql_depends_on_what_sending_changes(postgres, tmp_path):
    store = open_store(postgres, tmp_path, lambda: NOW)
    with store.read() as tx:
        indexes = tx.connection.scalars(text("SELECT indexdef FROM pg_indexes WHERE tablename = 'deliveries'")).all()
        room = tx.connection.scalar(text("SELECT reloptions FROM pg_class WHERE relname = 'deliveries'"))
    store.close()
    changed = {"state", "holder", "detail", "attempts", "lease_until"}
    assert len(indexes) > 2
    assert not [said for said in indexes if changed & set(re.findall(r"[a-z_]+", said))]
    assert room == ["fillfactor=50"]


def test_an_entry_is_new_once_and_keeps_its_first_week(store):
    assert put(store, paper()) == 1
    assert put(store, paper(), week=WEEK.shift(1)) == 0
    assert of(store, WEEK) == [paper()]
    assert of(store, WEEK.shift(1)) == []


def test_a_later_version_replaces_an_earlier_one_whatever_comes_first(store):
    put(store, paper(version="2", title="new"), paper(version="1", title="old"))
    put(store, paper(version="1", title="old"))
    assert [entry.title for entry in of(store, WEEK)] == ["new"]


def test_times_come_back_aware_and_the_same(store):
    moment = datetime(2025, 4, 13, 23, 59, 59, 123456, tzinfo=UTC)
    with store.write() as tx:
        tx.marks.set("done", moment)
    with store.read() as tx:
        assert tx.marks.find("done") == moment


def test_readers_are_added_once(store):
    readers = [Subscriber(email="a@example.org"), Subscriber(email="b@example.org", status=SubscriberStatus.PAUSED)]
    for expected in (2, 0):
        with store.write() as tx:
            assert tx.subscribers.add(readers, NOW).added == expected
    with store.read() as tx:
        assert [one.email for one in tx.subscribers.all()] == ["a@example.org", "b@example.org"]


def test_writers_queue_instead_of_failing(store):
    faults = []

    def write(number):
        try:
            for step in range(10):
                put(store, paper(f"{number}.{step}"))
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not happen
            faults.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with store.read() as tx:
        assert tx.entries.count(WEEK) == 40


def test_a_server_that_was_started_anew_while_nobody_asked_is_asked_again(postgres_template, tmp_path):
    address = postgres_template()
    with closing(open_store(address, tmp_path, lambda: NOW)) as store:
        assert of(store, WEEK) == []
        with closing(open_store(address, tmp_path, lambda: NOW)) as other, other.write() as tx:
            ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            assert any(tx.connection.scalars(text(f"{ended} AND datname = current_database()")))
        time.sleep(1.1)
        assert of(store, WEEK) == []


def test_the_log_of_sqlite_does_not_grow_with_what_is_written(tmp_path):
    """Somebody else has the database open all the while, as the review page has: nobody is the last to close it."""
    opened = open_store("sqlite:///weekly.db", tmp_path, lambda: NOW)
    other = open_store("sqlite:///weekly.db", tmp_path, lambda: NOW)
    with other.read() as tx:
        assert tx.entries.count(WEEK) == 0
    for number in range(60):
        with opened.write() as tx:
            tx.web_cache.put(f"https://x.example/{number}", Cached(body=bytes(500_000)), NOW)
    assert (tmp_path / "weekly.db-wal").stat().st_size < 10_000_000
    with other.read() as tx:
        assert len(tx.web_cache.find("https://x.example/59").body) == 500_000
    other.close()
    opened.close()


@pytest.mark.parametrize("url", ["sqlite:///file/weekly.db", "nothing", "oracle://a/b", "x://a"])
def test_what_is_no_address_of_a_database_is_one_line_that_names_the_setting(tmp_path, url):
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError, match=r"^\[database\] url: "):
        open_store(url, tmp_path, lambda: NOW)
