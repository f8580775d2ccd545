"""Which faults are worth another try."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from flows.faults import is_transient
from weekly.errors import Blocked, NotApproved, SettingsError, StageError, StoreError, Unreachable

AWAY = OperationalError("select 1", {}, Exception("server closed the connection"))


@pytest.mark.parametrize(
    "error", [AWAY, Unreachable("nobody answers", url="https://x.example"), ConnectionResetError(), TimeoutError()]
)
def test_what_is_away_for_now_is_tried_again(error):
    assert is_transient(error)


@pytest.mark.parametrize("passing", [True, False])
def test_of_a_database_the_store_says_whether_it_passes(passing):
    assert is_transient(StoreError(database="x", cause="gone", mend="start it", passing=passing)) is passing


def test_what_came_from_such_a_fault_is_tried_again():
    error = StageError("the week could not be read")
    error.__cause__ = AWAY
    assert is_transient(error)


@pytest.mark.parametrize(
    "error",
    [None, Blocked("a finding"), NotApproved("no"), SettingsError("a key"), IntegrityError("x", {}, Exception())],
)
def test_what_a_person_has_to_mend_fails_at_once(error):
    assert not is_transient(error)
