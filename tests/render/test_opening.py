from __future__ import annotations

from dataclasses import replace

import pytest

from tests.cards import a_card
from weekly.models import Fact, Kind
from weekly.render.environment import environment
from weekly.render.opening import headlines_of, running_label, summary_of
from weekly.settings import Settings

CARDS = [a_card(number, facts=()) for number in range(1, 8)]


def test_headlines_name_the_first_three_and_what_they_are():
    assert headlines_of(CARDS, Settings(), "zh") == ("Model-1：视频生成", "Model-2：三维", "Model-3：智能体")
    assert headlines_of(CARDS, Settings(), "en")[0] == "Model-1: video generation"
    known = replace(CARDS[0], facts=(Fact(name="kind", value="视频生成模型", origin="abstract"),))
    assert headlines_of([known], Settings(), "zh") == ("Model-1：视频生成模型",)
    assert headlines_of([replace(known, kind=Kind.RELEASE)], Settings(), "zh") == ("Model-1",)


@pytest.mark.parametrize(
    ("language", "begins", "more"), [("zh", "本周亮点：Model-1", "其余"), ("en", "This week: Model-1", "rest")]
)
def test_the_summary_names_the_first_five_and_says_whether_there_are_more(language, begins, more):
    whole = summary_of(CARDS, Settings(), environment(), language)
    assert whole.startswith(begins)
    assert more in whole
    assert "Model-6" not in whole
    assert more not in summary_of(CARDS[:5], Settings(), environment(), language)


def test_a_label_in_running_english():
    assert running_label("Multimodal LLMs") == "multimodal LLMs"
    assert running_label("3D") == "3D"
