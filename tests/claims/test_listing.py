"""Numbers that count the points of a list are no claims; any other number is."""

from __future__ import annotations

import pytest

from weekly.claims import unsupported
from weekly.claims.listing import without_markers

SOURCE = "We present a new benchmark and a new method."


@pytest.mark.parametrize(
    "text",
    [
        "贡献：（1）新基准；（2）新方法。",
        "1）基准；2）方法",
        "1. 基准\n2. 方法",
        "阶段1：基准；阶段2：方法",
        "1) 基准。1) 方法。",
    ],
)
def test_the_points_of_a_list_are_counted_freely(text):
    assert unsupported(text, [SOURCE]) == ()


@pytest.mark.parametrize("text", ["（3）新基准", "（1）新基准（1）新方法", "1）基准；17）方法", "有18个基准"])
def test_a_number_out_of_order_is_a_number(text):
    assert unsupported(text, [SOURCE]) != ()


def test_what_stands_behind_a_counted_point_keeps_its_place():
    text = "(1) 基准；(2) 方法有18个"
    assert len(without_markers(text)) == len(text)
    assert without_markers(text).index("18") == text.index("18")
