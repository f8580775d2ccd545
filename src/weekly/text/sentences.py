"""Sentences of running text, English or Chinese."""

from __future__ import annotations

import re

LONGEST = 20_000
"""Characters of a text that are looked at."""

_END = re.compile(r"(?<=[.!?])[\"')\]”’]*\s+(?=[\"'(\[“‘*]*[A-Z0-9\u4e00-\u9fff$\\])|(?<=[。！？])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|et al|cf|vs|resp|approx|Fig|Figs|Eq|Eqs|Sec|Tab|No|Dr|Prof|St|w\.r\.t|a\.k\.a)|\b[A-Z])\.$",
    re.IGNORECASE,
)


def split(text: str) -> list[str]:
    """The sentences of *text*; abbreviations and decimals end none."""
    sentences: list[str] = []
    for part in _END.split(re.sub(r"\s+", " ", text[:LONGEST]).strip()):
        if sentences and _ABBREVIATION.search(sentences[-1][-12:]):
            sentences[-1] += " " + part
        elif part:
            sentences.append(part)
    return sentences
