"""Papers in general, as figures: how many of them say a word, and a sample of them as the numbers of their words.

It is the other side for a house whose earlier weeks were never collected. It holds no text and names no paper.
"""

from __future__ import annotations

import json
import zlib
from array import array
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PACKAGED = Path(__file__).parent / "background.figures"
SAMPLE = 600
"""Papers whose words are kept, to find a place among."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What papers in general say."""

    texts: int
    """How many papers were counted."""
    figures: Mapping[str, int]
    """How many of them say a word or a pair of words; rare ones are left out."""
    sample: Sequence[frozenset[str]]
    """The words of some of them."""
    lengths: Sequence[int]
    """How many words and pairs, the rare ones too, each of the sample says."""
    crowd: Sequence[float]
    """What the ranking of the package gives each of the sample."""


def pack_background(
    texts: int, figures: Mapping[str, int], sample: Sequence[Collection[str]], crowd: Sequence[float]
) -> bytes:
    """The content of the file."""
    places = {word: place for place, word in enumerate(figures)}
    rows = [sorted(places[word] for word in words if word in places) for words in sample]
    head = {
        "texts": texts,
        "words": list(figures),
        "counts": list(figures.values()),
        "sizes": [len(row) for row in rows],
        "lengths": [len(words) for words in sample],
        "crowd": [round(value, 3) for value in crowd],
    }
    numbers = array("I", (place for row in rows for place in row))
    return zlib.compress(json.dumps(head).encode() + b"\n" + numbers.tobytes(), 9)


@cache
def background() -> Background:
    """The figures that come with the package."""
    head, _, body = zlib.decompress(PACKAGED.read_bytes()).partition(b"\n")
    told = json.loads(head)
    words, numbers = told["words"], array("I")
    numbers.frombytes(body)
    sample, start = [], 0
    for size in told["sizes"]:
        sample.append(frozenset(words[place] for place in numbers[start : start + size]))
        start += size
    figures = dict(zip(words, told["counts"], strict=True))
    return Background(texts=told["texts"], figures=figures, sample=sample, lengths=told["lengths"], crowd=told["crowd"])
