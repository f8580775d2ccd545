"""Names and numbers that stand in each other's place are worth a look, and never block."""

from __future__ import annotations

import pytest

from weekly.claims import About, unsupported, warnings

SOURCE = (
    "We propose StarNet, which outperforms Qwen2.5 on MMLU. Accuracy reaches 84.2% on MMLU and 61.7% on GSM8K. "
    "It uses DeepSeek-V3 and Mask R-CNN, 24 of 300 experts, and costs 3.5 hours."
)


def exchanged(text: str) -> list[str]:
    return [claim.text for claim in warnings(text, [SOURCE]) if claim.about is About.EXCHANGE]


@pytest.mark.parametrize(
    "text",
    [
        "StarNet 优于 Qwen2.5。",
        "在MMLU上准确率为84.2%，在GSM8K上为61.7%。",
        "采用 Mask R-CNN。",
        "24个中的300个。",
        "StarNet 与 StarNet。",
        "All in English: Qwen2.5 outperforms StarNet.",
    ],
)
def test_what_stands_in_its_place_is_silent(text):
    assert exchanged(text) == []


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("Qwen2.5 优于 StarNet。", "Qwen2.5 ↔ StarNet"),
        ("在MMLU上准确率为61.7%，在GSM8K上为84.2%。", "61.7% ↔ 84.2%"),
        ("采用 R-CNN Mask。", "R-CNN ↔ Mask"),
        ("采用V3 DeepSeek。", "V3 ↔ DeepSeek"),
    ],
)
def test_what_was_exchanged_warns(text, pair):
    assert pair in exchanged(text)


def test_a_part_of_a_phrase_that_the_sources_have_is_in_its_place():
    source = (
        "We propose Organized Group Behavior, a task. We present GROVE (GRoup OrganizatiOn), a benchmark of a group."
    )
    text = "建立GROVE基准数据集，并提出Organized Group Behavior任务。"

    assert warnings(text, [source]) == ()


def test_facts_side_by_side_say_nothing_of_each_other():
    assert exchanged("在MMLU上准确率为61.7%，在GSM8K上为84.2%。") == ["61.7% ↔ 84.2%"]
    assert exchanged("在MMLU上准确率为61.7% · 在GSM8K上为84.2%。") == []


def test_a_venue_in_parentheses_says_nothing_of_what_stands_beside_it():
    source = "CVPR has 24 of them. MMLU has 2026 of them."

    assert warnings("模型在CVPR 2026上发表，也在别的任务和MMLU上得24。", [source])
    assert warnings("模型（CVPR 2026）已经发表，也在别的任务和MMLU上得24。", [source]) == ()


def test_a_warning_blocks_nothing():
    assert unsupported("Qwen2.5 优于 StarNet。", [SOURCE]) == ()


@pytest.mark.parametrize("verb", ["优于", "超过", "超越", "胜过", "领先于", "领先", "强于", "的表现优于"])
def test_whoever_is_better_stands_where_the_sources_have_them(verb):
    assert exchanged(f"StarNet {verb} Qwen2.5。") == []
    assert exchanged(f"Qwen2.5 {verb} StarNet。") == ["Qwen2.5 ↔ StarNet"]


def test_numbers_of_two_units_never_stand_for_each_other():
    source = "StarNet takes 24 hours on MMLU and 24% on GSM8K, with 61 GB and 12 models."
    for text in ("StarNet在GSM8K上用24小时，在MMLU上为24%。", "共12个模型，61 GB。"):
        assert warnings(text, [source]) == ()


def test_what_the_sources_do_not_have_at_all_is_exchanged_with_nothing():
    assert exchanged("Qwen3 优于 MoonNet。") == []
    assert exchanged("") == []


def test_each_exchange_is_told_once_however_many_sentences_there_are():
    assert exchanged("Qwen2.5 优于 StarNet。Qwen2.5 优于 StarNet。") == ["Qwen2.5 ↔ StarNet"]


@pytest.mark.parametrize("source", ["It uses Mask R-CNN.", "It uses Mask-R-CNN.", "It uses Mask\nR-CNN."])
def test_words_of_a_name_are_in_order_however_they_are_joined(source):
    assert warnings("采用 Mask R-CNN。", [source]) == ()
    assert [claim.text for claim in warnings("采用 R-CNN Mask。", [source])] == ["R-CNN ↔ Mask"]


@pytest.mark.parametrize(
    ("right", "wrong", "pair"),
    [
        ("在MATH上提升5.1%，在HumanEval上提升3.2%。", "在MATH上提升3.2%，在HumanEval上提升5.1%。", "3.2% ↔ 5.1%"),
        ("训练数据为50万张图，测试数据为2万张图。", "训练数据为2万张图，测试数据为50万张图。", "2万张 ↔ 50万张"),
    ],
)
def test_facts_that_changed_places_warn(right, wrong, pair):
    source = (
        "It gains 5.1% on MATH and 3.2% on HumanEval. Training data are 500,000 images and test data are 20,000 images."
    )
    assert warnings(right, [source]) == ()
    assert pair in [claim.text for claim in warnings(wrong, [source])]
