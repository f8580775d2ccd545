"""A Chinese issue counts in Chinese, where every word of the number's phrase is known; else it quotes the source."""

from __future__ import annotations

import pytest

from weekly.claims import unsupported
from weekly.drafting.figure_words import in_chinese


@pytest.mark.parametrize(
    ("figure", "chinese"),
    [
        ("7 billion parameters", "70亿参数"),
        ("7B parameters", "70亿参数"),
        ("1.5B active parameters", "15亿激活参数"),
        ("29K real shots", "2.9万个真实镜头"),
        ("two million annotated vector assets", "200万个标注矢量素材"),
        ("665,000 images", "66.5万张图像"),
        ("1,234 questions", "1234个问题"),
        ("12,345 questions", "12,345个问题"),
        ("200+ tasks", "200+项任务"),
        ("1.5 million hours", "150万小时"),
        ("14 trillion tokens", "14万亿个词元"),
    ],
)
def test_known_words_are_told_in_chinese_and_the_gate_holds_them(figure: str, chinese: str) -> None:
    assert in_chinese(figure) == chinese
    assert unsupported(f"规模为 {chinese}。", [f"It has {figure}."]) == ()


@pytest.mark.parametrize(
    "figure", ["29K cinematic shots", "3.5 tokens", "improves FID by 12.5%", "12,000 image pairs", ""]
)
def test_what_is_not_known_whole_is_left_to_its_own_words(figure: str) -> None:
    assert in_chinese(figure) == ""
