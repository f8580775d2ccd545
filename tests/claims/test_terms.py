"""Words of the field: the longest at each place, each place once."""

from __future__ import annotations

import pytest

from weekly.claims import terms


@pytest.mark.parametrize(
    ("text", "senses"), [("推理的速度", [0, 1]), ("准确率与延迟", [1, -1]), ("某某的性能", [1]), ("", []), ("……", [])]
)
def test_a_term_is_told_with_whether_more_of_it_is_better(text, senses):
    assert [term.sense for _, term in terms.find(text)] == senses


def test_every_term_is_found_by_itself_and_once():
    for word, term in terms.terms().items():
        assert list(terms.find(word)) == [(0, term)]
        assert list(terms.find(f"“{word}”")) == [(1, term)]
        assert [at for at, _ in terms.find(f"{word}，{word}")] == [0, len(word) + 1]


def test_terms_may_stand_side_by_side():
    assert [at for at, _ in terms.find("速度准确率延迟")] == [0, 2, 5]


def test_what_is_good_is_english_for_what_is_better_the_more_there_is_of_it():
    assert "accura" in terms.good()
    assert not any(beginning in terms.good() for beginning in ("latenc", "hallucinat"))
