"""Whether letters stand for words: VLM for vision-language models, CoT for chain of thought, T2I for text-to-image."""

from __future__ import annotations

import re
from collections.abc import Sequence

from weekly.claims.words import words

_SMALL = words("small")
_ARTICLES = frozenset({"a", "an", "the"})
_SIGNS = {"to": "2", "for": "4"}
_SKIPPING = 4
"""Letters from which on small words may leave no trace: PSNR has no t for the "to" of signal-to-noise."""
_SHAPE = re.compile(r"[A-Za-z][A-Za-z24]{0,6}[A-Z]")


def is_abbreviation(name: str) -> bool:
    """Whether *name* may be one: two to eight letters with a capital at the end, and the 2 and 4 of to and for."""
    return _SHAPE.fullmatch(name) is not None


def begins(phrase: Sequence[str], short: str) -> bool:
    """Whether *phrase* begins with words that *short* stands for."""
    return _stands(short, phrase, spare=len(short) >= _SKIPPING, whole=False)


def stands_for(short: str, phrase: Sequence[str]) -> bool:
    """Whether *short* stands for all of *phrase*."""
    return _stands(short, phrase, spare=len(short) >= _SKIPPING, whole=True)


def _stands(short: str, phrase: Sequence[str], *, spare: bool, whole: bool) -> bool:
    if not (short and phrase):
        return not short and not (whole and phrase)
    word, rest = phrase[0], phrase[1:]
    lower = word.lower()

    def left(letters: str) -> bool:
        return _stands(letters, rest, spare=spare, whole=whole)

    if lower in _SMALL:
        told = short[0] in (lower[0], _SIGNS.get(lower)) and left(short[1:])
        return told or ((spare or lower in _ARTICLES) and left(short))
    own = word.removesuffix("s")
    if len(own) > 1 and own.isupper() and short.startswith(own) and left(short[len(own) :]):
        return True  # MLLM for multimodal LLMs
    if short[0].lower() != lower[0]:
        return False
    # Small letters of the abbreviation are more of the word: DiT for diffusion transformer.
    taken = 1
    while not left(short[taken:]):
        if not short[taken : taken + 1].islower() or lower[taken : taken + 1] != short[taken]:
            return False
        taken += 1
    return True
