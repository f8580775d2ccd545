"""Near-duplicates are found by the rare words that they share."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from weekly.select.near import near_groups


def test_a_changed_word_a_typing_error_or_another_case_is_nearly_the_same() -> None:
    titles = [
        "OmniSVG: A Unified Scalable Vector Graphics Generation Model",
        "Something else entirely about reinforcement learning",
        "OmniSVG: a unified scalable vector graphics generation model.",
        "OmniSVG: An Unified Scalable Vector Grahpics Generation Model",
    ]
    assert near_groups(titles) == [0, 1, 0, 0]


def test_common_words_do_not_make_titles_alike() -> None:
    titles = ["Diffusion Models for Video", "Diffusion Models for Music", "Diffusion Models for Protein Folding"]
    assert near_groups(titles) == [0, 1, 2]


def test_titles_of_one_word_and_of_none() -> None:
    assert near_groups(["Mamba", "Mamba", "", ""]) == [0, 0, 2, 3]


def test_many_titles_of_the_same_words_are_not_compared_each_with_each() -> None:
    titles = [f"alpha beta gamma delta {number:05d}{'x' * (number % 40)}" for number in range(3000)]
    assert len(near_groups(titles)) == 3000


@given(st.lists(st.text(alphabet="ab c", max_size=12), max_size=20))
def test_a_group_is_named_by_its_first_member(titles: list[str]) -> None:
    groups = near_groups(titles)
    assert all(group <= index and groups[group] == group for index, group in enumerate(groups))


def test_a_crowd_of_titles_with_the_same_rare_words_is_compared_with_its_beginning_alone():
    titles = [f"alpha beta {sha256(bytes([number])).hexdigest()[:20]}" for number in range(120)]
    assert near_groups(titles) == list(range(120))
    assert near_groups(["alpha beta gamma delta", *titles, "Alpha beta: gamma delta"])[-1] == 0
