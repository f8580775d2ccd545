"""Groups of near-duplicate titles, without comparing each with each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import combinations

from rapidfuzz import fuzz

ALIKE = 88.0
"""rapidfuzz's token_sort_ratio from which two titles count as near-duplicates."""
RAREST = 4
"""Two titles are compared when they share a pair of their so many rarest words."""
CROWD = 50
"""Titles of one block that a title is compared with: hostile input cannot make it quadratic."""

_WORD = re.compile(r"\w+")


def near_groups(titles: Sequence[str]) -> list[int]:
    """For each title the index of the first title that it nearly repeats, its own index when there is none."""
    cleaned = [" ".join(_WORD.findall(title[:500].lower())) for title in titles]
    frequency = Counter(word for title in cleaned for word in set(title.split()))
    blocks: dict[tuple[str, ...], list[int]] = {}
    groups: list[int] = []
    for index, title in enumerate(cleaned):
        rarest = sorted(set(title.split()), key=lambda word: (frequency[word], word))[:RAREST]
        keys: list[tuple[str, ...]] = list(combinations(sorted(rarest), 2)) or [tuple(rarest)]
        leader = _leader(title, [blocks.get(key, []) for key in keys], cleaned)
        groups.append(index if leader is None else leader)
        if leader is None:
            for key in keys:
                block = blocks.setdefault(key, [])
                if len(block) < CROWD:
                    block.append(index)
    return groups


def _leader(title: str, blocks: Sequence[Sequence[int]], cleaned: Sequence[str]) -> int | None:
    others = sorted({other for block in blocks for other in block})
    if not title:
        return None
    return next(
        (other for other in others if fuzz.token_sort_ratio(title, cleaned[other], score_cutoff=ALIKE) >= ALIKE), None
    )
