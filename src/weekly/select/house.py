"""Weights learned from what a house has published, and what a text scores by them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from weekly.errors import ParseError
from weekly.select.weights import ZERO, load, pack

FILE = "house.weights"
"""Beside the weights of the selection."""
HOUSE = "house"
"""The class that the file holds, and the part of a score."""


@dataclass(frozen=True, slots=True)
class HouseWeights:
    """A weight for each word and pair of words, and how much their sum counts beside the other parts of a score."""

    words: Mapping[str, float]
    strength: float

    def score(self, words: Collection[str], length: int) -> float:
        """What a text scores that says *words*, among *length* different ones: long texts say more of everything."""
        known = self.words
        return self.strength * sum(known[word] for word in words if word in known) / sqrt(length + 1)

    def loudest(self, words: Collection[str], limit: int) -> list[str]:
        """The words that raise a text most."""
        liked = sorted((-self.words[word], word) for word in words if self.words.get(word, 0.0) > 0)
        return [word for _, word in liked[:limit]]


def pack_house(words: Mapping[str, float], *, strength: float) -> bytes:
    """The content of a file of *words*."""
    step = max((abs(value) for value in words.values()), default=1.0) / (ZERO - 1) or 1.0
    names = sorted(words)
    rows = bytes(round(words[name] / step) + ZERO for name in names)
    header = {"classes": [HOUSE], "bias": [0.0], "scale": [float(f"{step:.6g}")], "strength": strength}
    return pack(header, names, rows)


def load_house(path: Path) -> HouseWeights | None:
    """The weights in the file at *path*, None where there is none; raises ParseError, with the mend, for a bad one."""
    if not path.exists():
        return None
    held = load(path)
    strength = held.extra.get("strength")
    if held.classes != (HOUSE,) or not isinstance(strength, int | float) or not 0 < strength <= 100:  # noqa: PLR2004
        raise ParseError(f"{path}: not learned from what a house publishes: delete it or learn it anew")
    return HouseWeights({word: (row - ZERO) * held.scale[0] for word, row in held.table.items()}, float(strength))
