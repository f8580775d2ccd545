"""Claims of being first or best, which a text may make only when its source does."""

from __future__ import annotations

import re

_FIRST = re.compile(
    r"首次|首个|首创|首款|第一个|业界第一|率先"
    r"|\b(?:the|our|a|as) first\b(?! (?:stage|step|phase|part|author|frame|two|three|order|layer|few))"
    r"|\bfor the first time\b|\bfirst[- ](?:ever|of[- ]its[- ]kind|to)\b|\bfirst (?:\w+[- ]){0,4}(?:to|that|for)\b"
    r"|\bis (?:also )?first\b|\bpioneer\w*|\bno (?:prior|previous|existing) (?:work|study|method)",
    re.IGNORECASE,
)
_BEST = re.compile(
    r"SOTA|最先进|最优(?!化)|最佳|最强|世界领先|业界领先|全面超越"
    r"|\bstate[- ]of[- ](?:the[- ])?arts?\b|\bbest\b|\bunprecedented\b",
    re.IGNORECASE,
)
_SAYS_BEST = re.compile(
    _BEST.pattern
    + r"|\boutperform\w*|\bsurpass\w*|\bsuperior\w*|\bexceed\w*|优于|超过|超越|领先|\boptimal\b|\bstrongest\b"
    r"|\bleading\b|\bhighest\b|\btops?\b|\bcutting[- ]edge\b",
    re.IGNORECASE,
)


_FIRST_HINTS = ("first", "首", "第一", "率先", "pioneer", "no prior", "no previous", "no existing")
_BEST_HINTS = ("sota", "state", "best", "unprecedented", "最", "领先", "超越")
"""A look for plain words is twenty times quicker than the rules, which most texts have no use for."""


def boasts(text: str) -> list[tuple[str, str]]:
    """What *text* boasts of: (`first` or `best`, the words)."""
    lowered = text.lower()
    found = []
    if any(hint in lowered for hint in _FIRST_HINTS):
        found += [("first", match[0]) for match in _FIRST.finditer(text)]
    if any(hint in lowered for hint in _BEST_HINTS):
        found += [("best", match[0]) for match in _BEST.finditer(text)]
    return found


def held(kind: str, source: str) -> bool:
    """Whether *source* says so itself."""
    return bool((_FIRST if kind == "first" else _SAYS_BEST).search(source))
