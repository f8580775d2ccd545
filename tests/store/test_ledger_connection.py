"""What a sender writes by the connection that it keeps is what a transaction would write, and is committed."""

from __future__ import annotations

import asyncio
import time
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.published import WEEK, deliveries, subscribe
from weekly.errors import StoreError
from weekly.models import Outcome, State
from weekly.store.subscribers import SubscriberStatus
from weekly.testing import workspace

LEASE, HOUR = timedelta(minutes=15), timedelta(hours=1)
READERS = [f"r{number}@example.org" for number in range(6)]


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request, tmp_path):
    """A workspace with mails to six readers."""
    url = "sqlite:///weekly.db" if request.param == "sqlite" else request.getfixturevalue("postgres_template")()
    with workspace(tmp_path / "w", f'[database]\nurl = "{url}"') as made:
        subscribe(made, READERS)
        with made.store.write() as tx:
            tx.deliveries.freeze(WEEK, made.now())
        yield made


@pytest.fixture
def write_down(opened):
    """Writes through one connection, and waits until it is written."""
    with closing(opened.store.ledger()) as ledger, asyncio.Runner() as runner:
        yield lambda *batch, **more: runner.run(ledger.write_down(*batch, **more))


def reserve(opened, holder, limit=100):
    with opened.store.write() as tx:
        return tx.deliveries.reserve(WEEK, holder, limit, opened.now(), LEASE)


def states(opened):
    """State, detail and tries of each mail, as anybody else sees them."""
    return {row["email"]: (row["state"], row["detail"], row["attempts"]) for row in deliveries(opened, WEEK)}


def outcome(row, state=State.SENT, detail="250 ok", **more):
    return row, Outcome(email=row.email, state=state, detail=detail, **more)


def test_what_leaves_and_what_became_of_others_is_committed_at_once(opened, write_down):
    (first, second, third), now = reserve(opened, "me", 3), opened.now()
    write_down("me", now, sending=[first, second], lease=LEASE)
    again = outcome(second, State.PENDING, '451 "later", \\ {or} never', again_after=HOUR)
    written = write_down("me", now, settled=[outcome(first), again], sending=[third], lease=LEASE)
    assert written.ours == {third.id}
    seen = states(opened)
    assert seen[first.email] == ("sent", "250 ok", 1)
    assert seen[second.email] == ("pending", '451 "later", \\ {or} never', 1)
    with opened.store.write() as tx:
        assert second.id not in {row.id for row in tx.deliveries.reserve(WEEK, "b", 9, now + HOUR / 2, LEASE)}
        assert second.id in {row.id for row in tx.deliveries.reserve(WEEK, "b", 9, now + HOUR, LEASE)}


def test_of_rows_that_were_taken_from_a_sender_none_leaves(opened, write_down):
    mine, theirs = reserve(opened, "me", 2), reserve(opened, "another", 1)
    written = write_down("me", opened.now(), sending=[*mine, *theirs], lease=LEASE, slot=3)
    assert written == (frozenset(row.id for row in mine), 2)
    assert write_down("me", opened.now(), sending=mine, lease=LEASE, slot=3) == (frozenset(), 0)


def test_each_mail_that_leaves_is_counted(opened, write_down):
    rows = reserve(opened, "me")
    counts = [write_down("me", opened.now(), sending=[row], lease=LEASE, slot=3)[1] for row in rows]
    assert counts == [1, 2, 3, 4, 5, 6]
    with opened.store.read() as tx:
        assert tx.mailings.send_counts() == {3: 6}


def test_an_unknown_address_gets_no_more_mail(opened, write_down):
    (row,) = reserve(opened, "me", 1)
    refused = outcome(row, State.FAILED, "550 no such user", unknown=True)
    write_down("me", opened.now(), settled=[refused])
    with opened.store.read() as tx:
        assert tx.subscribers.find(row.email).status == SubscriberStatus.SUPPRESSED
    assert states(opened)[row.email][:2] == ("failed", "550 no such user")


def test_what_the_database_refuses_leaves_nothing_behind(opened, write_down):
    first, second, *_ = rows = reserve(opened, "me")
    with opened.store.write() as tx:
        tx.connection.execute(text("ALTER TABLE send_counts RENAME TO away"))
    with pytest.raises(StoreError, match="send_counts"):
        write_down("me", opened.now(), settled=[outcome(first)], sending=[second], lease=LEASE, slot=3)
    assert {state for state, _, _ in states(opened).values()} == {"pending"}
    with opened.store.write() as tx:
        tx.connection.execute(text("ALTER TABLE away RENAME TO send_counts"))
    assert write_down("me", opened.now(), sending=rows, lease=LEASE, slot=3)[1] == len(rows)


def test_there_is_no_writing_beside_an_open_transaction(opened, write_down):
    with opened.store.write(), pytest.raises(RuntimeError, match="open in this thread"):
        write_down("me", opened.now())


def end_other_connections(opened):
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    with opened.store.write() as tx:
        assert any(tx.connection.scalars(text(f"{ended} AND datname = current_database()")))


@pytest.mark.parametrize("opened", ["postgresql"], indirect=True)
def test_a_server_that_was_started_anew_while_no_mail_left_is_asked_again(opened, write_down):
    first, second, *_ = reserve(opened, "me")
    write_down("me", opened.now(), sending=[first], lease=LEASE)
    end_other_connections(opened)
    time.sleep(1.1)
    assert write_down("me", opened.now(), sending=[second], lease=LEASE).ours == {second.id}


@pytest.mark.parametrize("opened", ["postgresql"], indirect=True)
def test_a_server_that_goes_while_mail_leaves_is_told_and_asked_again(opened, write_down):
    first, second, *_ = reserve(opened, "me")
    write_down("me", opened.now(), sending=[first], lease=LEASE)
    end_other_connections(opened)
    with pytest.raises(StoreError, match="terminat"):
        write_down("me", opened.now(), settled=[outcome(first)], sending=[second], lease=LEASE)
    assert {state for state, _, _ in states(opened).values()} == {"pending", "sending"}
    assert write_down("me", opened.now(), settled=[outcome(first)], sending=[second], lease=LEASE).ours


@pytest.mark.parametrize("opened", ["postgresql"], indirect=True)
def test_whoever_sends_goes_on_while_the_server_writes(opened):
    """Here it waits for somebody who has the row."""
    (row,) = reserve(opened, "me", 1)

    async def write_down() -> tuple[bool, frozenset[int]]:
        with closing(opened.store.ledger()) as ledger:
            with opened.store.database.engine.begin() as another:
                another.execute(text("UPDATE deliveries SET attempts = 0"))
                writing = asyncio.create_task(ledger.write_down("me", opened.now(), sending=[row], lease=LEASE))
                await asyncio.sleep(0.2)
                done = writing.done()
            return done, (await writing).ours

    assert asyncio.run(write_down()) == (False, {row.id})
