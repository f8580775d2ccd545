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


RISES = "提升 提高 增加 增长 上升 升高 升至 改善 增强了 增大 延长"
FALLS = "降低 减少 下降 减小 缩短 削减 节省 减弱 恶化 下滑 降至 降到"


@pytest.mark.parametrize(("verbs", "same", "opposite"), [(RISES, "rises", "drops"), (FALLS, "drops", "rises")])
def test_every_verb_has_its_direction(verbs, same, opposite):
    for verb in verbs.split():
        assert turned(f"指标{verb}12.5%。", f"The score {same} by 12.5%.") == [], verb
        assert turned(f"指标{verb}12.5%。", f"The score {opposite} by 12.5%."), verb


@pytest.mark.parametrize("verb", ["劣于", "不如", "逊于", "低于", "落后于", "落后", "不及", "弱于"])
def test_every_word_for_behind_warns_where_no_source_says_so(verb):
    assert turned(f"模型{verb}人类。", "Models outperform humans.")
    for behind in (
        "lag behind",
        "underperform",
        "are inferior to",
        "are surpassed by",
        "have lower scores than",
        "fail to match",
    ):
        assert turned(f"模型{verb}人类。", f"Models {behind} humans.") == [], behind


@pytest.mark.parametrize("denial", ["避免", "防止", "缓解", "抑制", "不", "未", "无", "没", "如何", "是否", "可能"])
def test_a_direction_that_is_denied_or_asked_for_says_nothing(denial):
    assert turned(f"{denial}降低12.5%。", "The score rises by 12.5%.") == []


@pytest.mark.parametrize(
    "text", ["从80小时降低到20小时", "由80小时减少至20小时", "从20提升至80", "由20增加到80", "从20升至80", "从80降为20"]
)
def test_a_change_goes_the_way_that_its_numbers_say(text):
    source = "It goes from 80 hours to 20 hours, and reduces, and increases."
    assert turned(f"训练{text}。", source) == []
    back = text.replace("80", "x").replace("20", "80").replace("x", "20")
    assert turned(f"训练{back}。", source) == [back]


@pytest.mark.parametrize("joint", ["，", "；", "但", "并且", "同时", "而"])
def test_each_clause_has_a_direction_of_its_own(joint):
    source = "Accuracy improves by 12.5%. Latency drops by 7.5%."
    assert turned(f"准确率提升{joint}延迟降低。", source) == []
    assert len(turned(f"准确率降低{joint}延迟增加。", source)) == 2


def test_what_a_gain_costs_is_a_loss():
    assert turned("准确率降低。", "It is faster at the cost of accuracy.") == []
    assert turned("准确率降低。", "It is faster and improves accuracy.")


def test_a_direction_far_from_a_measure_is_not_about_it():
    far = "Accuracy is what we have looked at for many years and now in the end it drops."
    assert turned("准确率降低。", far)
    assert turned("准确率降低。", "Accuracy of it all drops.") == []
