"""The name that a work proposes, and the short form of words, are rarely taken for another name."""

from __future__ import annotations

import pytest

from weekly.claims import About, warnings
from weekly.claims.roles import NameRole, has_role, role


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("本文提出了StarNet框架。", NameRole.PROPOSED),
        ("一种名为 **StarNet** 的网络。", NameRole.PROPOSED),
        ("StarNet是一个网络。", NameRole.PROPOSED),
        ("StarNet 为首个网络。", NameRole.PROPOSED),
        ("星形网络（StarNet）用于分割。", NameRole.SHORT),
        ("星形网络(StarNet)用于分割。", NameRole.SHORT),
        ("星形网络（StarNet、MoonNet）用于分割。", None),
        ("在StarNet上提升。", None),
        ("StarNet优于其他。", None),
    ],
)
def test_the_words_around_a_name_say_its_role(sentence, expected):
    start = sentence.index("StarNet")

    assert role(sentence, start, start + len("StarNet")) is expected


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("we propose starnet.", NameRole.PROPOSED),
        ("introducing starnet to the field.", NameRole.PROPOSED),
        ("we introduce a novel framework called starnet.", NameRole.PROPOSED),
        ("starnet: networks like stars", NameRole.PROPOSED),
        ("starnet, a network, is better.", NameRole.PROPOSED),
        ("starnet is the first network of its kind.", NameRole.PROPOSED),
        ("a star network (starnet) is better.", NameRole.SHORT),
    ],
)
def test_sources_say_the_role_of_a_name(source, what):
    (other,) = set(NameRole) - {what}
    places = [(source, source.index("starnet"))]

    assert has_role("starnet", what, places)
    assert not has_role("starnet", other, places)


SOURCE = (
    "RingFit: fitting rings. Large language models (LLMs) often lack plans. We propose RingFit, which helps an LLM "
    "agent through the Model Context Protocol (MCP), responsible AI practices and orchestration."
)


def exchanged(text: str) -> list[str]:
    return [claim.text for claim in warnings(text, [SOURCE]) if claim.about is About.EXCHANGE]


def test_another_name_in_the_place_of_the_proposed_name_warns():
    assert exchanged("本文提出LLM方法，借助规划帮助RingFit智能体。") == ["LLM ↔ RingFit"]
    assert exchanged("本文提出RingFit方法，借助规划帮助LLM智能体。") == []


def test_another_name_in_the_place_of_the_short_form_warns():
    assert exchanged("采用模型上下文协议(AI)和编排，以及负责任MCP实践。") == ["AI ↔ MCP"]
    assert exchanged("采用模型上下文协议(MCP)和编排，以及负责任AI实践。") == []
