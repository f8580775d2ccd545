from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from weekly.render.columns import WIDTH, columns, width

WORDS = st.lists(st.text("abcxyz中文字，。！ ", min_size=1, max_size=30), max_size=20).map(" ".join)


def test_a_chinese_character_takes_two_columns():
    assert width("中文ab") == 6


@given(WORDS)
def test_no_line_is_wider_than_the_page_unless_a_word_is(text):
    for line in columns(text).split("\n"):
        longest = max((width(word) for word in line.split()), default=0)
        assert width(line) <= max(WIDTH, longest)


@given(WORDS)
def test_nothing_but_blanks_is_lost(text):
    assert columns(text).replace("\n", "").replace(" ", "") == text.replace("\n", "").replace(" ", "")


def test_no_line_begins_with_a_closing_mark():
    text = "字" * 36 + "，然后"
    assert columns(text).split("\n") == ["字" * 35, "字，然后"]


def test_no_line_ends_with_an_opening_mark():
    assert columns("字" * 35 + "【然后】").split("\n") == ["字" * 35, "【然后】"]
    assert columns("字" * 34 + "（“然后”）").split("\n") == ["字" * 34, "（“然后”）"]


def test_an_address_is_never_broken():
    for url in ("https://example.org/" + "x" * 100, "https://example.org/#" + "三维模型" * 30):
        assert url in columns(f"see {url} for more").split("\n")


def test_further_lines_are_indented():
    assert columns("1. " + "word " * 20, indent="   ").split("\n")[1].startswith("   word")
