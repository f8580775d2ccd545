from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from tests.published import CARDS, WEEK, counts, deliveries, publish_issue, subscribe
from weekly.models import Notice, Outcome, State
from weekly.processes import has_ended
from weekly.store.subscribers import Subscriber
from weekly.store.suppressions import Reason
from weekly.store.tables import metadata, subscribers
from weekly.testing import workspace

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=400)
LEASE = timedelta(minutes=15)
READERS = [f"r{i}@mail{i % 3}.example.org" for i in range(12)]


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request, tmp_path):
    url = "sqlite:///weekly.db" if request.param == "sqlite" else request.getfixturevalue("postgres")
    with workspace(tmp_path / "w", f'[database]\nurl = "{url}"') as made:
        freeze(made, READERS)
        yield made
        if request.param == "postgresql":
            with made.store.write() as tx:
                for table in reversed(metadata.sorted_tables):
                    tx.connection.execute(table.delete())


def freeze(opened, readers=(), week=WEEK):
    """What publishing an issue of two topics leaves in the ledger: *readers* and whoever was there are its audience."""
    subscribe(opened, readers)
    with opened.store.write() as tx:
        tx.deliveries.freeze(week, opened.now(), {card.topic for card in CARDS})


def reserve(opened, holder, limit=100, now=LATER):
    with opened.store.write() as tx:
        return tx.deliveries.reserve(WEEK, holder, limit, now, LEASE)


def write(opened, holder, settled=(), sending=(), now=LATER):
    with opened.store.write() as tx:
        return tx.deliveries.write_down(holder, now, settled=settled, sending=sending, lease=LEASE)[0]


def release(opened, dead="", now=LATER):
    with opened.store.write() as tx:
        return tx.deliveries.release(WEEK, State.UNCERTAIN, lambda holder: holder == dead, now)


def sent(row):
    return row, Outcome(email=row.email, state=State.SENT, detail="250 ok")


def test_the_audience_is_frozen_when_the_issue_is_published(opened):
    week = WEEK.shift(1)
    for late in ((), ["late@example.org"]):
        publish_issue(opened, late, week)
    assert counts(opened, week)["audience"] == len(READERS)


def test_who_gets_no_mail_is_of_no_audience(opened):
    with opened.store.write() as tx:
        tx.subscribers.stop(READERS[0], Reason.UNSUBSCRIBED, NOW)
    week = WEEK.shift(1)
    freeze(opened, week=week)
    assert {row["email"] for row in deliveries(opened, week)} == set(READERS[1:])


def test_nothing_leaves_before_the_moment_that_it_is_due(opened):
    with opened.store.write() as tx:
        tx.deliveries.freeze(WEEK.shift(1), LATER)
        assert tx.deliveries.find_next_due(WEEK.shift(1)) == LATER
        early, due = (
            tx.deliveries.reserve(WEEK.shift(1), "a", 5, now, LEASE) for now in (LATER - timedelta(seconds=1), LATER)
        )
    assert (len(early), len(due)) == (0, 5)


def test_what_somebody_has_in_hand_is_due_for_nobody(opened):
    row, *_ = reserve(opened, "a", 1)
    minutes = Outcome(email=row.email, state=State.PENDING, detail="451", again_after=timedelta(minutes=5))
    write(opened, "a", settled=[(row, minutes)])
    reserve(opened, "a")
    with opened.store.read() as tx:
        assert tx.deliveries.find_next_due(WEEK) == LATER + timedelta(minutes=5)
    reserve(opened, "a", now=LATER + timedelta(minutes=5))
    with opened.store.read() as tx:
        assert tx.deliveries.find_next_due(WEEK) is None


def test_what_was_put_back_for_something_about_us_leaves_when_a_person_starts_a_run(opened):
    about_us, greylisted, *_ = rows = reserve(opened, "a", 2)
    hour = timedelta(hours=1)
    for row, detail in zip(rows, ("put back: 451 try later", "451 try later"), strict=True):
        answer = Outcome(email=row.email, state=State.PENDING, detail=detail, again_after=hour)
        write(opened, "a", settled=[(row, answer)])
    with opened.store.write() as tx:
        tx.deliveries.resume(WEEK.shift(1), LATER)
    assert not {about_us.id, greylisted.id} & {row.id for row in reserve(opened, "b")}
    with opened.store.write() as tx:
        tx.deliveries.resume(WEEK, LATER)
    assert {row.id for row in reserve(opened, "b")} == {about_us.id}


def test_neighbours_of_the_list_are_far_apart_in_the_order_of_sending(opened):
    assert [row.email for row in reserve(opened, "a")] != READERS


def test_two_holders_never_get_the_same_row(opened):
    mine, theirs = reserve(opened, "a", 5), reserve(opened, "b", 100)
    assert not {row.id for row in mine} & {row.id for row in theirs}
    assert len(mine) + len(theirs) == len(READERS)
    assert reserve(opened, "c") == []


def test_only_the_holder_may_mark_and_settle(opened):
    rows = reserve(opened, "a", 2)
    assert write(opened, "b", sending=rows) == frozenset()
    assert write(opened, "a", sending=rows) == {row.id for row in rows}
    write(opened, "b", settled=[sent(rows[0])])
    assert counts(opened)["sent"] == 0
    write(opened, "a", settled=[sent(rows[0])])
    assert counts(opened)["sent"] == 1


def test_a_row_that_was_taken_away_meanwhile_may_not_leave_and_the_others_may(opened):
    rows = reserve(opened, "a", 3)
    release(opened, "a")
    again = reserve(opened, "b", 1)
    kept = reserve(opened, "a", 2)
    assert write(opened, "a", sending=[*kept, *again]) == {row.id for row in kept}
    assert len(rows) == 3


def test_what_a_dead_process_was_sending_is_uncertain_and_what_it_had_in_hand_is_free(opened):
    rows = reserve(opened, "dead", 5)
    write(opened, "dead", sending=rows[:2])
    assert release(opened, "dead") == 2
    assert counts(opened)["uncertain"] == 2
    assert len(reserve(opened, "b")) == len(READERS) - 2


def test_a_lease_that_ran_out_frees_the_rows_of_a_machine_that_cannot_be_asked(opened):
    reserve(opened, "elsewhere", 5)
    release(opened, now=LATER + LEASE / 2)
    assert len(reserve(opened, "b")) == len(READERS) - 5
    release(opened, "b", LATER + 2 * LEASE)
    assert len(reserve(opened, "c")) == len(READERS)


def test_what_an_earlier_version_had_in_hand_is_free_when_its_lease_has_run_out(opened):
    rows = reserve(opened, f"{os.uname().nodename}:999999999:1", 5)
    write(opened, f"{os.uname().nodename}:999999999:1", sending=rows[:2])
    for now, lost in ((LATER + LEASE / 2, 0), (LATER + 2 * LEASE, 2)):
        with opened.store.write() as tx:
            assert tx.deliveries.release(WEEK, State.UNCERTAIN, has_ended, now) == lost
    assert len(reserve(opened, "b")) == len(READERS) - 2


def test_refused_for_now_comes_back_when_its_time_has_come_and_not_before(opened):
    row = reserve(opened, "a", 1)[0]
    later = Outcome(email=row.email, state=State.PENDING, detail="451 later", again_after=timedelta(minutes=5))
    write(opened, "a", settled=[(row, later)])
    assert row.id not in {one.id for one in reserve(opened, "a")}
    again = reserve(opened, "a", now=LATER + timedelta(minutes=6))
    assert [(one.id, one.attempts) for one in again] == [(row.id, 1)]


def test_a_connection_that_broke_does_not_count_as_a_try(opened):
    row = reserve(opened, "a", 1)[0]
    broke = Outcome(email=row.email, state=State.PENDING, again_after=timedelta(0), tried=False)
    write(opened, "a", settled=[(row, broke)])
    assert {one.attempts for one in reserve(opened, "a")} == {0}


def test_an_unknown_address_is_suppressed_and_no_import_brings_it_back(opened):
    row = reserve(opened, "a", 1)[0]
    unknown = Outcome(email=row.email, state=State.FAILED, detail="550 5.1.1 no such user", unknown=True)
    write(opened, "a", settled=[(row, unknown)])
    store = opened.store
    with store.write() as tx:
        assert tx.suppressions.reasons([row.email.upper()]) == {row.email.upper(): Reason.BOUNCE}
        assert tx.subscribers.find(row.email).status == "suppressed"


def test_who_unsubscribes_between_publication_and_sending_gets_nothing(opened):
    with opened.store.write() as tx:
        tx.subscribers.stop(READERS[0], Reason.UNSUBSCRIBED, NOW)
    assert READERS[0] not in {row.email for row in reserve(opened, "a")}
    assert counts(opened)["suppressed"] == 1


def test_many_who_have_stopped_do_not_stand_in_the_way_of_the_next(opened):
    others = [f"s{i}@example.org" for i in range(1200)]
    week = WEEK.shift(1)
    freeze(opened, others, week)
    with opened.store.write() as tx:
        stopped = update(subscribers).where(subscribers.c.email != READERS[0])
        tx.connection.execute(stopped.values(status="unsubscribed"))
    with opened.store.write() as tx:
        assert [row.email for row in tx.deliveries.reserve(week, "a", 1, LATER, LEASE)] == [READERS[0]]
        assert tx.deliveries.reserve(week, "a", 1, LATER, LEASE) == []
    assert counts(opened, week) | {"suppressed": 1211, "pending": 1} == counts(opened, week)


def test_what_is_given_back_is_free_again(opened):
    rows = reserve(opened, "a")
    with opened.store.write() as tx:
        tx.deliveries.give_back("a", rows)
    assert len(reserve(opened, "b")) == len(READERS)


def test_whose_last_rows_of_a_mailing_are_given_back_has_those_of_others_in_hand_still(opened):
    other = WEEK.shift(1)
    freeze(opened, week=other)
    with opened.store.write() as tx:
        tx.deliveries.reserve(other, "a", 2, LATER, LEASE)
    mine, _ = reserve(opened, "a", 2), reserve(opened, "b", 2)
    with opened.store.write() as tx:
        assert tx.deliveries.in_hand() == {str(WEEK), str(other)}
        tx.deliveries.give_back("a", mine, last_of=WEEK)
        assert tx.deliveries.in_hand() == {str(WEEK), str(other)}
    release(opened, "b")
    with opened.store.read() as tx:
        assert tx.deliveries.in_hand() == {str(other)}


def test_of_one_mailing_nothing_is_freed_that_is_in_hand_of_another(opened):
    other = WEEK.shift(1)
    freeze(opened, week=other)
    with opened.store.write() as tx:
        held = tx.deliveries.reserve(other, "dead", 100, LATER, LEASE)
    reserve(opened, "dead", 1)
    release(opened, "dead")
    with opened.store.write() as tx:
        assert len(held) == len(READERS)
        assert tx.deliveries.reserve(other, "b", 100, LATER, LEASE) == []


def test_what_comes_next_is_known_in_its_order_without_those_who_have_stopped(opened):
    reserve(opened, "a", 3)
    with opened.store.write() as tx:
        everybody = tx.deliveries.upcoming(WEEK, 100)
        first = tx.deliveries.upcoming(WEEK, 4)
        stopped = tx.deliveries.find(min(everybody - first)).email
        tx.subscribers.stop(stopped, Reason.UNSUBSCRIBED, NOW)
        assert len(tx.deliveries.upcoming(WEEK, 100)) == len(everybody) - 1
    assert len(everybody) == len(READERS) - 3
    assert {row.id for row in reserve(opened, "b", 4)} == first
    assert len(first) == 4


def test_when_the_next_mail_may_be_tried_is_told_of_mailings_that_have_one(opened):
    other, never = WEEK.shift(1), WEEK.shift(2)
    freeze(opened, week=other)
    reserve(opened, "a")
    with opened.store.read() as tx:
        assert set(tx.deliveries.next_dues([WEEK, other, never])) == {other}
        assert tx.deliveries.next_dues([]) == {}


def test_refusals_of_all_mailings_are_listed_with_what_was_said(opened):
    assert failures(opened) == []
    row, other, _ = reserve(opened, "a", 3)
    write(opened, "a", settled=[(row, Outcome(email=row.email, state=State.FAILED, detail="550 no")), sent(other)])
    assert failures(opened) == [(str(WEEK), row.email, "550 no")]


def failures(opened):
    with opened.store.read() as tx:
        return list(tx.deliveries.failures())


def test_the_last_mailing_that_somebody_got_is_known(opened):
    freeze(opened, week=WEEK.shift(1))
    row, other, *_ = reserve(opened, "a", 2)
    write(opened, "a", settled=[sent(row)])
    with opened.store.read() as tx:
        assert tx.deliveries.find_last_week(row.subscriber) == str(WEEK)
        assert tx.deliveries.find_last_week(other.subscriber) == ""


def test_nothing_is_pending_when_everything_is_settled(opened):
    write(opened, "a", settled=[sent(row) for row in reserve(opened, "a")])
    assert counts(opened) | {"pending": 0, "sent": len(READERS)} == counts(opened)


def test_a_person_decides_about_uncertain_ones_one_by_one_or_together(opened):
    rows = reserve(opened, "dead", 4)
    write(opened, "dead", sending=rows)
    release(opened, "dead")
    with opened.store.write() as tx:
        assert tx.deliveries.resolve(WEEK, State.SENT, rows[0].email.upper(), LATER) == {"uncertain": 1}
        assert tx.deliveries.resolve(WEEK, State.PENDING, "", LATER) == {"uncertain": 3}
    assert counts(opened) | {"sent": 1, "uncertain": 0, "pending": 11} == counts(opened)
    assert {one["detail"] for one in deliveries(opened, state="sent")} == {"decided by a person"}
    assert {row.id for row in rows[1:]} <= {row.id for row in reserve(opened, "b")}


def test_what_failed_is_tried_anew_from_the_first_try_on_where_a_person_wants_that_too(opened):
    row, other = reserve(opened, "a", 2)
    for each in (row, other):
        write(opened, "a", settled=[(each, Outcome(email=each.email, state=State.FAILED, detail="550 no"))])
    with opened.store.write() as tx:
        tx.subscribers.stop(other.email, Reason.UNSUBSCRIBED, NOW)
        assert tx.deliveries.resolve(WEEK, State.PENDING, "", LATER) == {"uncertain": 0}
        both = {"of": (State.UNCERTAIN, State.FAILED)}
        assert tx.deliveries.resolve(WEEK, State.PENDING, "", LATER, **both) == {"uncertain": 0, "failed": 1}
    assert {one.id: one.attempts for one in reserve(opened, "b")}[row.id] == 0
    assert [one["email"] for one in deliveries(opened, state="failed")] == [other.email]


def test_a_subscriber_is_told_of_every_issue_the_oldest_first(opened):
    (row,) = (one for one in reserve(opened, "a") if one.email == READERS[3])
    freeze(opened, week=WEEK.shift(1))
    freeze(opened, week=WEEK.shift(-1))
    write(opened, "a", settled=[sent(row)])
    with opened.store.read() as tx:
        told = list(tx.deliveries.of_subscriber(row.subscriber))
    assert [(one["week"], one["state"]) for one in told] == [
        (str(WEEK.shift(-1)), State.PENDING),
        (str(WEEK), State.SENT),
        (str(WEEK.shift(1)), State.PENDING),
    ]
    assert told[1] == {"week": str(WEEK), "email": READERS[3], "state": "sent", "attempts": 1, "detail": "250 ok"}


def test_the_ledger_tells_who_got_it(opened):
    row = reserve(opened, "a", 1)[0]
    write(opened, "a", settled=[sent(row)])
    told = deliveries(opened, state="sent")
    assert [(one["email"], one["detail"], one["attempts"]) for one in told] == [(row.email, "250 ok", 1)]
    assert len(deliveries(opened, email=row.email.upper())) == 1


def test_a_delivery_knows_its_subscriber_as_they_were_when_the_issue_was_published(opened):
    week = WEEK.shift(1)
    ada = Subscriber(email="Ada@example.org", name="Ada", topics=("3d", "agents"), language="en")
    freeze(opened, [ada], week)
    with opened.store.write() as tx:
        rows = {row.email: row for row in tx.deliveries.reserve(week, "a", 100, LATER, LEASE)}
        kept = rows["Ada@example.org"]
        assert (kept.week, kept.name, kept.topics, kept.language) == (str(week), "Ada", ("3d", "agents"), "en")
        assert {rows[email].topics for email in READERS} == {()}
        assert tx.deliveries.find(kept.id) == kept
        assert tx.deliveries.find(0) is None


def test_who_was_erased_since_gets_nothing(opened):
    with opened.store.write() as tx:
        tx.subscribers.erase(READERS[0], NOW)
    assert len(reserve(opened, "a")) == len(READERS) - 1
    assert counts(opened)["suppressed"] == 1


def test_a_notice_goes_to_those_who_got_the_issue_and_later_to_those_who_got_it_since(opened):
    first, failed, *rest = reserve(opened, "a")
    refused = Outcome(email=failed.email, state=State.FAILED, detail="550 no")
    write(opened, "a", settled=[sent(first), (failed, refused)])
    notice = Notice(WEEK, 1)
    with opened.store.write() as tx:
        tx.deliveries.notify(notice, NOW)
        tx.deliveries.notify(notice, NOW)
        assert [row["email"] for row in tx.deliveries.rows(notice)] == [first.email]
    write(opened, "a", settled=[sent(rest[0])])
    with opened.store.write() as tx:
        tx.deliveries.notify(notice, NOW)
        assert tx.deliveries.counts(notice)["pending"] == 2


def test_a_mail_on_its_way_is_pending_for_whoever_asks(opened):
    write(opened, "a", sending=reserve(opened, "a", 3))
    assert counts(opened)["pending"] == len(READERS)


def test_what_another_has_in_hand_or_sends_is_neither_given_back_nor_sent(opened):
    mine, theirs, leaving = reserve(opened, "a", 1), reserve(opened, "b", 1), reserve(opened, "b", 1)
    write(opened, "b", sending=leaving)
    assert write(opened, "a", sending=[*mine, *theirs, *leaving]) == {row.id for row in mine}
    with opened.store.write() as tx:
        tx.deliveries.give_back("a", [*mine, *theirs, *leaving])
    held = {row.id for row in [*mine, *theirs, *leaving]}
    assert not held & {row.id for row in reserve(opened, "c")}


def test_each_row_of_the_ledger_says_what_is_known_and_no_more_than_a_line_of_it(opened):
    row, lost, *_ = reserve(opened, "a", 2)
    refused = Outcome(email=row.email, state=State.FAILED, detail="550\x00\n" + "x" * 600)
    write(opened, "a", settled=[(row, refused)], sending=[lost])
    release(opened, "a")
    with opened.store.read() as tx:
        told = list(tx.deliveries.rows(WEEK))
    assert [one["email"] for one in told] == sorted(READERS)
    details = {one["email"]: one["detail"] for one in told if one["detail"]}
    assert details == {
        row.email: f"550 {'x' * 495}…",
        lost.email: "the sending process ended before the mail server answered",
    }


def test_moments_are_a_rate_apart_whoever_books_them(opened):
    with opened.store.write() as tx:
        first = tx.send_slots.book("x", 10, 5.0, now=1000.0)
        second = tx.send_slots.book("x", 1, 5.0, now=1000.0)
    assert (first, second) == (1000.0, pytest.approx(1002.0))


steps = st.lists(
    st.tuples(st.sampled_from(["reserve", "mark", "sent", "fail", "later", "die", "give back"]), st.sampled_from("ab")),
    max_size=40,
)


@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_whatever_happens_the_counts_add_up_and_nothing_is_marked_twice(tmp_path_factory, taken):
    with workspace(tmp_path_factory.mktemp("law") / "w", "") as opened:
        freeze(opened, READERS[:6])
        hands, left = {"a": [], "b": []}, {"a": [], "b": []}
        ever_left: list[int] = []
        for step, who in taken:
            if step == "reserve":
                hands[who] += reserve(opened, who, 2)
            elif step == "mark" and hands[who]:
                row = hands[who].pop(0)
                assert write(opened, who, sending=[row]) == {row.id}
                left[who].append(row)
                ever_left.append(row.id)
            elif step in {"sent", "fail", "later"} and left[who]:
                state = {"sent": State.SENT, "fail": State.FAILED, "later": State.PENDING}[step]
                row = left[who].pop(0)
                write(opened, who, settled=[(row, Outcome(email="", state=state, again_after=timedelta(0)))])
                if step == "later":
                    ever_left.remove(row.id)
            elif step == "die":
                release(opened, who)
                hands[who], left[who] = [], []
            elif step == "give back":
                with opened.store.write() as tx:
                    tx.deliveries.give_back(who, hands[who])
                hands[who] = []
            found = counts(opened)
            assert sum(found[name] for name in found if name != "audience") == found["audience"] == 6
        assert len(ever_left) == len(set(ever_left))


def test_who_chose_other_topics_is_skipped_unless_they_want_the_whole_issue_then(opened):
    readers = {"all": (), "agents": ("agents",), "both": ("robotics_vla", "3d"), "robots": ("robotics_vla",)}
    rows = [Subscriber(email=f"{name}@example.org", topics=topics) for name, topics in readers.items()]
    rows.append(Subscriber(email="whole@example.org", topics=("robotics_vla",), whole_issue=True))
    week = WEEK.shift(3)
    freeze(opened, rows, week=week)
    with opened.store.read() as tx:
        counts, rows = tx.deliveries.counts(week), list(tx.deliveries.rows(week))
    states = {row["email"].partition("@")[0]: row["state"] for row in rows}
    assert {name: states[name] for name in (*readers, "whole")} == {
        "all": "pending", "agents": "pending", "both": "pending", "robots": "skipped", "whole": "pending",
    }  # fmt: skip
    assert counts["skipped"] == 1
    five = ("sent", "failed", "uncertain", "suppressed", "pending")
    assert counts["audience"] == sum(counts[name] for name in five) == len(rows) - 1
    assert next(row["detail"] for row in rows if row["state"] == "skipped") == "none of their topics"
