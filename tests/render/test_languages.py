from __future__ import annotations

import pytest

from weekly.render.languages import lang, other_language


@pytest.mark.parametrize(
    ("text", "language", "tag"),
    [
        ("视频生成", "en", "zh-Hans"),
        ("AI周报", "en", "zh-Hans"),
        ("A Title of Usual Length", "zh", "en"),
        ("Seaweed-7B", "zh", ""),
        ("Seaweed-7B 是模型", "zh", ""),
        ("Kimi-VL Technical Report", "en", ""),
        ("", "en", ""),
    ],
)
def test_what_is_in_another_language_is_marked_and_names_are_not(text, language, tag):
    assert other_language(text, language) == tag
    assert lang(text, language) == (f' lang="{tag}"' if tag else "")
