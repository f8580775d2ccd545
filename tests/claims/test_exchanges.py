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


def test_a_warning_blocks_nothing():
    assert unsupported("Qwen2.5 优于 StarNet。", [SOURCE]) == ()
