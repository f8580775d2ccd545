"""What a number is of is the same in every spelling, and nothing else is."""

from __future__ import annotations

from itertools import combinations, permutations

import pytest

from weekly.claims import unsupported

UNITS = {
    "%": ["{}%", "{}％", "{} percent", "{} percentage points", "{} per cent", "{} pp", "{}个百分点"],
    "times": ["{}x faster", "{}× faster", "{} times faster", "{}-fold", "快{}倍"],
    "milliseconds": ["{} ms", "{}ms", "{} milliseconds", "{} millisecond", "{}毫秒"],
    "seconds": ["{} s", "{}s", "{} sec", "{} secs", "{} seconds", "{}秒"],
    "minutes": ["{} min", "{} mins", "{} minutes", "{}分钟"],
    "hours": ["{} h", "{}h", "{} hr", "{} hrs", "{} hours", "{}小时", "{}个小时"],
    "days": ["{} days", "{}-day", "{}天"],
    "weeks": ["{} weeks", "{}-week", "{}周"],
    "months": ["{} months", "{}-month", "{}个月"],
    "gigabytes": ["{} GB", "{}GB", "{} GiB"],
    "megabytes": ["{} MB", "{}MB", "{} MiB"],
    "kilometres": ["{} km", "{}km", "{} kilometers", "{} kilometres", "{}公里", "{}千米"],
    "metres": ["{} meters", "{} metres", "{}米"],
    "centimetres": ["{} cm", "{}cm", "{} centimeters", "{} centimetres", "{}厘米"],
    "millimetres": ["{} mm", "{}mm", "{} millimeters", "{} millimetres", "{}毫米"],
    "kilograms": ["{} kg", "{}kg", "{} kilograms", "{}公斤", "{}千克"],
}


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_is_the_same_in_every_spelling(unit):
    for text, source in permutations(UNITS[unit], 2):
        assert unsupported(f"It is {text.format(37)}.", [f"That is {source.format(37)} in all."]) == (), (text, source)


@pytest.mark.parametrize(("unit", "other"), list(combinations(UNITS, 2)))
def test_a_number_of_one_thing_is_no_number_of_another(unit, other):
    for text in UNITS[unit]:
        for source in UNITS[other]:
            assert unsupported(f"It is {text.format(37)}.", [f"That is {source.format(37)} in all."]), (text, source)


def test_a_day_of_the_month_is_no_thing_and_a_thing_may_be_any():
    assert unsupported("于37日。", ["37 GB"]) != ()
    assert unsupported("共37种。", ["37 kinds"]) == ()
    assert unsupported("共37种。", ["37%"]) != ()
