"""An announcement leaves once: what may have arrived waits for a person, whoever asks and however often."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.published import WEEK, a_draft
from tests.wire_formats import NOW
from weekly.models import Issue, State
from weekly.store.announcements import LEASE, LOST


@pytest.fixture
def published(store):
    """A store with an issue that may be announced."""
    with store.write() as tx:
        revision = tx.drafts.add(a_draft(), "ada", NOW)
        tx.issues.add(Issue(week=str(WEEK), number=1, hash=revision.hash, published_at=NOW, draft=revision.draft))
    return store


def lives(_):
    return False


def ended(_):
    return True


def begin(tx, holder, gone=lives, at=NOW, *, repeatable=False):
    return tx.announcements.begin(WEEK, "chat", content="hash", holder=holder, at=at, gone=gone, repeatable=repeatable)


def row(tx):
    (only,) = tx.announcements.rows(WEEK)
    return only


@pytest.mark.parametrize("state", [State.SENT, State.UNCERTAIN])
def test_what_arrived_or_may_have_does_not_leave_again(published, state):
    with published.write() as tx:
        assert begin(tx, "one") is None
        tx.announcements.settle(WEEK, "chat", "one", state, "x" * 900)
        assert begin(tx, "two").state is state
        assert (row(tx).attempts, len(row(tx).detail)) == (1, 500)


def test_what_failed_leaves_again_and_the_tries_are_counted(published):
    with published.write() as tx:
        for turn in (1, 2):
            assert begin(tx, "one") is None
            assert row(tx).attempts == turn
            tx.announcements.settle(WEEK, "chat", "one", State.FAILED, "refused")


def test_while_its_process_lives_and_its_lease_runs_nobody_else_may_begin_or_settle_it(published):
    with published.write() as tx:
        begin(tx, "one")
        assert begin(tx, "two", repeatable=True).holder == "one"
        tx.announcements.settle(WEEK, "chat", "two", State.SENT, "")
        assert tx.announcements.resolve(WEEK, "", State.SENT, lives, NOW) == 0
        assert row(tx).state is State.SENDING


@pytest.mark.parametrize(("gone", "waited"), [(ended, timedelta(0)), (lives, LEASE + timedelta(seconds=1))])
def test_of_one_that_was_lost_nobody_knows_and_a_person_decides(published, gone, waited):
    with published.write() as tx:
        begin(tx, "one")
        lost = begin(tx, "two", gone, NOW + waited)
        assert (lost.state, lost.detail) == (State.UNCERTAIN, LOST)
        assert tx.announcements.resolve(WEEK, "elsewhere", State.FAILED, gone, NOW) == 0
        assert tx.announcements.resolve(WEEK, "chat", State.FAILED, gone, NOW) == 1
        assert begin(tx, "two") is None


def test_what_may_be_repeated_begins_again_after_its_process_has_ended(published):
    with published.write() as tx:
        begin(tx, "one")
        assert begin(tx, "two", ended, repeatable=True) is None
        assert row(tx).holder == "two"
