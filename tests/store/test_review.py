"""What editors leave behind is kept in the same way on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from weekly.models import Draft, Week
from weekly.store import open_store
from weekly.store.desk import AWAY, Comment
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


def did(store, by, action, card="", **more):
    with store.database.write() as connection:
        store.review_log.add(connection, WEEK, by, action, NOW, card, **more)


def test_each_editor_takes_back_their_own_deeds_from_the_last_to_the_first(store):
    did(store, "ada", "accepted", "a")
    did(store, "ada", "edited", "a")
    did(store, "grace", "rejected", "b")
    last = store.review_log.undoable(WEEK, "ada")
    assert (last.action, last.card) == ("accepted", "a")
    did(store, "ada", "undone", "a", undoes=last.id)
    assert store.review_log.undoable(WEEK, "ada") is None
    assert store.review_log.undoable(WEEK, "grace").card == "b"


def test_the_last_text_of_a_card_is_found_again(store):
    did(store, "machine", "drawn", "a", data={"text": "first"})
    did(store, "ada", "rejected", "a", data={"text": "second"})
    with store.database.read() as connection:
        assert store.review_log.last_card(connection, WEEK, "a") == "second"
        assert store.review_log.last_card(connection, WEEK, "b") is None
    assert store.review_log.drawn(WEEK, "a") == "first"


def test_a_claim_is_the_first_ones_until_it_is_released(store):
    with store.database.write() as connection:
        assert store.desk.claim(connection, WEEK, "a", "ada", NOW) == "ada"
        assert store.desk.claim(connection, WEEK, "a", "grace", NOW) == "ada"
        store.desk.release(connection, WEEK, "a")
        assert store.desk.claim(connection, WEEK, "a", "grace", NOW) == "grace"
    assert store.desk.claims(WEEK) == {"a": "grace"}


def test_who_is_silent_for_long_has_left(store):
    store.desk.look(WEEK, "ada", "a", NOW)
    store.desk.look(WEEK, "ada", "b", NOW + timedelta(seconds=1))
    assert store.desk.present(WEEK, NOW + AWAY) == {"ada": "b"}
    assert store.desk.present(WEEK, NOW + 2 * AWAY) == {}


def test_comments_stay_in_their_order(store):
    with store.database.write() as connection:
        for text in ("first", "second"):
            store.desk.comment(connection, WEEK, Comment(card="a", at=NOW, by="ada", text=text))
    assert [one.text for one in store.desk.comments(WEEK, "a")] == ["first", "second"]
    assert store.desk.commented(WEEK) == {"a": 2}


def test_a_withdrawn_approval_counts_no_more_and_the_machines_text_stays(store):
    def draft(summary):
        return Draft(week=str(WEEK), language="zh", headlines=("X",), summary=summary, cards=())

    with store.database.write() as connection:
        store.drafts.add(connection, draft("machine's"), "machine", NOW)
        revision = store.drafts.add(connection, draft("ada's"), "ada", NOW)
        store.drafts.approve(connection, revision, "ada", NOW, {}, NOW + timedelta(minutes=10))
    assert store.drafts.approval(WEEK).due_at == NOW + timedelta(minutes=10)
    assert store.drafts.machine(WEEK).draft.summary == "machine's"
    with store.database.write() as connection:
        assert store.drafts.withdraw(connection, WEEK, "grace", NOW) == 1
    assert store.drafts.approval(WEEK) is None
