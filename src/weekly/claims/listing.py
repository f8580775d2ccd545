"""The numbers that only count the points of a list: 1) 2), （1）（2）, "1. … 2. …", 阶段1 … 阶段2."""

from __future__ import annotations

import re

# A rule is searched for five times quicker when it begins with the signs that it may begin with, and looks back later.
_MARKERS = (
    re.compile(r"[(（](\d{1,2})[)）]"),
    re.compile(r"(\d(?<![\w.(（%]\d)\d?)[)）]"),
    re.compile(r"(\d(?:(?<=[\s;；:：。，,]\d)|(?<=^\d))\d?)[.、．:：](?!\d)"),
    re.compile(
        r"(?:阶段|步骤|模块|部分|问题|层次|\b[Ss]tep|\b[Ss]tage|\b[Pp]hase|\b[Pp]art)\s?(\d{1,2})(?![\d.%]|\s?[个种])"
    ),
)

_ENDED = re.compile(r"[\n。.!?！？]")


def without_markers(text: str) -> str:
    """*text* with spaces where numbers count its points; one that is out of order is a number like any other."""
    for rule in _MARKERS if "1" in text else ():
        last, end = 0, 0
        for match in rule.finditer(text):
            number = int(match[1])
            # A list begins anew in another sentence only.
            if number != last + 1 and not (number == 1 and _ENDED.search(text, end, match.start())):
                continue
            last, end = number, match.end()
            text = text[: match.start(1)] + " " * len(match[1]) + text[match.end(1) :]
    return text
