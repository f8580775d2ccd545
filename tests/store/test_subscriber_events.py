from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from weekly.store.subscribers import Subscriber, SubscriberStatus
from weekly.store.suppressions import Reason

NOW = datetime(2025, 4, 14, 6, tzinfo=UTC)
ADA = Subscriber(email="ada@example.net")


@pytest.fixture
def act(store):
    """Does something in a transaction, a minute after what was done before."""
    minutes = iter(range(100))

    def act(work):
        with store.write() as tx:
            return work(tx, NOW + timedelta(minutes=next(minutes)))

    return act


def history(store, email="ada@example.net"):
    with store.read() as tx:
        return [
            (row["event"], row["detail"]) for row in tx.subscriber_events.of_subscriber(tx.subscribers.find(email).id)
        ]


def test_every_change_of_status_is_written_down_once_in_its_order(store, act):
    act(lambda tx, at: tx.subscribers.add([ADA], at, "the list a.csv"))
    choice = {"topics": (), "language": ""}
    for paused in (True, True, False):
        act(lambda tx, at, paused=paused: tx.subscribers.set_preferences(1, at, paused=paused, **choice))
    act(lambda tx, at: tx.subscribers.stop(ADA.email, Reason.BOUNCE, at, "550 gone"))
    act(lambda tx, at: tx.subscribers.lift([ADA.email], at, "by the owner"))
    gone = Subscriber(email="ADA@example.net", status=SubscriberStatus.UNSUBSCRIBED)
    act(lambda tx, at: tx.subscribers.add([gone], at, "the list b.csv"))
    assert history(store) == [
        ("paused", "preferences"),
        ("active", "preferences"),
        ("suppressed", "bounce: 550 gone"),
        ("active", "lifted: by the owner"),
        ("unsubscribed", "unsubscribed: so said the list b.csv"),
    ]


def test_a_consent_is_kept_with_its_text_and_that_text_once(store, act):
    for email in ("ada@example.net", "bob@example.net"):
        subscriber = Subscriber(email=email)
        act(
            lambda tx, at, subscriber=subscriber: tx.subscribers.confirm(
                subscriber, at, where="/subscribe", text="Yes?"
            )
        )
    with store.read() as tx:
        (event,) = tx.subscriber_events.of_subscriber(tx.subscribers.find("bob@example.net").id)
        assert (event["event"], event["detail"], event["text"]) == ("confirmed", "/subscribe", "Yes?")
        assert event["at"] == (NOW + timedelta(minutes=1)).isoformat()


def test_who_is_erased_leaves_no_history(store, act):
    number = act(lambda tx, at: tx.subscribers.confirm(ADA, at, where="/subscribe"))
    act(lambda tx, at: tx.subscribers.erase(ADA.email, at))
    with store.read() as tx:
        assert list(tx.subscriber_events.of_subscriber(number)) == []


def test_a_subscriber_who_moves_stays_the_same_and_the_old_address_stays_out(store, act):
    number = act(lambda tx, at: tx.subscribers.confirm(ADA, at))
    assert act(lambda tx, at: tx.subscribers.move(number, "ada@new.example", at))
    assert act(lambda tx, at: tx.subscribers.add([ADA], at)).suppressed == 1
    with store.read() as tx:
        assert tx.subscribers.find("ada@example.net") is None
        assert tx.subscribers.find("Ada@new.example").id == number
    assert history(store, "ada@new.example")[-1] == ("moved", "from ada@example.net")


def test_who_moves_to_an_address_that_was_on_the_list_is_there_once(store, act):
    act(lambda tx, at: tx.subscribers.add([ADA, Subscriber(email="ada@new.example")], at))
    act(lambda tx, at: tx.subscribers.stop("ada@new.example", Reason.BOUNCE, at))
    assert act(lambda tx, at: tx.subscribers.move(1, "ada@new.example", at))
    with store.read() as tx:
        assert tx.subscribers.find("ada@example.net").status is SubscriberStatus.UNSUBSCRIBED
        assert tx.subscribers.find("ada@new.example").status is SubscriberStatus.ACTIVE
        assert tx.suppressions.find("ada@new.example") is None


def test_who_gets_no_mail_does_not_come_back_by_moving(store, act):
    act(lambda tx, at: tx.subscribers.add([ADA], at))
    act(lambda tx, at: tx.subscribers.stop(ADA.email, Reason.UNSUBSCRIBED, at))
    assert not act(lambda tx, at: tx.subscribers.move(1, "ada@new.example", at))
    assert not act(lambda tx, at: tx.subscribers.move(7, "ada@new.example", at))
