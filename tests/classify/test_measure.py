"""The figures that `weekly topics eval` prints, against ones counted by hand."""

from __future__ import annotations

import pytest

from weekly.classify.measure import Prediction, accuracy, figures, macro_f1, summary, top_two, trust, worst_pairs

JUDGED = [
    Prediction(right="a", given="a", confidence=0.95),
    Prediction(right="a", given="b", confidence=0.85, second="a"),
    Prediction(right="b", given="b", confidence=0.7),
    Prediction(right="b", given="other", confidence=0.1, second=""),
]


def test_figures_are_those_counted_by_hand():
    assert accuracy(JUDGED) == 0.5
    assert top_two(JUDGED) == 0.75
    assert macro_f1(JUDGED) == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert trust(JUDGED)[3] == (0.8, 0.5, 0.5)
    assert worst_pairs(JUDGED) == [("a", "b", 1), ("b", "other", 1)]


def test_nothing_judged_is_nought_and_no_error():
    assert (accuracy([]), top_two([]), macro_f1([]), worst_pairs([])) == (0.0, 0.0, 0.0, [])
    assert "entries 0" in summary([])


def test_the_table_has_a_row_for_each_right_and_a_column_for_each_given_topic():
    lines = summary(JUDGED).splitlines()
    assert lines[0].startswith("entries 4  accuracy 0.500  macro-F1 0.583  top two 0.750")
    assert "    a     1     1     ·" in lines
    assert "    b     ·     1     1" in lines
    assert "columns: 1 a  2 b  3 other" in lines


def test_the_same_comes_as_data():
    data = figures(JUDGED)
    assert (data["entries"], data["accuracy"], data["macro_f1"]) == (4, 0.5, 0.5833)
    assert {"right": "b", "given": "other", "count": 1} in data["confusion"]
    assert data["trust"][3] == {"confidence": 0.8, "share": 0.5, "right": 0.5}
