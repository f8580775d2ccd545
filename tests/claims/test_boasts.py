"""First, best, alone, far ahead, open, in use: only where a source says so."""

from __future__ import annotations

import pytest

from weekly.claims import About, Sources

PAIRS = [
    ("首次实现。", "the first method to do so"),
    ("达到SOTA性能。", "state-of-the-art results"),
    ("性能达到最优。", "the best performance"),
    ("排名第一。", "It ranks first on the leaderboard."),
    ("性能业界领先。", "a leading method"),
    ("远超现有方法。", "It significantly outperforms others."),
    ("是目前唯一的方法。", "the only method"),
    ("达到人类专家水平。", "human-level performance"),
    ("是一项突破性进展。", "a breakthrough"),
    ("代码已开源。", "Code is available at https://x.example."),
    ("已部署到线上系统。", "It is deployed in production."),
]


@pytest.mark.parametrize(("text", "source"), PAIRS)
def test_a_boast_stands_where_its_source_makes_it(text, source):
    assert Sources([source]).unsupported(text) == ()
    assert [claim.about for claim in Sources(["a method"]).unsupported(text)] == [About.BOAST]


def test_a_boast_twice_is_one_claim():
    assert len(Sources(["a method"]).unsupported("首次。首次。")) == 1


@pytest.mark.parametrize(
    "text", ["效率低于最优路径。", "优于现有最先进的模型。", "全局最优解", "唯一标识", "第一个适配器控制表情"]
)
def test_what_is_said_of_others_is_no_boast(text):
    assert Sources(["a method"]).unsupported(text) == ()
