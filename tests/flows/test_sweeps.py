"""How often a part is looked at, where what happens starts it."""

from __future__ import annotations

import pytest

pytest.importorskip("prefect")

from flows.newsletters import newsletter
from flows.sweeps import looks_often, sweep_line


@pytest.mark.parametrize(("line", "often"), [("*/10 * * * *", True), ("0 * * * *", False), ("0 6 * * 1", False)])
def test_a_line_that_comes_more_than_once_an_hour_looks_often(line, often):
    assert looks_often(line) == often


@pytest.mark.parametrize(
    ("line", "hours"), [("*/10 * * * *", "* * * *"), ("*/5 8-18 * * 1-5", "8-18 * * 1-5"), ("30 9 * * *", "9 * * *")]
)
def test_a_sweep_comes_at_one_minute_of_the_hours_of_its_line(demo, line, hours):
    with (demo / "weekly.toml").open("a") as settings:
        settings.write(f'[schedule]\ndeliver = "{line}"\npublish = ""\n')
    of = newsletter(demo)
    minute, _, rest = sweep_line(of, "deliver").partition(" ")
    assert rest == hours
    assert 0 <= int(minute) < 60
    daily = sweep_line(of, "deliver", watched=True).split()
    assert daily[0] == minute
    assert daily[1] == rest.split()[0] or (rest.startswith("*") and 0 <= int(daily[1]) < 24)
    assert sweep_line(of, "prepare", watched=True) == sweep_line(of, "prepare") == "0 6 * * 1"
    assert sweep_line(of, "publish") == ""
