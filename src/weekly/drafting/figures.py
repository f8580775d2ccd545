"""The numbers that an abstract is told by: how large, on how much data, with what result."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_NUMBER = r"\d(?:[\d,]{0,17}\d)?(?:\.\d{1,9})?"
_SCALE = re.compile(
    rf"(?<!activates )(?<!activates only )(?<!activating )(?<!activating only )(?<![\w.])"
    rf"({_NUMBER}\s?(?:[BMT]|billion|million|trillion)[ -](?:active |total |activated )?param\w*)",
    re.IGNORECASE,
)
"""A size with its unit; what a work activates of it is not how large it is."""
_UNIT = re.compile(r"[ -]param\w*$", re.IGNORECASE)
_WORDS = (
    r"(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|twenty|fifty|hundred)\s)(?:hundred\s)?"
    r"(?:thousand|million|billion|trillion)"
)
_MODIFIER = r"(?!(?:of|in|on|to|and|or|for|from|with|by|than|out|per|over|across|is|are|GPU|TPU)\b)[\w-]+"
"""A word between a number and what it counts; GPU hours are no data."""
_DATA = re.compile(
    rf"(?<![\w.$/–-])((?:{_NUMBER}\s?(?:[KMBT]|k|thousand|million|billion|trillion)?|{_WORDS})\+?\s(?:{_MODIFIER}\s){{0,3}}?"
    r"(?:samples|examples|images|videos|clips|hours|questions|problems|pairs|tokens|tasks|instances|conversations|dialogues"
    r"|documents|pages|shots|assets|recordings|languages|sentences|papers|users|annotations|prompts|trajectories|drawings|scenes|objects|datasets"
    r"|benchmarks|frames|patients|utterances|speakers|instructions|triplets|categories|subjects|participants))\b"
)
_HELD = re.compile(
    r"\b(?:contexts?|windows?|lengths?|sequences?|inputs?|outputs?|up to|only)\b[^.;]{0,30}$", re.IGNORECASE
)
"""What stands before the tokens, frames or pages that a model takes at a time: no data that it was made from."""
_FEW = {
    "tokens": re.compile(r"(?:[\d,.]+\s?(?:[Kk]|thousand)?|\w+\sthousand)\s"),
    "frames": re.compile(r"\d{1,3}(?:\.\d+)?\s(?!thousand|million|billion)"),
    "pages": re.compile(r"\d{1,2}\s"),
}
"""So few are one input or one output."""
_RATE = re.compile(r"\s?/|\sper\b")
_SERVED = re.compile(r"\bactive users$")
_RESULT = re.compile(
    rf"(?<![\w.])((?:\+|-|−)?{_NUMBER}\s?(?:%|×|x(?=\s)|percentage points|points|percent)(?!\w)"
    rf"|\d+\.\d+(?= on [A-Z]))"
)
_MEASURE = (
    r"(?:accuracy|precision|recall|F1|AUC|AUROC|mAP|IoU|rate|score|scores|error|errors|improvement|improvements|gain"
    r"|gains|increase|decrease|reduction|drop|speedup|speed-up|higher|lower|faster|fewer|less|performance|compression)"
)
_CHANGES = (
    r"(?:improv|reduc|increas|decreas|outperform|surpass|exceed|boost|enhanc|lower|rais|accelerat|achiev|reach|gain|cut"
    r"|sav|drop|shorten)"
)
_BEFORE = re.compile(
    rf"(?:\b{_CHANGES}\w*\s(?:[\w@/-]{{1,40}}\s){{0,5}}?(?:by|of|to|at)\s|\b(?:[\w-]{{1,40}}\s)?{_MEASURE}\s(?:\w+\s)?(?:of|to|at|by)\s)"
    r"(?:(?:up to|over|about|approximately|only|an average of)\s)?$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    rf"(?:\s(?:{_MODIFIER}\s){{0,2}}?{_MEASURE}\b)?"
    r"(?:\s(?:on|in|over|than|across)\s(?:the\s)?(?:[\w@/.+-]+\s){0,2}?[\w@/+-]+(?=[,.;:)]|$|\s(?:and|while|with|over|on"
    r"|in|compared|than|for|by|when|using|respectively)\b))?"
)
_ARTICLE = re.compile(r"^(?:(?:with|and|an?|the|in|of)\s)+", re.IGNORECASE)
_LONGEST = 64
"""Characters of a result with what it measures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number as its source states it, and what it tells: `scale`, `data` or `result`."""

    tells: str
    text: str


def figures(sentences: Sequence[str], results: Sequence[str]) -> tuple[Figure, ...]:
    """The first number of each sort as the source puts it, the result's from *results* alone; none if there is none."""
    text = " ".join(sentences)
    found = (
        ("scale", _scale(text)),
        ("data", _data(text)),
        ("result", next(filter(None, map(_result, results)), "")),
    )
    return tuple(Figure(tells=tells, text=figure) for tells, figure in found if figure)


def _scale(text: str) -> str:
    """The first number of parameters, with this unit."""
    match = _SCALE.search(text) if "param" in text.lower() else None
    return _UNIT.sub(" parameters", match[1]) if match else ""


def _data(text: str) -> str:
    """The first number of things that a work was made of or tested on: no rate, no input, no customers."""
    for match in _DATA.finditer(text):
        told = match[1].strip()
        few = _FEW.get(told.rsplit(maxsplit=1)[-1])
        at_a_time = few and (few.match(told) or _HELD.search(text[: match.start()]))
        if not (at_a_time or _RATE.match(text, match.end()) or _SERVED.search(told)):
            return told
    return ""


def _result(sentence: str) -> str:
    """The first figure of a result that stands with what it measures: "improves FID by 12.5%"; a bare one is none."""
    for match in _RESULT.finditer(sentence):
        before, after = _BEFORE.search(sentence[: match.start()]), _AFTER.match(sentence, match.end())
        told = f"{_ARTICLE.sub('', before[0]) if before else ''}{match[1]}{after[0] if after else ''}"
        if told != match[1] and len(told) <= _LONGEST:
            return told
    return ""
