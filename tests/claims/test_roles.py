"""The name that a work proposes, and the short form of words, are rarely taken for another name."""

from __future__ import annotations

import pytest

from weekly.claims import About, warnings
from weekly.claims.roles import NameRole, fits, has_role, role


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
        ("在StarNet上提升。", NameRole.DATA),
        ("在StarNet、MoonNet等三个数据集上提升。", NameRole.DATA),
        ("StarNet基准测试表明。", NameRole.DATA),
        ("StarNet通过卷积提升。", NameRole.PROPOSED),
        ("随后StarNet通过卷积提升。", None),
        ("StarNet指标更高。", NameRole.MEASURE),
        ("提升4.6 StarNet。", NameRole.MEASURE),
        ("基于StarNet的分割。", NameRole.USED),
        ("本文提出了一种针对StarNet的方法。", NameRole.USED),
        ("Deep StarNet指标更高。", None),
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
        ("tests on moonnet and starnet show it.", NameRole.DATA),
        ("the starnet dataset is large.", NameRole.DATA),
        ("it reaches a starnet of 4.6.", NameRole.MEASURE),
        ("starnet-based planning is new.", NameRole.USED),
        ("we plan by leveraging starnet.", NameRole.USED),
    ],
)
def test_sources_say_the_role_of_a_name(source, what):
    places = [(source, source.index("starnet"))]

    assert [one for one in NameRole if has_role("starnet", one, places)] == [what]


@pytest.mark.parametrize(
    ("name", "what", "expected"),
    [
        ("llm", NameRole.PROPOSED, -1),
        ("llm", NameRole.USED, 1),
        ("llm", NameRole.DATA, 0),
        ("psnr", NameRole.MEASURE, 1),
        ("psnr", NameRole.DATA, -1),
        ("starnet", NameRole.PROPOSED, 1),
        ("starnet", NameRole.USED, -1),
        ("skyset", NameRole.DATA, 1),
        ("skyset", NameRole.PROPOSED, -1),
        ("moonnet", NameRole.PROPOSED, 0),
    ],
)
def test_words_of_the_field_measures_and_data_sets_are_not_what_is_proposed(name, what, expected):
    source = "we propose starnet, which beats moonnet on skyset, by psnr and as an llm."

    assert fits(name, what, [(source, source.index(name))]) == expected


def test_a_data_set_and_a_measure_in_each_other_s_place_warn():
    source = "RingFit raises mIoU by 2.1 on the SkySet benchmark and helps."

    assert [claim.text for claim in warnings("在mIoU数据集上，SkySet指标提升2.1。", [source])] == ["mIoU ↔ SkySet"]
    assert warnings("在SkySet数据集上，mIoU指标提升2.1。", [source]) == ()


def test_the_plural_of_a_name_is_a_place_of_it():
    assert exchanged("本文提出RingFit方法，帮助LLM智能体；LLM常缺乏规划。") == []


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
