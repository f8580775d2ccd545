"""What a number is of: a share, a multiple, hours, metres, things; in English and in Chinese."""

from __future__ import annotations

import re

ANY, PERCENT, TIMES, COUNT, ORDINAL, DATE, PART = "", "%", "×", "count", "ordinal", "date", "part of a name"
"""What a number is of, beside the physical units; ANY where it does not say."""
_SPELLINGS = {
    PERCENT: r"[%％]|\\%|percent(?:age points?)?(?![a-z0-9])|per cent(?![a-z0-9])|pp(?![a-z0-9])|个?百分点",
    TIMES: r"[x×](?![a-z0-9])|[-\s]?times(?![a-z0-9])|-?folds?(?![a-z0-9])|倍",
    "ms": r"(?:ms|milliseconds?)(?![a-z0-9])|毫秒",
    "hour": r"(?:h|hrs?|hours?)(?![a-z0-9])|个?小时",
    "minute": r"(?:min|mins|minutes?)(?![a-z0-9])|分钟",
    "second": r"(?:s|sec|secs|seconds?)(?![a-z0-9])|秒",
    "day": r"days?(?![a-z0-9])|天",
    "week": r"weeks?(?![a-z0-9])|周",
    "month": r"months?(?![a-z0-9])|个月",
    "GB": r"(?:GB|GiB)(?![a-z0-9])",
    "MB": r"(?:MB|MiB)(?![a-z0-9])",
    "km": r"(?:km|kilomet(?:er|re)s?)(?![a-z0-9])|公里|千米",
    "cm": r"(?:cm|centimet(?:er|re)s?)(?![a-z0-9])|厘米",
    "mm": r"(?:mm|millimet(?:er|re)s?)(?![a-z0-9])|毫米",
    "metre": r"(?:met(?:er|re)s?)(?![a-z0-9])|米",
    "kg": r"(?:kg|kilograms?)(?![a-z0-9])|公斤|千克",
    DATE: r"月(?![球亮])|[日号]",
    COUNT: r"[个种类项张步层名位条篇门台套款组轮次幅帧段句字词道维]",
}
UNIT_GROUPS = {f"u{at}": unit for at, unit in enumerate(_SPELLINGS)}
UNIT = "|".join(rf"(?P<{name}>{_SPELLINGS[unit]})" for name, unit in UNIT_GROUPS.items())
"""A unit; the groups that match it have the names of UNIT_GROUPS."""


def unit_of(match: re.Match[str]) -> str:
    """The unit that *match* of a pattern with UNIT in it has; ANY for none."""
    return UNIT_GROUPS.get(match.lastgroup or "", ANY)  # a unit is what such patterns end with
