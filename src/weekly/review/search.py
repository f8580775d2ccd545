"""Finding candidates by words, also mistyped ones, by names and by pasted addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from weekly.models import Candidate
from weekly.review.approve import folded
from weekly.select.identity import identities_in
from weekly.select.urls import repository

_WORD = re.compile(r"[^\W_]+")
_LONG = 5
"""Letters from which a word may have a slip in it."""
_LONGER = 9
"""Letters from which it may have two."""


def search(candidates: Sequence[Candidate], text: str) -> list[Candidate]:
    """Those of *candidates* that *text* names: each of its words stands in title, authors, institutions or abstract.

    An arXiv id, a repository or an address names its work. Where a word stands nowhere, words that differ by a slip
    of the keys count for it.
    """
    text = text.strip()[:500]
    if not text:
        return list(candidates)
    keys = identities_in(text) | {f"github:{repository(text)}"}
    if named := [one for one in candidates if keys & one.work.keys or one.work.id == text]:
        return named
    texts = [_text(one) for one in candidates]
    fits = [True] * len(candidates)
    for word in dict.fromkeys(folded(text).split()):
        hits = [word in text for text in texts]
        if not any(hits) and (near := _near(word, texts)):
            hits = [not near.isdisjoint(_WORD.findall(text)) for text in texts]
        fits = [fit and hit for fit, hit in zip(fits, hits, strict=True)]
    return [one for one, fit in zip(candidates, fits, strict=True) if fit]


def _text(candidate: Candidate) -> str:
    parts = [candidate.work.id]
    for entry in candidate.work.entries:
        parts += [entry.title, *entry.authors, *entry.affiliations, entry.comment, entry.text, entry.url]
    return folded(" ".join(parts))


def _near(word: str, texts: Iterable[str]) -> set[str]:
    """The words of *texts* that *word* may have been meant for."""
    slips = 2 if len(word) >= _LONGER else 1 if len(word) >= _LONG else 0
    if not slips:
        return set()
    known = {other for text in texts for other in _WORD.findall(text)}
    return {other for other in known if abs(len(other) - len(word)) <= slips and _within(word, other, slips)}


def _within(one: str, other: str, slips: int) -> bool:
    """Whether so many slips (a letter wrong, missing, too many, or two exchanged) lead from *one* to *other*."""
    if one == other:
        return True
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    one, other = one[start:], other[start:]
    if not one or not other or not slips:
        return len(one) + len(other) <= slips
    less = slips - 1
    exchanged = one[:2] == other[1::-1] and len(one) > 1 and _within(one[2:], other[2:], less)
    return (
        exchanged or _within(one[1:], other[1:], less) or _within(one[1:], other, less) or _within(one, other[1:], less)
    )
