"""What editors leave behind is kept in the same way on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from weekly.models import Draft, Week
from weekly.store.reviews import AWAY, Comment

NOW = datetime(2025, 4, 14, 6, tzinfo=UTC)
WEEK = Week.parse("2025-W15")


@pytest.fixture
def tx(store):
    """A transaction on each database."""
    with store.write() as opened:
        yield opened


def record(tx, by, action, card="", **more):
    tx.reviews.record(WEEK, by, action, NOW, card, **more)


def test_each_editor_takes_back_their_own_decisions_from_the_last_to_the_first(tx):
    record(tx, "ada", "accepted", "a")
    record(tx, "ada", "edited", "a")
    record(tx, "grace", "rejected", "b")
    last = tx.reviews.find_reversible(WEEK, "ada")
    assert (last.action, last.card) == ("accepted", "a")
    record(tx, "ada", "undone", "a", undoes=last.id)
    assert tx.reviews.find_reversible(WEEK, "ada") is None
    assert tx.reviews.find_reversible(WEEK, "grace").card == "b"
    record(tx, "grace", "edited", "c", data={"fields": ["picture"], "replaced": 3})
    assert tx.reviews.find_reversible(WEEK, "grace").card == "c"


def test_the_last_text_of_a_card_is_found_again(tx):
    record(tx, "machine", "drawn", "a", data={"text": "first"})
    record(tx, "ada", "rejected", "a", data={"text": "second"})
    assert tx.reviews.find_text(WEEK, "a") == "second"
    assert tx.reviews.find_text(WEEK, "b") is None
    assert tx.reviews.find_drawn(WEEK, "a") == "first"


def test_the_log_grows_with_each_entry_of_its_week_alone(tx):
    assert tx.reviews.length(WEEK) == 0
    record(tx, "ada", "accepted", "a")
    length = tx.reviews.length(WEEK)
    record(tx, "ada", "edited", "a")
    assert tx.reviews.length(WEEK) > length
    assert tx.reviews.length(WEEK.shift(1)) == 0
    assert [entry.action for entry in tx.reviews.history(WEEK)] == ["edited", "accepted"]


def test_who_edited_a_card_last_is_known_and_nobody_for_another(tx):
    record(tx, "ada", "edited", "a")
    record(tx, "grace", "edited", "a")
    record(tx, "ada", "accepted", "a")
    assert tx.reviews.find_edit(WEEK, "a").by == "grace"
    assert tx.reviews.find_edit(WEEK, "") is None


def test_a_card_is_the_first_ones_until_it_is_given_free(tx):
    assert tx.reviews.assign(WEEK, "a", "ada", NOW) == "ada"
    assert tx.reviews.assign(WEEK, "a", "grace", NOW) == "ada"
    tx.reviews.unassign(WEEK, "a")
    assert tx.reviews.assign(WEEK, "a", "grace", NOW) == "grace"
    assert tx.reviews.assignments(WEEK) == {"a": "grace"}


def test_who_is_silent_for_long_has_left(tx):
    tx.reviews.set_presence(WEEK, "ada", "a", NOW)
    tx.reviews.set_presence(WEEK, "ada", "b", NOW + timedelta(seconds=1))
    assert tx.reviews.presence(WEEK, NOW + AWAY) == {"ada": "b"}
    assert tx.reviews.presence(WEEK, NOW + 2 * AWAY) == {}


def test_comments_stay_in_their_order(tx):
    for text in ("first", "second"):
        tx.reviews.add_comment(WEEK, Comment(card="a", at=NOW, by="ada", text=text))
    assert [comment.text for comment in tx.reviews.comments(WEEK, "a")] == ["first", "second"]
    assert tx.reviews.comment_counts(WEEK) == {"a": 2}


def draft(summary):
    return Draft(week=str(WEEK), language="zh", headlines=("X",), summary=summary, cards=())


def test_a_withdrawn_approval_counts_no_more_and_the_machines_text_stays(tx):
    tx.drafts.add(draft("machine's"), "machine", NOW)
    revision = tx.drafts.add(draft("ada's"), "ada", NOW)
    tx.drafts.approve(revision, "ada", NOW, {}, NOW + timedelta(minutes=10))
    assert [approval.due_at for approval in tx.drafts.approvals(WEEK)] == [NOW + timedelta(minutes=10)]
    assert tx.drafts.find_untouched(WEEK).draft.summary == "machine's"
    assert tx.drafts.withdraw(WEEK, "grace", NOW) == 1
    assert tx.drafts.approvals(WEEK) == []
    assert tx.drafts.find_voided_approval(WEEK) is None


def test_an_edit_voids_the_approval_of_what_stood_before(tx):
    revision = tx.drafts.add(draft("seen"), "ada", NOW)
    tx.drafts.approve(revision, "ada", NOW, {})
    assert tx.drafts.find_voided_approval(WEEK) is None
    tx.drafts.add(draft("edited"), "grace", NOW)
    assert tx.drafts.approvals(WEEK) == []
    assert tx.drafts.find_voided_approval(WEEK).hash == revision.hash


def test_each_version_of_a_draft_is_listed_once_and_what_says_the_same_adds_no_revision(tx):
    for summary in ("one", "two", "two", "one", "three"):
        tx.drafts.add(draft(summary), "ada", NOW)
    assert tx.drafts.tip(WEEK)[0] == 4
    assert [version.summary for version in tx.drafts.versions(WEEK, 10)] == ["three", "one", "two"]
    assert [version.summary for version in tx.drafts.versions(WEEK, 2)] == ["three", "one"]
