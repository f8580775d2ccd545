"""The schema and the store are the same on SQLite and on PostgreSQL."""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from weekly.errors import WorkspaceError
from weekly.models import Entry, Funnel, Kind, SourceHealth, Verdict, Week
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
        with opened.database.write() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())
    opened.close()


def paper(key="2504.00001", **more):
    known = {"source": "arxiv", "key": key, "kind": Kind.PAPER, "title": "T", "url": f"https://arxiv.org/abs/{key}"}
    return Entry(**{**known, **more})


def put(store, *entries, week=WEEK):
    with store.database.write() as connection:
        return store.entries.put(connection, week, entries, NOW)


def test_the_migrations_make_exactly_the_tables(store):
    with store.database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": metadata})
        assert compare_metadata(context, metadata) == []


def test_no_index_of_postgresql_depends_on_what_sending_changes(postgres, tmp_path):
    store = open_store(postgres, tmp_path, lambda: NOW)
    with store.database.read() as connection:
        indexes = connection.scalars(text("SELECT indexdef FROM pg_indexes WHERE tablename = 'deliveries'")).all()
        room = connection.scalar(text("SELECT reloptions FROM pg_class WHERE relname = 'deliveries'"))
    store.close()
    changed = {"state", "holder", "detail", "attempts", "lease_until"}
    assert len(indexes) > 2
    assert not [said for said in indexes if changed & set(re.findall(r"[a-z_]+", said))]
    assert room == ["fillfactor=50"]


def test_an_entry_is_new_once_and_keeps_its_first_week(store):
    assert put(store, paper()) == 1
    assert put(store, paper(), week=WEEK.shift(1)) == 0
    assert store.entries.of(WEEK) == [paper()]
    assert store.entries.of(WEEK.shift(1)) == []


def test_a_later_version_replaces_an_earlier_one_whatever_comes_first(store):
    put(store, paper(version="2", title="new"), paper(version="1", title="old"))
    put(store, paper(version="1", title="old"))
    assert [entry.title for entry in store.entries.of(WEEK)] == ["new"]


def test_times_come_back_aware_and_the_same(store):
    moment = datetime(2025, 4, 13, 23, 59, 59, 123456, tzinfo=UTC)
    with store.database.write() as connection:
        store.collecting.advance(connection, "arxiv", moment)
        store.collecting.advance(connection, "arxiv", moment - timedelta(days=7))
    assert store.collecting.watermark("arxiv") == moment


def test_health_shows_the_newest_verdict_of_each_source(store):
    for verdict in (Verdict.DOWN, Verdict.OK):
        with store.database.write() as connection:
            store.collecting.note(connection, WEEK, SourceHealth(source="arxiv", verdict=verdict), NOW)
    assert [one.verdict for one in store.collecting.health(WEEK)] == [Verdict.OK]


def test_the_funnel_is_replaced(store):
    for fetched in (1, 2):
        with store.database.write() as connection:
            store.collecting.set_funnel(connection, WEEK, Funnel(fetched=fetched))
    assert store.collecting.funnel(WEEK).fetched == 2


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
    assert store.entries.count(WEEK) == 40


def test_a_database_that_cannot_be_opened_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError, match="database"):
        open_store("sqlite:///file/weekly.db", tmp_path, lambda: NOW)
    with pytest.raises(WorkspaceError, match="database") as caught:
        open_store("postgresql://weekly:hunter2@127.0.0.1:1/none", tmp_path, lambda: NOW)
    assert "hunter2" not in str(caught.value)
