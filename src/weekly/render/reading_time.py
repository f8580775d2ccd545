"""How long a text takes to read, and which days a week has: what a reader wants to know before the first line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta

from weekly.weeks import Week

_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z0-9]+")
HAN_A_MINUTE, WORDS_A_MINUTE = 350, 230
"""How fast people read (https://doi.org/10.1016/j.jml.2019.104047; Chinese characters: about one and a half a word)."""
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def minutes(texts: Iterable[str]) -> int:
    """Minutes that *texts* take to read, at least one."""
    read = sum(len(_HAN.findall(text)) / HAN_A_MINUTE + len(_WORD.findall(text)) / WORDS_A_MINUTE for text in texts)
    return max(1, round(read))


def days(week: Week, language: str) -> str:
    """Monday to Sunday as readers write them: `2025年4月7日–13日`, `7–13 April 2025`."""
    first, last = week.monday, week.monday + timedelta(days=6)
    month, year = first.month == last.month, first.year == last.year
    if language == "en":
        begin = f"{first.day}" if month else f"{first.day} {_MONTHS[first.month - 1]}"
        begin = begin if year else f"{begin} {first.year}"
        return f"{begin}{'–' if month else ' – '}{last.day} {_MONTHS[last.month - 1]} {last.year}"
    end = f"{last.day}日" if month else f"{last.month}月{last.day}日"
    return f"{first.year}年{first.month}月{first.day}日–{end if year else f'{last.year}年{end}'}"
