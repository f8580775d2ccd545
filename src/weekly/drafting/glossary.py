"""The field's terms: what a text says in English, under the name that readers know it by; tags are made of them.

They stand in glossary.toml beside this module; a workspace may have a file of that name that adds to them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from weekly.errors import SettingsError

FILE = "glossary.toml"
_EVERYWHERE = frozenset(
    [
        "Dataset",
        "Benchmark",
        "InstructionTuning",
        "Pretraining",
        "FineTuning",
        "ReasoningModels",
        "OpenSource",
        "UnifiedModels",
        "Privacy",
        "Survey",
        "Education",
        "Bayesian",
        "Finance",
        "ZeroShot",
        "FewShot",
        "FoundationModels",
        "Attention",
        "GAN",
        "VAE",
        "Games",
        "Clinical",
    ]
)
"""What nearly every abstract says: a tag only where a title says it."""
_WORD = re.compile(r"[a-z0-9]+")
_DENIED = frozenset(
    [
        "without",
        "no",
        "not",
        "non",
        "avoid",
        "avoids",
        "avoiding",
        "unlike",
        "beyond",
        "than",
        "instead",
        "replacing",
        "replaces",
    ]
)
"""Words before a term, or two before it, that say the work has nothing of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term of the field."""

    zh: str
    en: str
    near: tuple[str, ...] = ()
    """Beginnings of words one of which has to stand in the text too, for a word that means several things."""

    def name(self, language: str) -> str:
        """What readers of *language* call it."""
        return self.en if language == "en" else self.zh


class Glossary:
    """The terms, by what texts say for them."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """*rows* have `zh`, `en`, `says` and perhaps `near`; a later row wins."""
        self._terms: dict[str, Term] = {}
        for row in rows:
            term = Term(zh=row["zh"], en=row["en"], near=tuple(row.get("near", ())))
            for phrase in row["says"]:
                said = " ".join(_WORD.findall(phrase.casefold()))
                self._terms |= dict.fromkeys((said, f"{said}s"), term)
        self._longest: dict[str, int] = {}
        for said in self._terms:
            first, *rest = said.split()
            self._longest[first] = max(self._longest.get(first, 0), 1 + len(rest))
        self._names = frozenset(name for term in self._terms.values() for name in (term.zh, term.en))

    def tags(self, title: str, text: str, language: str, most: int = 3) -> list[str]:
        """The terms that *title*, then those that *text* says, the earliest first; never what is said to be absent."""
        found = [term.name(language) for _, term in self._spotted(title)]
        found += [term.name(language) for _, term in self._spotted(text) if term.en not in _EVERYWHERE]
        return list(dict.fromkeys(found))[:most]

    def explained(self, text: str, language: str) -> list[tuple[str, str]]:
        """The names that readers have for terms in *text*, each with the term as it stands there beside it.

        None for readers of English, and none of what everybody knows (benchmark, dataset).
        """
        spotted = self._spotted(text) if language != "en" else ()
        names: dict[str, str] = {}
        for said, term in spotted:
            if term.en not in _EVERYWHERE and said.casefold() != term.zh.casefold():
                names.setdefault(term.zh, f"{said} {term.zh}")
        return list(names.items())

    def ending(self, text: str) -> tuple[str, Term | None]:
        """The term that *text* ends with, as it is written there; empty and None where it ends with none."""
        *_, (said, term) = ("", None), *self._spotted(text)
        return (said, term) if term and text.endswith(said) else ("", None)

    def known(self, tag: str) -> bool:
        """Whether *tag* is the name of a term, in either language."""
        return tag in self._names

    def names(self, language: str) -> frozenset[str]:
        """What readers of *language* call the terms."""
        return frozenset(term.name(language) for term in self._terms.values())

    def _spotted(self, text: str) -> Iterator[tuple[str, Term]]:
        """The terms in *text* in their order, each as it is written there; the longest phrase wins."""
        folded = text.casefold()
        if self._longest.keys().isdisjoint(_WORD.findall(folded)):
            return
        places = list(_WORD.finditer(folded))
        words = [place[0] for place in places]
        at = 0
        while at < len(words):
            size = self._size_at(words, at) if words[at] in self._longest else 0
            if size:
                term = self._terms[" ".join(words[at : at + size])]
                denied = _DENIED & set(words[max(0, at - 2) : at]) or words[at + size : at + size + 1] == ["free"]
                if not denied and (not term.near or any(near in folded for near in term.near)):
                    yield text[places[at].start() : places[at + size - 1].end()], term
            at += size or 1

    def _size_at(self, words: list[str], at: int) -> int:
        longest = min(self._longest[words[at]], len(words) - at)
        return next((size for size in range(longest, 0, -1) if " ".join(words[at : at + size]) in self._terms), 0)


def glossary(workspace: Path | None = None) -> Glossary:
    """The terms that come with the package, and those of the workspace's own file before them.

    Raises SettingsError, with the file and the row, for a file that is none.
    """
    own = workspace / FILE if workspace else None
    if own is None or not own.is_file():
        return _packaged()
    return Glossary([*_rows(Path(__file__).parent / FILE), *_rows(own)])


def own_glossary(workspace: Path) -> Glossary:
    """The terms of the workspace's own file alone; raises SettingsError for a file that is none."""
    own = workspace / FILE
    return Glossary(_rows(own) if own.is_file() else ())


@cache
def _packaged() -> Glossary:
    return Glossary(_rows(Path(__file__).parent / FILE))


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("terms", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from error
    for number, row in enumerate(rows if isinstance(rows, list) else [rows], 1):
        texts = [row.get("zh"), row.get("en"), *(row.get("says") or [None])] if isinstance(row, dict) else [None]
        if not all(isinstance(text, str) and text for text in texts):
            raise SettingsError(f"{path}: term {number} should have zh, en and a list says, such as the packaged ones")
    return list(rows)
