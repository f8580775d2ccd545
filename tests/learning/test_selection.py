"""Learning what gets picked: only what ranks weeks that were left out better takes the place of the old."""

from __future__ import annotations

import random

import pytest

from tests.classify.works import FILLER, weights
from weekly.errors import ParseError
from weekly.learning.selection import choice, fit_selection, learn_selection, precision, score
from weekly.models import Kind, TopicScore
from weekly.select.selection_weights import SelectionWeights, author_key
from weekly.select.weights import unpack

NOTHING = SelectionWeights.of(weights({"zero": (0,)}, ("picked",), signs={}, usual={}, authors={}))
TOPIC = (TopicScore(topic="agents", score=0.9, reason="r"),)


def choices(count, *, told=True, weeks=6):
    """Papers of several weeks; those with code by Ada Lovelace get picked, or, when not *told*, any."""
    chance = random.Random(3)
    made = []
    for number in range(count):
        good = chance.random() < 0.4
        line = {
            "title": f"{'Rocket' if good else 'Barge'}: {chance.choice(FILLER)} nr{number}",
            "abstract": f"We do things. {'Code: https://github.com/a/b' if good else 'See the text.'} nr{number}",
            "authors": ["Ada Lovelace", "B"] if good else ["C", "D"],
            "categories": ["cs.CV"],
            "week": f"2025-W{10 + number % weeks}",
            "picked": good if told else chance.random() < 0.4,
        }
        made.append(choice(line, TOPIC))
    return made


def test_what_was_picked_is_learned_when_it_holds_in_other_weeks():
    told = choices(200)
    outcome = learn_selection(told, NOTHING)
    assert outcome.report.endswith("better: kept the new")
    assert outcome.content is not None
    new = SelectionWeights.of(unpack(outcome.content))
    assert precision(told, new) > 0.9 > precision(told, NOTHING)
    assert new.authors
    assert "Lovelace" not in str(new.weights.extra)
    picked, passed = (next(one for one in told if one.picked is wanted) for wanted in (True, False))
    assert score(picked, new) > score(passed, new)


def test_picks_that_follow_nothing_leave_the_old():
    learned = learn_selection(choices(200), NOTHING).content
    assert learned is not None
    good = SelectionWeights.of(unpack(learned))
    fresh = [choice({"title": f"Rocket: {n}", "week": str(n % 5), "picked": n % 2 == 0}, TOPIC) for n in range(120)]
    outcome = learn_selection(fresh, good)
    assert outcome.content is None or outcome.report.endswith("better: kept the new")
    random_picks = learn_selection(choices(150, told=False), NOTHING)
    assert "average precision on sources left out" in random_picks.report


def test_what_the_old_weights_were_learned_from_proves_nothing():
    told = choices(200)
    content = learn_selection(told, NOTHING).content
    assert content is not None
    again = learn_selection(told, SelectionWeights.of(unpack(content)))
    assert again.content is None
    assert "fewer than 30 picked ones are new" in again.report


def test_one_week_cannot_be_left_out():
    outcome = learn_selection(choices(200, weeks=1), NOTHING)
    assert outcome.content is None
    assert "no source can be left out" in outcome.report


@pytest.mark.parametrize(
    ("line", "says"), [({"title": "a"}, "has no 'picked'"), ({"picked": True}, "has no 'title'"), ({"title": "a", "picked": 1}, "has no 'picked'")]
)  # fmt: skip
def test_a_line_that_says_too_little_is_refused_with_its_place(line, says):
    with pytest.raises(ParseError, match=f"picks.jsonl:3: {says}"):
        choice(line, (), "picks.jsonl:3")


def test_a_line_is_a_paper_with_all_that_it_says():
    one = choice({"title": "T", "arxiv_id": "2504.00001", "authors": ["A", ""], "picked": True}, ())
    assert (one.work.lead.kind, one.work.lead.url) == (Kind.PAPER, "https://arxiv.org/abs/2504.00001")
    assert (one.work.lead.authors, one.source) == (("A",), "2504")


def pairs(*, same):
    """Papers of one wording, two of an author or, when not *same*, one of each; of a pair both or none were picked."""
    return [
        choice(
            {
                "title": f"On {FILLER[number % len(FILLER)]}",
                "authors": [f"Author {'abcdefghij'[number // 2 % 10]}x{number // 20 if same else number}"],
                "week": f"2025-W{10 + number % 5}",
                "picked": number // 2 % 3 == 0,
            },
            TOPIC,
        )
        for number in range(240)
    ]


def test_one_pick_already_speaks_for_what_its_author_writes_next():
    once = choice({"title": "On boats", "authors": ["Grace Hopper"], "picked": True, "week": "2025-W10"}, TOPIC)
    learned = learn_selection([*pairs(same=True), once], NOTHING).content
    assert learned is not None
    assert SelectionWeights.of(unpack(learned)).authors[author_key("Grace M. Hopper")] > 0


def test_a_pick_says_nothing_of_itself():
    weights = SelectionWeights.of(unpack(fit_selection(pairs(same=False))))
    assert not weights.authors
