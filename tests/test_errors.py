"""Which errors are worth another try."""

from __future__ import annotations

import pytest

from weekly.errors import Blocked, NotApproved, SettingsError, StageError, StoreError, Unreachable, is_passing

AWAY = Unreachable("nobody answers", url="https://example.org")


@pytest.mark.parametrize("error", [AWAY, ConnectionResetError(), TimeoutError(), ChildProcessError()])
def test_what_is_away_for_now_may_pass(error):
    assert is_passing(error)


def test_what_came_from_such_a_fault_may_pass():
    error = StageError("the week could not be read")
    error.__cause__ = AWAY
    assert is_passing(error)


@pytest.mark.parametrize("passing", [True, False])
def test_of_a_database_the_store_says_whether_it_passes(passing):
    assert is_passing(StoreError(database="x", cause="gone", mend="start it", passing=passing)) is passing


@pytest.mark.parametrize("error", [None, Blocked("a finding"), NotApproved("no"), SettingsError("a key"), ValueError()])
def test_what_a_person_has_to_mend_does_not(error):
    assert not is_passing(error)
