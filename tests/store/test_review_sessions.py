"""A sign-in stands until its time is over or somebody ends it."""

from __future__ import annotations

from datetime import timedelta

from tests.wire_formats import NOW
from weekly.store.review_sessions import ReviewSession

DAY = timedelta(days=1)


def session(key, began=NOW):
    return ReviewSession(key=key, editor="ada", began_at=began, until=began + DAY, origin="192.0.2.1")


def test_sessions_are_listed_the_newest_first_while_their_time_lasts(store):
    with store.write() as tx:
        tx.review_sessions.add(session("a"))
        tx.review_sessions.add(session("b", NOW + DAY / 2))
        assert tx.review_sessions.standing(NOW + DAY / 2) == [session("b", NOW + DAY / 2), session("a")]
        assert [one.key for one in tx.review_sessions.standing(NOW + DAY * 1.25)] == ["b"]


def test_a_session_is_ended_once_and_all_of_them_at_once(store):
    with store.write() as tx:
        for key in "abc":
            tx.review_sessions.add(session(key))
        assert [tx.review_sessions.end("a"), tx.review_sessions.end("a")] == [True, False]
        assert [tx.review_sessions.has(key) for key in "abc"] == [False, True, True]
        assert tx.review_sessions.end_all() == 2
        assert tx.review_sessions.standing(NOW) == []


def test_a_session_whose_time_is_over_is_forgotten_by_the_next(store):
    with store.write() as tx:
        tx.review_sessions.add(session("a"))
        tx.review_sessions.add(session("b", NOW + DAY * 2))
        assert not tx.review_sessions.has("a")
