"""The file of what a house likes: words in, a part of the score out."""

from __future__ import annotations

import pytest

from tests.classify.works import entry
from weekly.errors import ParseError
from weekly.learning.selection import single_entry_work
from weekly.select.house import FILE, HouseWeights, load_house, pack_house
from weekly.select.selection_weights import load_selection_weights
from weekly.select.weights import pack

WORDS = {"rocket": 2.0, "barge": -1.0, "rocket engine": 0.5}


def test_what_was_packed_comes_back_within_a_step(tmp_path):
    path = tmp_path / FILE
    path.write_bytes(pack_house(WORDS, strength=2.0))
    house = load_house(path)
    assert house.strength == 2.0
    assert house.words == pytest.approx(WORDS, abs=0.02)


def test_a_long_text_is_not_liked_for_saying_more_of_everything():
    house = HouseWeights(WORDS, 1.0)
    assert house.score({"rocket"}, 3) == 1.0
    assert house.score({"rocket"}, 99) < house.score({"rocket"}, 3)
    assert house.score({"nothing"}, 3) == 0
    assert house.loudest({"rocket", "barge", "rocket engine"}, 3) == ["rocket", "rocket engine"]


def test_it_is_a_part_of_the_score_with_the_words_for_it_beside_any_crowd(tmp_path):
    (tmp_path / FILE).write_bytes(pack_house(WORDS, strength=2.0))
    work = single_entry_work(entry("A rocket", "A rocket engine."))
    for crowd in ("ai", "none"):
        parts = {one.name: one for one in load_selection_weights(tmp_path / "selection.weights", crowd).parts(work, ())}
        assert parts["house"].value > 0
        assert parts["house"].reason == "you publish works that say 'rocket', 'rocket engine'"
    assert "house" not in {one.name for one in load_selection_weights(tmp_path / "no" / "x").parts(work, ())}


@pytest.mark.parametrize(
    "header", [{"classes": ["picked"], "strength": 1.0}, {"classes": ["house"]}, {"classes": ["house"], "strength": 0}]
)
def test_weights_that_were_learned_for_something_else_are_refused(tmp_path, header):
    (tmp_path / FILE).write_bytes(pack({"bias": [0.0], "scale": [0.1], **header}, ["a"], bytes([128])))
    with pytest.raises(ParseError, match="delete it or learn it anew"):
        load_house(tmp_path / FILE)
