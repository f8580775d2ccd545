"""Two spellings of a title are one key, and a title too short to be anybody's own is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weekly.select.titles import title_key


@pytest.mark.parametrize(
    "title",
    [
        "Rocket: To the Moon and Back",
        "ROCKET — to the moon, and back!",
        "  Rocket_to the\tMoon and back ",
        "Ｒｏｃｋｅｔ: To the Moon and Back",
    ],
)
def test_case_marks_blanks_and_widths_make_no_other_title(title):
    assert title_key(title) == "title:rockettothemoonandback"


def test_a_title_in_chinese_has_a_key():
    assert (
        title_key("面向长视频生成的一种可控自回归扩散模型的研究")
        == "title:面向长视频生成的一种可控自回归扩散模型的研究"
    )


@pytest.mark.parametrize(("title", "key"), [("a" * 19, ""), ("-" * 99, ""), ("", ""), ("a" * 20, f"title:{'a' * 20}")])
def test_a_title_of_fewer_than_twenty_letters_and_digits_has_none(title, key):
    assert title_key(title) == key


@given(st.text(max_size=1000))
def test_a_key_is_its_own_and_has_a_bounded_length(title):
    key = title_key(title)
    assert len(key) <= 156
    if key:
        assert title_key(key.removeprefix("title:")) == key
