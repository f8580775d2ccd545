"""A number is the same however it is written: in figures, in words, in Chinese numerals."""

from __future__ import annotations

import pytest

from weekly.claims import unsupported


@pytest.mark.parametrize(
    ("text", "held", "other"),
    [
        ("速度是原来的十二倍。", "It is 12x faster.", "It is 13x faster."),
        ("用了三十五亿个词元。", "It used 3.5B tokens.", "It used 2.5B tokens."),
        ("It wins (2) medals.", "It wins 2 medals.", "It wins 3 medals."),
    ],
)
def test_a_number_is_held_by_its_other_spelling_and_by_no_other_number(text, held, other):
    assert not unsupported(text, [held])
    assert unsupported(text, [other])
