"""The file of weights: what it says, what it scores, and what is refused."""

from __future__ import annotations

import random
import zlib
from contextlib import suppress
from math import log, sqrt

import pytest

from tests.classify.works import weights
from weekly.errors import ParseError
from weekly.select.weights import FORMAT, LARGEST, load, pack, unpack

ROWS = {"oven": (100, -20), "radar": (-127, 127), "dough": (3, 0)}
ROWS_WEIGHTS = weights(ROWS, ("a", "b"))


def by_hand(counts, place):
    """A dot product with the text's words as a unit vector, each counting 1 + log(count)."""
    times = {word: round(16 * (1 + log(min(count, 64)))) for word, count in counts.items() if word in ROWS}
    length = sqrt(sum(value * value for value in times.values()))
    return sum(0.1 * ROWS[word][place] * value for word, value in times.items()) / length


@pytest.mark.parametrize("counts", [{"oven": 1}, {"oven": 2, "radar": 1, "unknown": 9}, {"dough": 500, "radar": 3}])
def test_scores_are_those_worked_out_by_hand(counts):
    assert ROWS_WEIGHTS.scores(counts) == pytest.approx([by_hand(counts, 0), by_hand(counts, 1)])


def test_a_text_without_a_known_word_scores_the_bias():
    assert ROWS_WEIGHTS.scores({"unknown": 3}) == [0.0, 0.0]


def test_the_loudest_words_come_first_and_none_that_speaks_against():
    assert ROWS_WEIGHTS.loudest({"oven": 1, "radar": 1, "dough": 1}, 0, 5) == ["oven", "dough"]
    assert ROWS_WEIGHTS.loudest({"oven": 1, "radar": 1, "dough": 1}, 1, 1) == ["radar"]


def test_eight_thousand_loud_words_run_over_no_lane():
    words = {f"w{number}": (127, -127) for number in range(8000)}
    scores = weights(words, ("a", "b")).scores(dict.fromkeys(words, 64))
    assert scores == pytest.approx([12.7 * sqrt(8000), -12.7 * sqrt(8000)])


def test_what_is_packed_comes_back():
    again = unpack(pack({"classes": ["a"], "bias": [0.5], "scale": [2.0], "note": "x"}, ["b c"], bytes([130])))
    assert (again.classes, again.bias, again.scale, again.extra) == (("a",), (0.5,), (2.0,), {"note": "x"})
    assert again.scores({"b c": 1}) == pytest.approx([0.5 + 2 * 2.0])
    assert unpack(pack({"classes": [], "bias": [], "scale": []}, [], b"")).scores({"a": 1}) == []


GOOD = pack({"classes": ["a"], "bias": [0.0], "scale": [1.0]}, ["b"], bytes([130]))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nothing of the kind",
        FORMAT + b"\n",
        FORMAT + b"\nnot zlib",
        FORMAT + b"\n" + zlib.compress(b"not json\n"),
        FORMAT + b"\n" + zlib.compress(b"[1]\n"),
        FORMAT + b"\n" + zlib.compress(b'{"classes": 3}\n'),
        FORMAT + b"\n" + zlib.compress(b"[" * 100_000 + b"\n"),
        pack({"classes": ["a"], "bias": [], "scale": [1.0]}, ["b"], bytes([130])),
        pack({"classes": ["a"], "bias": ["x"], "scale": [1.0]}, ["b"], bytes([130])),
        pack({"classes": ["a"], "bias": [0.0], "scale": [1.0]}, ["b"], b""),
        FORMAT + b"\n" + zlib.compress(b" " * (LARGEST + 10)),
    ],
)
def test_anything_else_is_refused_in_one_line_that_names_the_file_and_the_mend(tmp_path, content):
    path = tmp_path / "topics.weights"
    path.write_bytes(content)
    with pytest.raises(ParseError, match="delete it or learn it anew") as caught:
        load(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_was_cut_or_changed_is_refused_or_read_and_never_a_crash(tmp_path):
    chance = random.Random(5)
    path = tmp_path / "topics.weights"
    for _ in range(300):
        content = bytearray(GOOD[: chance.randrange(len(GOOD) + 1)])
        if content:
            content[chance.randrange(len(content))] = chance.randrange(256)
        path.write_bytes(bytes(content))
        with suppress(ParseError):
            assert load(path).classes


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ParseError, match="cannot be read"):
        load(tmp_path / "none")
