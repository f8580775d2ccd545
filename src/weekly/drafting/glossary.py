"""Tags from a controlled list: what the text says in English, under the name that readers know it by."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

_EVERYWHERE = frozenset(
    ["Dataset", "Benchmark", "InstructionTuning", "Pretraining", "Reasoning", "OpenSource", "UnifiedModels", "Privacy"]
)
_WORD = re.compile(r"[a-z0-9]+")


def tags(title: str, text: str, language: str, most: int = 3) -> list[str]:
    """The terms of the glossary that *title*, then those that *text* says, the earliest first.

    What nearly every abstract says (a data set, a benchmark, fine-tuning) tells something only in a title.
    """
    at = 1 if language == "en" else 0
    found = [row[at] for row in _said(title)] + [row[at] for row in _said(text) if row[1] not in _EVERYWHERE]
    return list(dict.fromkeys(found))[:most]


def _said(text: str) -> list[tuple[str, str]]:
    """The terms in *text*, in their order; the longest phrase wins."""
    words = _WORD.findall(text.casefold())
    table, firsts = _terms()
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(words):
        taken = 1
        for size in range(min(firsts.get(words[at], 0), len(words) - at), 0, -1):
            if (term := table.get(" ".join(words[at : at + size]))) is not None:
                found.append(term)
                taken = size
                break
        at += taken
    return found


def known(tag: str) -> bool:
    """Whether *tag* is a name of the glossary, in either language."""
    return tag in _names()


@cache
def _terms() -> tuple[dict[str, tuple[str, str]], dict[str, int]]:
    """What a text may say, in words with one blank between them, with the names; and the most words after a first."""
    text = (Path(__file__).parent / "glossary.toml").read_text(encoding="utf-8")
    table: dict[str, tuple[str, str]] = {}
    for row in tomllib.loads(text)["terms"]:
        for phrase in row["says"]:
            said = " ".join(_WORD.findall(phrase.casefold()))
            for form in (said, f"{said}s"):
                table.setdefault(form, (row["zh"], row["en"]))
    firsts: dict[str, int] = {}
    for said in table:
        first, *rest = said.split()
        firsts[first] = max(firsts.get(first, 0), 1 + len(rest))
    return table, firsts


@cache
def _names() -> frozenset[str]:
    return frozenset(name for names in _terms()[0].values() for name in names)
