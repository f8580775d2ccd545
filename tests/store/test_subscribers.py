from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from tests.published import WEEK, counts, publish_issue, subscribe
from weekly.models import Outcome, State
from weekly.store.subscribers import Additions, Subscriber, SubscriberStatus
from weekly.store.suppressions import Bounce, BounceKind, Reason
from weekly.store.tables import metadata
from weekly.testing import workspace

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def opened(tmp_path):
    with workspace(tmp_path / "w") as made:
        yield made


def put(opened, *readers):
    with opened.store.write() as tx:
        return tx.subscribers.add(readers, NOW)


def find(opened, email):
    with opened.store.read() as tx:
        return tx.subscribers.find(email)


def stop(opened, email, reason=Reason.UNSUBSCRIBED):
    with opened.store.write() as tx:
        return tx.subscribers.stop(email, reason, NOW)


def test_a_double_click_on_a_confirmation_is_one(store):
    def confirm():
        with store.write() as tx:
            return tx.subscribers.confirm(Subscriber(email="Ada@example.org"), NOW)

    with ThreadPoolExecutor(1) as clicks:
        with store.write() as tx:
            first = tx.subscribers.confirm(Subscriber(email="ada@example.org"), NOW)
            second = clicks.submit(confirm)
            time.sleep(0.2)  # it waits for the end of this one by now
        assert second.result() == first


def test_two_spellings_of_an_address_are_one_reader(opened):
    assert put(opened, Subscriber(email="Ada@example.org")) == Additions(added=1)
    assert put(opened, Subscriber(email="ada@EXAMPLE.org", name="other")) == Additions(known=1)
    with opened.store.read() as tx:
        assert [one.email for one in tx.subscribers.all()] == ["Ada@example.org"]


def test_who_is_there_already_stays_as_they_are(opened):
    put(opened, Subscriber(email="a@example.org", name="Ada", status=SubscriberStatus.PAUSED))
    put(opened, Subscriber(email="a@example.org", name="Eve"))
    found = find(opened, "a@example.org")
    assert (found.name, found.status) == ("Ada", SubscriberStatus.PAUSED)


@pytest.mark.parametrize("reason", list(Reason))
def test_no_import_undoes_a_suppression(opened, reason):
    subscribe(opened, ["a@example.org"])
    stop(opened, "a@example.org", reason)
    put(opened, Subscriber(email="A@example.org"))
    assert find(opened, "a@example.org").status not in {SubscriberStatus.ACTIVE, SubscriberStatus.PAUSED}


def test_an_address_that_was_never_there_can_be_suppressed_before_it_comes(opened):
    assert stop(opened, "a@example.org") is False
    assert put(opened, Subscriber(email="a@example.org")) == Additions(suppressed=1)
    assert find(opened, "a@example.org") is None


def test_a_list_may_stop_mail_and_then_no_list_starts_it_again(opened):
    subscribe(opened, ["a@example.org"])
    put(opened, Subscriber(email="a@example.org", status=SubscriberStatus.UNSUBSCRIBED))
    put(opened, Subscriber(email="a@example.org"))
    assert find(opened, "a@example.org").status is SubscriberStatus.UNSUBSCRIBED


def test_a_reader_who_confirms_comes_back(opened):
    subscribe(opened, ["a@example.org"])
    stop(opened, "a@example.org")
    with opened.store.write() as tx:
        tx.subscribers.confirm(Subscriber(email="a@example.org", topics=("3d",)), NOW)
    found = find(opened, "a@example.org")
    assert (found.status, found.topics, found.confirmed_at) == (SubscriberStatus.ACTIVE, ("3d",), NOW)
    assert put(opened, Subscriber(email="a@example.org")) == Additions(known=1)


def test_an_erased_reader_is_nowhere_and_stays_out_and_the_counts_still_add_up(opened):
    publish_issue(opened, [Subscriber(email="gone@example.org", name="Gone"), "stays@example.org"])
    number = find(opened, "gone@example.org").id
    with opened.store.write() as tx:
        bounce = Bounce(
            report="x", subscriber=number, week=str(WEEK), kind=BounceKind.SOFT, detail="gone@example.org is full"
        )
        tx.bounces.add(bounce, NOW)
        assert tx.subscribers.erase("Gone@example.org", NOW)
    found = counts(opened)
    assert (found["audience"], found["suppressed"], found["pending"]) == (2, 1, 1)
    assert put(opened, Subscriber(email="gone@example.org")) == Additions(suppressed=1)
    assert everything(opened).count("stays@example.org") >= 2
    assert "gone@example.org" not in everything(opened).lower()


def test_what_a_mail_server_said_about_an_erased_reader_is_forgotten_too(opened):
    publish_issue(opened, ["gone@example.org"])
    said = "550 5.1.1 <gone@example.org>: no such user"
    with opened.store.write() as tx:
        (row,) = tx.deliveries.reserve(WEEK, "me", 1, opened.now(), timedelta(minutes=1))
        refused = Outcome(email=row.email, state=State.FAILED, detail=said, unknown=True)
        tx.deliveries.write_down("me", opened.now(), settled=[(row, refused)])
    assert said in everything(opened)
    with opened.store.write() as tx:
        tx.subscribers.erase("gone@example.org", NOW)
    assert "gone@example.org" not in everything(opened)
    assert put(opened, Subscriber(email="gone@example.org")) == Additions(suppressed=1)


def test_who_was_never_there_can_be_erased_before_a_list_brings_them(opened):
    with opened.store.write() as tx:
        assert tx.subscribers.erase("a@example.org", NOW) is False
    assert put(opened, Subscriber(email="a@example.org")) == Additions(suppressed=1)


def test_a_reader_of_no_list_becomes_one_by_confirming(opened):
    with opened.store.write() as tx:
        tx.subscribers.confirm(Subscriber(email="a@example.org", language="en"), NOW)
    found = find(opened, "a@example.org")
    assert (found.status, found.language, found.confirmed_at) == (SubscriberStatus.ACTIVE, "en", NOW)


def everything(opened):
    """Every value of every row of the database."""
    with opened.store.read() as tx:
        return repr([tx.connection.execute(table.select()).all() for table in metadata.sorted_tables])


def test_the_number_of_an_erased_reader_is_never_given_to_another(opened):
    subscribe(opened, ["a@example.org"])
    number = find(opened, "a@example.org").id
    with opened.store.write() as tx:
        tx.subscribers.erase("a@example.org", NOW)
    subscribe(opened, ["b@example.org"])
    assert find(opened, "b@example.org").id != number


def test_a_report_counts_once_and_soft_ones_by_issue(opened):
    with opened.store.write() as tx:
        for name, week in (("x", "2025-W15"), ("x", "2025-W15"), ("y", "2025-W15"), ("z", "2025-W16")):
            bounce = Bounce(report=name, subscriber=1, week=week, kind=BounceKind.SOFT, detail="")
            tx.bounces.add(bounce, NOW)
        assert tx.bounces.soft_issues(1, NOW - timedelta(days=90)) == 2


@pytest.mark.parametrize("batches", [1, 2])
@pytest.mark.parametrize("leaves_first", [True, False])
def test_who_left_in_one_row_of_a_list_gets_no_mail_whatever_the_others_say(opened, batches, leaves_first):
    rows = [
        Subscriber(email="Ada@example.org", status=SubscriberStatus.UNSUBSCRIBED),
        Subscriber(email="ada@example.org"),
    ]
    rows = rows if leaves_first else rows[::-1]
    for part in [rows] if batches == 1 else [rows[:1], rows[1:]]:
        with opened.store.write() as tx:
            tx.subscribers.add(part, NOW)
    with opened.store.read() as tx:
        assert tx.subscribers.find("ada@example.org").status == "unsubscribed"
        assert tx.suppressions.reasons(["ada@example.org"]) == {"ada@example.org": Reason.UNSUBSCRIBED}


def test_what_a_person_decided_outlasts_what_a_server_said(opened):
    with opened.store.write() as tx:
        tx.suppressions.add(["a@example.org"], Reason.BOUNCE, NOW)
        tx.suppressions.add(["a@example.org"], Reason.UNSUBSCRIBED, NOW)
        tx.suppressions.add(["a@example.org"], Reason.BOUNCE, NOW)
        assert tx.suppressions.reasons(["a@example.org"]) == {"a@example.org": Reason.UNSUBSCRIBED}
