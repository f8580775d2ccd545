"""Undo takes back what one did oneself, as long as it stands as one left it."""

from __future__ import annotations

import pytest

from tests.stored import stored
from tests.web.review.conftest import HOME, WEEK, visiting
from weekly.models import Status

JSON = {"accept": "application/json"}


@pytest.fixture
def two(workspace):
    with visiting(workspace, "ada") as ada, visiting(workspace, "bob") as bob:
        yield ada, bob


def decide(editor, candidate, action):
    return editor.post(f"{HOME}/decide", data={"candidate": candidate, "action": action}, headers=JSON)


def undo(editor):
    return editor.post(f"{HOME}/undo", headers=JSON)


def status(workspace, candidate):
    return stored(workspace).candidates.statuses(WEEK)[candidate]


def cards(workspace):
    return [card.id for card in stored(workspace).drafts.find(WEEK).draft.cards]


def outside(workspace):
    return [one for one in stored(workspace).candidates.statuses(WEEK) if one not in cards(workspace)]


def test_what_another_has_decided_since_stays_and_the_next_undo_goes_further_back(two, workspace):
    ada, bob = two
    earlier, both = cards(workspace)[:2]
    decide(ada, earlier, "reject")
    decide(ada, both, "accept")
    decide(bob, both, "reject")
    refused = undo(ada)
    assert refused.status_code == 409
    assert "bob has rejected" in refused.json()["error"]
    assert status(workspace, both) is Status.REJECTED
    assert undo(ada).json()["undone"] == {"action": "rejected", "card": earlier}
    assert status(workspace, earlier) is Status.PENDING
    assert undo(bob).json()["undone"]["card"] == both
    assert status(workspace, both) is Status.ACCEPTED


def test_a_decision_that_another_has_made_again_is_theirs(two, workspace):
    ada, bob = two
    card = cards(workspace)[0]
    decide(ada, card, "accept")
    decide(bob, card, "reject")
    decide(bob, card, "accept")
    assert undo(ada).status_code == 409
    assert status(workspace, card) is Status.ACCEPTED


def test_what_another_took_back_is_ones_own_again(two, workspace):
    ada, bob = two
    card = cards(workspace)[0]
    decide(ada, card, "later")
    decide(bob, card, "accept")
    undo(bob)
    assert undo(ada).json()["undone"] == {"action": "later", "card": card}
    assert status(workspace, card) is Status.PENDING


def test_a_move_that_came_since_is_kept(two, workspace):
    ada, bob = two
    first, second, *_ = cards(workspace)
    ada.post(f"{HOME}/arrange", data={"card": first, "steps": "1"})
    bob.post(f"{HOME}/arrange", data={"card": second, "steps": "3"})
    stood = cards(workspace)
    assert undo(ada).status_code == 409
    assert cards(workspace) == stood


def test_a_card_that_came_since_keeps_its_place_when_a_move_is_taken_back(two, workspace):
    ada, bob = two
    order = cards(workspace)
    ada.post(f"{HOME}/arrange", data={"card": order[0], "steps": "2"})
    new = outside(workspace)[0]
    decide(bob, new, "accept")
    place = cards(workspace).index(new)
    undo(ada)
    assert cards(workspace).index(new) == place
    assert [card for card in cards(workspace) if card != new] == order


def test_a_topic_that_another_chose_since_is_kept(two, workspace):
    ada, bob = two
    card = cards(workspace)[0]
    for editor, topic in ((ada, "agents"), (bob, "reasoning")):
        editor.post(f"{HOME}/topic", data={"card": card, "topic": topic})
    assert undo(ada).status_code == 409
    assert stored(workspace).drafts.find(WEEK).draft.cards[0].topic == "reasoning"


def test_an_undo_that_is_sent_twice_is_refused_twice_and_takes_nothing_else_back(two, workspace):
    ada, bob = two
    earlier, both = cards(workspace)[:2]
    decide(ada, earlier, "reject")
    decide(ada, both, "accept")
    decide(bob, both, "reject")
    for _ in range(2):
        told = ada.post(f"{HOME}/decide", data={"action": "undo", "key": "key-00001"}, headers=JSON).json()
        assert "bob" in told["results"]["key-00001"]["refused"]
    assert status(workspace, earlier) is Status.REJECTED
