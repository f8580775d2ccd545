"""What goes to the database together does what it would do one by one."""

from __future__ import annotations

from contextlib import closing

from sqlalchemy import func, select

from tests.wire_formats import NOW
from weekly.store import open_store
from weekly.store.many_rows import among, insert_new
from weekly.store.tables import subscribers

KEYS = [f"o'reader \\ {number}，\"@example.org" for number in range(1200)]


def rows(keys):
    return [{"email": key, "key": key, "created_at": NOW, "whole_issue": False} for key in keys]


def test_only_what_is_not_there_is_inserted(store):
    with store.write() as tx:
        counts = [insert_new(tx.connection, subscribers, rows(keys), ["key"]) for keys in (KEYS[:3], KEYS, [], KEYS)]
    assert counts == [3, len(KEYS) - 3, 0, 0]


def test_a_list_that_comes_again_uses_up_none_of_postgresqls_numbers(postgres_template, tmp_path):
    with closing(open_store(postgres_template(), tmp_path, lambda: NOW)) as store, store.write() as tx:
        for keys in (KEYS[:-1], KEYS[:-1], KEYS):
            insert_new(tx.connection, subscribers, rows(keys), ["key"])
        assert tx.subscribers.find(KEYS[-1]).id == len(KEYS)


def test_what_is_there_stays_as_it_is(store):
    with store.write() as tx:
        insert_new(tx.connection, subscribers, rows(KEYS[:1]), ["key"])
        insert_new(tx.connection, subscribers, [{**rows(KEYS[:1])[0], "email": "another"}], ["key"])
        assert tx.subscribers.find(KEYS[0]).email == KEYS[0]
        assert tx.subscribers.find(KEYS[0]).created_at == NOW


def test_texts_and_numbers_are_found_by_the_thousand(store):
    with store.write() as tx:
        insert_new(tx.connection, subscribers, rows(KEYS), ["key"])
        for column, values, expected in (
            (subscribers.c.key, KEYS[1:], len(KEYS) - 1),
            (subscribers.c.id, range(2, 1000), 998),
            (subscribers.c.key, [], 0),
            (subscribers.c.key, ["nobody"], 0),
        ):
            found = select(func.count()).where(among(tx.connection, column, list(values)))
            assert tx.connection.scalar(found) == expected
