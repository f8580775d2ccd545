"""Words of the field in Chinese and English: what is measured and counted, done and found."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Translation:
    """A Chinese word with the beginnings of the English ones for it."""

    beginnings: tuple[str, ...]
    sense: int
    """1 where more of it is better, -1 where less of it is, 0 for all others."""


@cache
def terms() -> dict[str, Translation]:
    """Each Chinese word with its term."""
    tables = tomllib.loads((Path(__file__).parent / "terms.toml").read_text(encoding="utf-8"))
    return {
        word: Translation(tuple(english.split()), sense)
        for table, sense in (("good", 1), ("bad", -1), ("others", 0))
        for words, english in tables[table].items()
        for word in words.split()
    }


@cache
def good() -> tuple[str, ...]:
    """The beginnings of the English words for all that is better the more there is of it."""
    return tuple(sorted({one for term in terms().values() if term.sense > 0 for one in term.beginnings}))


@cache
def _lengths() -> dict[str, tuple[int, ...]]:
    """How long the terms are that begin with a character, the longest first."""
    found: dict[str, set[int]] = {}
    for word in terms():
        found.setdefault(word[0], set()).add(len(word))
    return {first: tuple(sorted(lengths, reverse=True)) for first, lengths in found.items()}


def find(text: str) -> Iterator[tuple[int, Translation]]:
    """The terms in *text* and where they stand, the longest at each place."""
    known, lengths, end = terms(), _lengths(), 0
    for at, sign in enumerate(text):
        if at < end or sign not in lengths:
            continue
        for length in lengths[sign]:
            if term := known.get(text[at : at + length]):
                yield at, term
                end = at + length
                break
