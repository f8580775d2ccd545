from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.published import WEEK, publish_issue
from weekly.models import Outcome, State
from weekly.store.suppressions import Reason
from weekly.store.tables import metadata
from weekly.testing import workspace

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=400)
LEASE = timedelta(minutes=15)
READERS = [f"r{i}@mail{i % 3}.example.org" for i in range(12)]


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request, tmp_path):
    url = "sqlite:///weekly.db" if request.param == "sqlite" else request.getfixturevalue("postgres")
    with workspace(tmp_path / "w", f'[database]\nurl = "{url}"') as made:
        publish_issue(made, READERS)
        yield made
        if request.param == "postgresql":
            with made.store.database.write() as connection:
                for table in reversed(metadata.sorted_tables):
                    connection.execute(table.delete())


def reserve(opened, holder, limit=100, now=LATER):
    with opened.store.database.write() as connection:
        return opened.store.deliveries.reserve(connection, WEEK, holder, limit, now, LEASE)


def write(opened, holder, settled=(), sending=(), now=LATER):
    return opened.store.deliveries.write(holder, settled, sending, now, LEASE)


def sent(row):
    return row, Outcome(email=row.email, state=State.SENT, detail="250 ok")


def counts(opened):
    return opened.store.deliveries.counts(WEEK)


def test_the_audience_is_frozen_when_the_issue_is_published(opened):
    publish_issue(opened, ["late@example.org"])
    assert counts(opened)["audience"] == len(READERS)


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
    opened.store.deliveries.release(WEEK, State.UNCERTAIN, lambda holder: holder == "a", LATER)
    again = reserve(opened, "b", 1)
    kept = reserve(opened, "a", 2)
    assert write(opened, "a", sending=[*kept, *again]) == {row.id for row in kept}
    assert len(rows) == 3


def test_what_a_dead_process_was_sending_is_uncertain_and_what_it_had_in_hand_is_free(opened):
    rows = reserve(opened, "dead", 5)
    write(opened, "dead", sending=rows[:2])
    assert opened.store.deliveries.release(WEEK, State.UNCERTAIN, lambda holder: holder == "dead", LATER) == 2
    assert counts(opened)["uncertain"] == 2
    assert len(reserve(opened, "b")) == len(READERS) - 2


def test_a_lease_that_ran_out_frees_the_rows_of_a_machine_that_cannot_be_asked(opened):
    reserve(opened, "elsewhere", 5)
    opened.store.deliveries.release(WEEK, State.UNCERTAIN, lambda _: False, LATER + LEASE / 2)
    assert len(reserve(opened, "b")) == len(READERS) - 5
    opened.store.deliveries.release(WEEK, State.UNCERTAIN, lambda holder: holder == "b", LATER + 2 * LEASE)
    assert len(reserve(opened, "c")) == len(READERS)


def test_refused_for_now_comes_back_when_its_time_has_come_and_not_before(opened):
    row = reserve(opened, "a", 1)[0]
    later = Outcome(email=row.email, state=State.PENDING, detail="451 later", again_after=timedelta(minutes=5))
    write(opened, "a", settled=[(row, later)])
    assert row.id not in {one.id for one in reserve(opened, "a")}
    again = reserve(opened, "a", now=LATER + timedelta(minutes=6))
    assert [(one.id, one.attempts) for one in again] == [(row.id, 1)]


def test_a_line_that_broke_does_not_count_as_a_try(opened):
    row = reserve(opened, "a", 1)[0]
    broke = Outcome(email=row.email, state=State.PENDING, again_after=timedelta(0), tried=False)
    write(opened, "a", settled=[(row, broke)])
    assert {one.attempts for one in reserve(opened, "a")} == {0}


def test_an_unknown_address_is_suppressed_and_no_import_brings_it_back(opened):
    row = reserve(opened, "a", 1)[0]
    unknown = Outcome(email=row.email, state=State.FAILED, detail="550 5.1.1 no such user", unknown=True)
    write(opened, "a", settled=[(row, unknown)])
    store = opened.store
    with store.database.write() as connection:
        assert store.suppressions.among(connection, [row.email.upper()]) == {row.email.upper(): Reason.BOUNCE}
        assert store.subscribers.find(connection, row.email).status == "suppressed"


def test_who_unsubscribes_between_publication_and_sending_gets_nothing(opened):
    with opened.store.database.write() as connection:
        opened.store.subscribers.stop(connection, READERS[0], Reason.UNSUBSCRIBED, NOW)
    assert READERS[0] not in {row.email for row in reserve(opened, "a")}
    assert counts(opened)["suppressed"] == 1


def test_what_is_given_back_is_free_again(opened):
    rows = reserve(opened, "a")
    with opened.store.database.write() as connection:
        opened.store.deliveries.give_back(connection, "a", rows)
    assert len(reserve(opened, "b")) == len(READERS)


def test_a_person_decides_about_uncertain_ones_one_by_one_or_together(opened):
    rows = reserve(opened, "dead", 4)
    write(opened, "dead", sending=rows)
    ledger = opened.store.deliveries
    ledger.release(WEEK, State.UNCERTAIN, lambda holder: holder == "dead", LATER)
    assert ledger.resolve(WEEK, State.SENT, rows[0].email.upper(), LATER) == 1
    assert ledger.resolve(WEEK, State.PENDING, "", LATER) == 3
    assert counts(opened) | {"sent": 1, "uncertain": 0, "pending": 11} == counts(opened)


def test_the_ledger_tells_who_got_it(opened):
    row = reserve(opened, "a", 1)[0]
    write(opened, "a", settled=[sent(row)])
    told = list(opened.store.deliveries.rows(WEEK, "sent"))
    assert [(one["email"], one["detail"], one["attempts"]) for one in told] == [(row.email, "250 ok", 1)]
    assert len(list(opened.store.deliveries.rows(WEEK, email=row.email.upper()))) == 1


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
        publish_issue(opened, READERS[:6])
        ledger, hands, left = opened.store.deliveries, {"a": [], "b": []}, {"a": [], "b": []}
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
                ledger.release(WEEK, State.UNCERTAIN, lambda holder, who=who: holder == who, LATER)
                hands[who], left[who] = [], []
            elif step == "give back":
                with opened.store.database.write() as connection:
                    ledger.give_back(connection, who, hands[who])
                hands[who] = []
            found = counts(opened)
            assert sum(found[name] for name in found if name != "audience") == found["audience"] == 6
        assert len(ever_left) == len(set(ever_left))
