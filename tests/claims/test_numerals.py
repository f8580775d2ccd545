"""Chinese numerals are read as they are written, by a writer that shares nothing with the parser."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weekly.claims.numerals import numerals, value

NAMES = "零一二三四五六七八九"


def written(number: int) -> str:
    """*number* below 10^12 by the schoolbook's way: every digit with its unit, then the zeros are cleaned up."""
    units = ["", "十", "百", "千", "万", "十", "百", "千", "亿", "十", "百", "千"]
    digits = str(number)[::-1]
    text = "".join(NAMES[int(digit)] + units[at] for at, digit in reversed(list(enumerate(digits))))
    text = re.sub("零[十百千]", "零", text)
    text = re.sub("零+", "零", text)
    text = re.sub("零([万亿])", r"\1", text)
    text = re.sub("亿万", "亿零" if number % 10**8 else "亿", text)
    text = re.sub("零+", "零", text).rstrip("零") or "零"
    return text.replace("一十", "十", 1) if text.startswith("一十") else text


@given(st.one_of(st.integers(0, 99_999), st.integers(0, 10**12 - 1)))
def test_a_numeral_has_the_value_that_it_was_written_for(number):
    assert value(written(number)) == number


@given(st.integers(0, 10**8 - 1), st.text("零一二三四五六七八九", min_size=1, max_size=8))
def test_decimals_are_read_figure_by_figure(whole, part):
    if whole < 10:  # a fraction follows the figures of small numbers
        figures = "".join(str(NAMES.index(sign)) for sign in part)
        assert value(f"{written(whole)}点{part}") == Decimal(f"{whole}.{figures}")


@given(st.integers(1, 100))
def test_a_percentage_is_found_in_a_sentence(number):
    (share,) = numerals(f"错误率下降百分之{written(number)}。")
    assert (share.value, share.share) == (number, True)


@given(st.integers(1, 9), st.sampled_from([("十", 10), ("百", 100), ("千", 1000), ("万", 10_000)]), st.integers(1, 9))
def test_a_number_whose_last_unit_is_left_out_counts_the_one_below(first, unit, last):
    name, scale = unit
    assert value(f"{NAMES[first]}{name}{NAMES[last]}") == first * scale + last * scale // 10


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("一百二十万", 1_200_000),
        ("两千零五", 2005),
        ("一千零三十", 1030),
        ("三点五亿", 350_000_000),
        ("1亿2000万", 120_000_000),
        ("52.2万", 522_000),
        ("1,200万", 12_000_000),
        ("二〇二六", 2026),
        ("十二", 12),
        ("百", 100),
        ("万亿", 10**12),
        ("三万亿", 3 * 10**12),
    ],
)
def test_numerals_as_people_write_them(text, number):
    assert value(text) == number


@pytest.mark.parametrize("text", ["三五", "三四十", "十百", "", "张三", "百千", "三十四十"])
def test_what_is_no_number_has_no_value(text):
    assert value(text) is None


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("三成", "30"),
        ("三成五", "35"),
        ("两成半", "25"),
        ("一半", "50"),
        ("减半", "50"),
        ("四分之三", "75"),
        ("三分之一", "33.3333"),
        ("3分之2", "66.6667"),
        ("千分之五", "0.5"),
        ("百分之三点五", "3.5"),
        ("万分之一", "0.01"),
    ],
)
def test_shares_are_percentages(text, percent):
    (share,) = numerals(f"约{text}的数据")
    assert (share.value, share.share) == (Decimal(percent), True)


def test_a_sign_is_a_numeral_only_where_unicode_has_it_as_that_number():
    values = {sign: value(sign) for sign in map(chr, range(0x10000))}
    read = {sign: number for sign, number in values.items() if number is not None}
    assert read.pop("两") == 2  # which Unicode has as a word
    assert read == {sign: unicodedata.numeric(sign) for sign in read}
    assert {sign for sign in read if not sign.isdecimal()} == set("零〇一二三四五六七八九十百千万亿")


@pytest.mark.parametrize("text", ["一成不变", "三成分分析", "完成功能", "模型更好", "零分之三", "三十四十分之五"])
def test_words_that_look_like_shares_are_none(text):
    assert [one for one in numerals(text) if one.share] == []
