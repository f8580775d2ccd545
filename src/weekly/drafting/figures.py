"""The numbers that an abstract is told by: how large, on how much data, with what result."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_NUMBER = r"\d(?:[\d,]*\d)?(?:\.\d+)?"
_SCALE = re.compile(
    rf"(?<![\w.])({_NUMBER}\s?(?:[BMT]\b|billion|million|trillion))(?:[ -](?:active |total )?param\w*)", re.IGNORECASE
)
_DATA = re.compile(
    rf"(?<![\w.$])({_NUMBER}\s?(?:[KMB]|k|thousand|million|billion)?\+?\s(?:[a-z-]+\s){{0,2}}?"
    r"(?:samples|examples|images|videos|clips|hours|questions|problems|pairs|tokens|tasks|instances|conversations|dialogues"
    r"|documents|languages|sentences|papers|users|annotations|prompts|trajectories|drawings|scenes|objects|datasets"
    r"|benchmarks|frames|patients|utterances|speakers|instructions|triplets|categories|subjects|participants))\b"
)
_RESULT = re.compile(rf"(?<![\w.])((?:\+|-|−)?{_NUMBER}\s?(?:%|×|x(?=\s)|percentage points|points|percent))(?!\w)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number as its source states it, and what it tells: `scale`, `data` or `result`."""

    tells: str
    text: str


def figures(sentences: Sequence[str], results: Sequence[str]) -> tuple[Figure, ...]:
    """The first number of each sort, the result's from *results* alone; none for what no sentence tells."""
    text = " ".join(sentences)
    found = (
        ("scale", _SCALE.search(text)),
        ("data", _DATA.search(text)),
        ("result", _RESULT.search(" ".join(results))),
    )
    return tuple(Figure(tells=tells, text=match[1].strip()) for tells, match in found if match)
