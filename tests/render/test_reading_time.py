from __future__ import annotations

import pytest

from weekly.models import Week
from weekly.render.reading_time import HAN_A_MINUTE, WORDS_A_MINUTE, days, minutes


def test_a_short_text_takes_a_minute_and_a_long_one_as_long_as_its_words():
    assert minutes([]) == minutes(["字"]) == 1
    assert minutes(["字" * 3 * HAN_A_MINUTE, "word " * 2 * WORDS_A_MINUTE]) == 5


@pytest.mark.parametrize(
    ("week", "zh", "en"),
    [
        ("2025-W15", "2025年4月7日–13日", "7–13 April 2025"),
        ("2025-W14", "2025年3月31日–4月6日", "31 March – 6 April 2025"),
        ("2025-W01", "2024年12月30日–2025年1月5日", "30 December 2024 – 5 January 2025"),
    ],
)
def test_the_days_of_a_week_as_readers_write_them(week, zh, en):
    assert days(Week.parse(week), "zh") == zh
    assert days(Week.parse(week), "en") == en
