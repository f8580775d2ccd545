"""What a text says the other way round than its sources is worth a look, and never blocks."""

from __future__ import annotations

import pytest

from weekly.claims import About, unsupported, warnings

SOURCE = (
    "Our method improves accuracy over all that we know of, and of that there is much. Compared to CoT it reduces latency. "
    "It answers with fewer hallucinations. It outperforms GPT-4o. Training cost drops from 80 to 20 hours."
)


def turned(text: str, source: str = SOURCE) -> list[str]:
    return [claim.text for claim in warnings(text, [source]) if claim.about is About.DIRECTION]


@pytest.mark.parametrize(
    "text",
    [
        "准确率提升。",
        "延迟降低。",
        "将延迟缩短，同时提高准确率。",
        "优于 GPT-4o。",
        "减少幻觉。",
        "训练成本从80小时降低到20小时。",
        "避免了准确率下降。",
        "",
    ],
)
def test_what_the_sources_say_too_is_silent(text):
    assert turned(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "准确率降低。",
        "延迟增加。",
        "性能劣于GPT-4o。",
        "训练成本从80小时提高到20小时。",
        "由20降至80。",
    ],
)
def test_the_opposite_warns(text):
    assert turned(text)


def test_a_direction_that_no_source_has_warns():
    assert turned("某某下降。", "We improve and outperform.")
    assert turned("某某下降。", "It reduces something.") == []


def test_a_number_says_which_sentence_is_meant():
    assert turned("指标降低12.5%。", "The score rises by 12.5%. Latency is reduced by 3%.")
    assert turned("指标提升12.5%。", "The score rises by 12.5%. Latency is reduced by 3%.") == []
    assert turned("提升12.5%。", "There are 12.5% of them.") == []


def test_a_measure_is_what_a_sentence_with_its_number_speaks_of():
    assert turned("准确率降低12.5%。", "Accuracy is improved by it. Far from there stands this number: 12.5%.")
    assert turned("准确率降低12.5%。", "Better. Of accuracy there is this number: 12.5%. Higher.") == []


def test_performance_goes_by_any_name():
    assert turned("性能下降。", "Accuracy drops sharply.") == []
    assert turned("性能下降。", "Accuracy improves.")
    assert turned("性能下降。", "It drops sharply.") == []


def test_behind_is_silent_where_the_sources_say_so_or_a_figure_follows():
    assert turned("低于3%。") == []
    assert turned("模型落后于人类。", "Models lag behind humans.") == []


def test_a_warning_blocks_nothing():
    assert unsupported("准确率降低。", [SOURCE]) == ()
