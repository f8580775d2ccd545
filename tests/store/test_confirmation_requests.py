from __future__ import annotations

from datetime import UTC, datetime, timedelta

from weekly.store.confirmation_requests import VALID, ConfirmationRequest
from weekly.store.suppressions import Reason

NOW = datetime(2025, 4, 14, 6, tzinfo=UTC)
WANTED = ConfirmationRequest(email="a@example.org", topics=("3d",), language="en", where="/subscribe", text="Yes?")


def add(store, email="a@example.org", at=NOW, **bounds):
    with store.write() as tx:
        return tx.confirmation_requests.add(ConfirmationRequest(email=email), at, **bounds)


def test_what_was_asked_is_found_by_the_code_of_its_mail_as_long_as_it_is_valid(store):
    with store.write() as tx:
        code = tx.confirmation_requests.add(WANTED, NOW)
        assert tx.confirmation_requests.find(code, NOW + VALID) == WANTED
        assert tx.confirmation_requests.find(code, NOW + VALID + timedelta(seconds=1)) is None
        assert tx.confirmation_requests.find("x", NOW) is None
    assert len(code) == 16


def test_nobody_is_asked_more_than_three_times_a_day(store):
    assert [bool(add(store)) for _ in range(4)] == [True, True, True, False]
    assert add(store, at=NOW + timedelta(days=2))


def test_many_addresses_at_once_are_bounded_too(store):
    assert [bool(add(store, f"r{i}@example.org", per_hour=5)) for i in range(7)] == [True] * 5 + [False] * 2


def test_a_question_dies_with_a_later_decision_and_with_whoever_is_erased(store):
    codes = {email: add(store, email) for email in ("left@example.org", "erased@example.org", "stays@example.org")}
    with store.write() as tx:
        tx.subscribers.stop("left@example.org", Reason.UNSUBSCRIBED, NOW + timedelta(minutes=1))
        tx.subscribers.erase("erased@example.org", NOW + timedelta(minutes=1))
        found = {email for email, code in codes.items() if tx.confirmation_requests.find(code, NOW)}
    assert found == {"stays@example.org"}


def test_who_never_answers_is_forgotten(store):
    add(store)
    add(store, "b@example.org", NOW + VALID + timedelta(seconds=1))
    with store.read() as tx:
        rows = tx.connection.exec_driver_sql("SELECT data FROM confirmation_requests").all()
    assert len(rows) == 1
    assert "b@example.org" in rows[0][0]
