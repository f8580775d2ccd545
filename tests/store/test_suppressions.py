"""The suppression list outlives what is on the list of subscribers, and what a person decided outlasts the rest."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.wire_formats import NOW
from weekly.store.suppressions import Bounce, BounceKind, Reason

ADA = "ada@example.org"
LATER = NOW + timedelta(days=1)


def test_an_address_is_known_in_every_spelling_and_kept_as_its_hash_alone(store):
    with store.write() as tx:
        tx.suppressions.add([" Ada@Example.ORG "], Reason.OWNER, NOW)
    with store.read() as tx:
        assert tx.suppressions.reasons([ADA, "bob@example.org"]) == {ADA: Reason.OWNER}
        assert [ADA in str(one) or "@" in one.key for one in tx.suppressions.all()] == [False]


@pytest.mark.parametrize(
    ("first", "second", "stands"),
    [
        (Reason.BOUNCE, Reason.OWNER, (Reason.BOUNCE, LATER)),
        (Reason.BOUNCE, Reason.UNSUBSCRIBED, (Reason.UNSUBSCRIBED, LATER)),
        (Reason.COMPLAINT, Reason.BOUNCE, (Reason.COMPLAINT, NOW)),
        (Reason.UNSUBSCRIBED, Reason.ERASED, (Reason.UNSUBSCRIBED, LATER)),
    ],
)
def test_the_first_reason_stands_unless_a_person_decides_after_a_server(store, first, second, stands):
    with store.write() as tx:
        tx.suppressions.add([ADA], first, NOW)
        tx.suppressions.add([ADA], second, LATER)
        one = tx.suppressions.find(ADA)
    assert (one.reason, one.at) == stands


def test_more_addresses_than_one_question_may_name_are_all_held(store):
    many = [f"{number}@example.org" for number in range(1201)]
    with store.write() as tx:
        tx.suppressions.add(many, Reason.UNSUBSCRIBED, NOW)
        assert set(tx.suppressions.reasons(many)) == set(many)
        tx.suppressions.lift(many[0])
        assert tx.suppressions.find(many[0]) is None
        assert len(tx.suppressions.reasons(many)) == len(many) - 1


def test_an_issue_mostly_came_back_when_more_than_half_of_what_left_did(store):
    with store.write() as tx:
        for number in range(3):
            report = Bounce(report=str(number), subscriber=number, week="2025-W15", kind=BounceKind.HARD, detail="")
            assert tx.bounces.add(report, NOW)
            assert not tx.bounces.add(report, LATER)
        assert not tx.bounces.mostly_hard("2025-W15", 3)  # nothing of it left from here
        assert not tx.bounces.mostly_hard("2025-W15", 4)
        assert [one["at"] for one in tx.bounces.of_subscriber(1)] == [NOW.isoformat()]
