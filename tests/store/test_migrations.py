"""A database of an earlier version keeps every row when it is brought to the newest schema."""

from __future__ import annotations

import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import DateTime, Text, bindparam, create_engine, select, text

from weekly.models import Draft, Week
from weekly.store import codec, database, open_store
from weekly.store.confirmation_requests import ConfirmationRequest
from weekly.store.coordination import Lease
from weekly.store.mailings import MailingStart
from weekly.store.suppressions import Bounce, BounceKind
from weekly.store.tables import host_paces, metadata

AT = datetime(2025, 4, 14, 6, tzinfo=UTC)
WEEK = Week.parse("2025-W15")
EARLIER = (
    "INSERT INTO subscribers (email, key, status, created_at) VALUES ('a@x.example', 'a@x.example', 'active', :at)",
    "INSERT INTO deliveries (week, reader, email, state, due_at) VALUES ('2025-W15', 1, 'a@x.example', 'pending', :at)",
    "INSERT INTO deliveries (week, reader, email, state, due_at) VALUES ('2025-W15', 2, 'b@x.example', 'sending', :at)",
    "INSERT INTO bounces (report, reader, week, kind, at) VALUES ('r', 1, '2025-W15', 'soft', :at)",
    "INSERT INTO homes (name, host, secret, at) VALUES ('ledger', 'here', 's', :at)",
    "INSERT INTO despatches (week, domain, began_at) VALUES ('2025-W15', 'x.example', :at)",
    "INSERT INTO host_paces (name, last_at, not_before) VALUES ('arxiv', 5, 7)",
    "INSERT INTO host_paces (name, holder, lease_until) VALUES ('prepare 2025-W15', 'here:1:2', 9)",
    "INSERT INTO requests (key, at) VALUES ('k', :at)",
    "INSERT INTO drafts VALUES ('2025-W15', 1, 'ada', :at, :hash, :data)",
    "INSERT INTO issues VALUES ('2025-W15', 1, :hash, 'ada', :at, :data, '{}', '{}')",
    "INSERT INTO errata (week, number, card, text, by, at) VALUES ('2025-W15', 1, 'c', 'Seven.', 'ada', :at)",
)
DRAFT = Draft(week=str(WEEK), language="zh", headlines=("一",), summary="二", cards=())


def engine_of(address):
    return create_engine(address.replace("postgresql://", "postgresql+psycopg://"))


def migrate(connection, version):
    config = Config()
    config.set_main_option("script_location", str(database._MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, version)


# Without what no program sees: the order of columns, and names of constraints that only a table made anew has.
SCHEMA = {
    "sqlite": (
        (
            "SELECT t.name, c.name, c.type, c.'notnull', c.dflt_value, c.pk, c.hidden"
            " FROM sqlite_master t, pragma_table_xinfo(t.name) c WHERE t.type = 'table' ORDER BY 1, 2"
        ),
        (
            "SELECT t.name, i.name, i.'unique', i.origin, i.partial, x.seqno, x.name, x.desc"
            " FROM sqlite_master t, pragma_index_list(t.name) i, pragma_index_xinfo(i.name) x"
            " WHERE t.type = 'table' AND x.key ORDER BY 1, 2, 6"
        ),
        (
            "SELECT t.name, f.'table', f.'from', f.'to', f.on_delete FROM sqlite_master t, pragma_foreign_key_list(t.name) f"
            " WHERE t.type = 'table' ORDER BY 1, 2, 3"
        ),
    ),
    "postgresql": (
        (
            "SELECT table_name, column_name, data_type, character_maximum_length, column_default, is_nullable, is_generated,"
            " generation_expression FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"
        ),
        "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2",
        (
            "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"
        ),
        "SELECT relname, relkind, reloptions FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1",
        "SELECT sequencename, data_type::text FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1",
    ),
}


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path):
    """The address of a database without a table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'weekly.db'}"
    server = request.getfixturevalue("postgres")
    name = f"e{uuid.uuid4().hex}"
    engine = create_engine(server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    before, _, after = server.partition("/postgres?")
    return f"{before}/{name}?{after}"


def schema(opened):
    with opened.transaction(writes=False) as connection:
        return [connection.execute(text(question)).all() for question in SCHEMA[connection.dialect.name]]


def test_a_new_database_is_what_all_migrations_make(empty, tmp_path):
    opened = database.open_database(empty, tmp_path)
    made = schema(opened)
    with opened.transaction(writes=True) as connection:
        metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
    database.upgrade(opened)
    migrated = schema(opened)
    opened.close()
    for before, after in zip(made, migrated, strict=True):
        assert set(map(repr, before)) == set(map(repr, after))
    assert len(made[0]) > 100


@pytest.fixture
def earlier(empty):
    """The address of a database of version 0009 with rows in it."""
    engine = engine_of(empty)
    with engine.begin() as connection:
        migrate(connection, "0009")
        for statement in EARLIER:
            data = codec.dump(DRAFT)
            told = {"at": AT.replace(tzinfo=None), "data": data, "hash": codec.digest(data)}
            typed = [
                bindparam(name, type_=DateTime() if name == "at" else Text())
                for name in told
                if f":{name}" in statement
            ]
            connection.execute(text(statement).bindparams(*typed), told)
    engine.dispose()
    return empty


def test_the_list_the_ledger_and_what_sending_knows_come_along(earlier, tmp_path):
    store = open_store(earlier, tmp_path, lambda: AT)
    with store.write() as tx:
        assert tx.mailings.find_ledger().secret == "s"
        assert tx.mailings.start(WEEK, "y.example", AT) == MailingStart(domain="x.example", began_at=AT)
        assert tx.bounces.soft_issues(1, AT - timedelta(days=90)) == 1
        assert not tx.bounces.add(Bounce(report="r", subscriber=1, week="", kind=BounceKind.SOFT, detail=""), AT)
        assert tx.connection.execute(text("SELECT key FROM confirmation_requests")).all() == [("k",)]
        assert tx.confirmation_requests.add(ConfirmationRequest(email="a@x.example"), AT)
        (row,) = tx.deliveries.reserve(WEEK, "me", 9, AT + timedelta(days=1), timedelta(minutes=1))
        assert (row.email, row.subscriber) == ("a@x.example", 1)
        assert tx.deliveries.counts(WEEK)["pending"] == 2
    store.close()


def test_drafts_and_issues_say_what_they_said_under_the_same_hash_and_keep_their_corrections(earlier, tmp_path):
    store = open_store(earlier, tmp_path, lambda: AT)
    with store.read() as tx:
        revision, issue = tx.drafts.find(WEEK), tx.issues.find(WEEK)
        assert (revision.draft, issue.draft) == (DRAFT, DRAFT)
        assert revision.hash == issue.hash == codec.digest(codec.dump(DRAFT))
        assert [one.text for one in tx.issues.errata(WEEK)] == ["Seven."]
    store.close()


def test_who_has_a_week_in_hand_keeps_it_and_a_week_is_no_host(earlier, tmp_path):
    store = open_store(earlier, tmp_path, lambda: AT)
    with store.read() as tx:
        assert tx.locks.find("prepare 2025-W15") == Lease(holder="here:1:2", until=9)
        assert tx.locks.find("arxiv") is None
        assert tx.connection.execute(select(host_paces)).all() == [("arxiv", 5, 7)]
    store.close()


@pytest.mark.parametrize("empty", ["postgresql"], indirect=True)
def test_deliveries_get_numbers_of_64_bits_while_others_write(earlier, tmp_path):
    engine = create_engine(earlier.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    many = "INSERT INTO deliveries (week, reader, email, state, due_at) SELECT '2025-W15', n, n || '@x.example', 'sent', now()"
    stop = threading.Event()
    written = []

    def write():
        with engine.connect() as connection:
            while not stop.is_set():
                written.append(
                    connection.execute(text("UPDATE deliveries SET attempts = attempts + 1 WHERE id = 1")).rowcount
                )

    with engine.connect() as connection:
        connection.execute(text(f"{many} FROM generate_series(3, 50000) n"))
        before = connection.execute(text("SELECT id, email FROM deliveries ORDER BY id")).all()
        writer = threading.Thread(target=write)
        writer.start()
        try:
            open_store(earlier, tmp_path, lambda: AT).close()
        finally:
            stop.set()
            writer.join()
        assert set(written) == {1}
        assert connection.execute(text("SELECT id, email FROM deliveries ORDER BY id")).all() == before
        assert connection.scalar(text("SELECT attempts FROM deliveries WHERE id = 1")) == len(written)
        connection.execute(text("SELECT setval(pg_get_serial_sequence('deliveries', 'id'), 3000000000)"))
        connection.execute(text(f"{many.replace('reader', 'subscriber')} FROM generate_series(-1, -1) n"))
        assert connection.scalar(text("SELECT max(id) FROM deliveries")) == 3_000_000_001
    engine.dispose()
