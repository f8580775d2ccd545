"""An entry is one thing, whatever its versions and however often it comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire_formats import NOW
from weekly.models import Entry, Kind, Week
from weekly.store.entries import Change, _supersedes

W15, W16 = Week(2025, 15), Week(2025, 16)
PAPER = Entry(
    source="arxiv",
    key="2504.00001",
    kind=Kind.PAPER,
    title="A paper",
    url="https://arxiv.org/abs/2504.00001",
    version="1",
    published=datetime(2025, 4, 8, tzinfo=UTC),
)


def put(store, week, *entries, since=None):
    with store.write() as tx:
        return tx.entries.put(week, entries, NOW, since)


def of(store, week):
    with store.read() as tx:
        return tx.entries.of(week)


def matches(store, keys, words):
    with store.read() as tx:
        return tx.entries.matches(keys, words)


def changes(store, week=None, keys=()):
    with store.read() as tx:
        return [(update.key, update.change, update.version) for update in tx.entries.updates(week, keys)]


def test_an_entry_is_the_news_of_the_week_that_saw_it_first(store):
    assert put(store, W15, PAPER) == 1
    assert put(store, W16, PAPER) == 0
    assert (of(store, W15), of(store, W16)) == ([PAPER], [])
    with store.read() as tx:
        assert (tx.entries.count(W15), tx.entries.count(W16)) == (1, 0)


def test_nothing_is_nothing(store):
    assert put(store, W15) == 0
    assert of(store, W15) == []


def test_the_same_key_of_another_source_is_another_entry(store):
    assert put(store, W15, PAPER) + put(store, W15, replace(PAPER, source="feed:x")) == 2


def test_a_later_version_takes_the_place_and_is_an_update_not_a_new_entry(store):
    second = replace(PAPER, version="2", title="A better paper")
    put(store, W15, PAPER)
    assert put(store, W16, second) == 0
    assert of(store, W15) == [second]
    assert changes(store, W16) == changes(store, keys=[PAPER.key]) == [(PAPER.key, Change.VERSION, "2")]
    assert changes(store, W15) == []


def test_an_earlier_version_that_comes_later_changes_nothing(store):
    tenth = replace(PAPER, version="10")
    put(store, W15, tenth)
    put(store, W15, replace(PAPER, version="9"))
    assert of(store, W15) == [tenth]
    assert changes(store, W15) == []


def test_of_two_versions_in_one_batch_the_later_stays(store):
    assert put(store, W15, replace(PAPER, version="2"), PAPER) == 1
    assert of(store, W15)[0].version == "2"


def test_a_withdrawal_is_an_update_once(store):
    gone = replace(PAPER, version="2", withdrawn=True)
    put(store, W15, PAPER)
    put(store, W16, gone)
    put(store, W16, gone)
    assert changes(store, W16) == [(PAPER.key, Change.VERSION, "2"), (PAPER.key, Change.WITHDRAWN, "2")]
    with store.read() as tx:
        assert tx.entries.updates(W16)[0].title == "A paper"


def test_a_later_version_of_what_was_published_unseen_is_an_update(store):
    put(store, W16, replace(PAPER, version="3"), since=W16.start(NOW.tzinfo))
    assert changes(store, W16) == [(PAPER.key, Change.VERSION, "3")]


def test_a_paper_that_comes_in_its_second_version_within_the_window_is_new(store):
    put(store, W15, replace(PAPER, version="2"), since=W15.start(NOW.tzinfo))
    assert changes(store, W15) == []


def test_what_is_known_less_well_gives_way_and_never_takes_the_place(store):
    scant = replace(PAPER, published=None, unknown=("published", "comment"))
    put(store, W15, scant)
    put(store, W15, PAPER)
    put(store, W15, scant)
    assert of(store, W15) == [PAPER]


def test_entries_are_found_by_key_first_and_by_what_they_mention(store):
    other = replace(PAPER, key="2504.00002", text="after arXiv:2504.00001 and 100%_sure")
    put(store, W15, other, PAPER)
    assert [one.entry.key for one in matches(store, {PAPER.key}, PAPER.key)] == ["2504.00001", "2504.00002"]
    assert [one.entry.key for one in matches(store, {""}, "100%_sure")] == ["2504.00002"]
    assert matches(store, {"nothing"}, "") == []
    [only] = matches(store, {PAPER.key}, "")
    assert (only.week, only.seen_at) == ("2025-W15", NOW)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)])
def test_the_order_in_which_pages_arrive_does_not_matter(store, order):
    versions = [PAPER, replace(PAPER, version="2"), replace(PAPER, version="3")]
    for place in order:
        put(store, W15, versions[place])
    assert of(store, W15) == [versions[2]]


STATES = st.builds(
    lambda version, unknown: replace(PAPER, version=version, unknown=unknown),
    st.sampled_from(["", "1", "2", "10"]),
    st.sampled_from([(), ("comment",)]),
)


@given(STATES, STATES)
def test_of_two_different_versions_exactly_one_supersedes(one, other):
    if one.version != other.version and one.version and other.version:
        assert _supersedes(one, other) != _supersedes(other, one)
