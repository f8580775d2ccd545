"""How much rules and weights count against each other, and how sure both together may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log

from weekly.classify.blend import Mix

RATIOS = (0.15, 0.25, 0.4, 0.6, 0.8, 1.0, 1.3)
MOST = (6.0, 8.0, 10.0, 14.0, 20.0)
SHARPNESS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5)
CAUTION = 0.8
"""Lists that we shall meet differ more from those learned from than these among themselves: be less sure by so much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOutScores:
    """What weights and rules said of an entry whose source the weights had not learned from."""

    linear: Sequence[float]
    """Probabilities, those of the topics and, last, of `other`."""
    rules: Sequence[float]
    right: int
    """The place of the right topic in *rules*."""


def calibrate(seen: Sequence[HeldOutScores], *, other: float) -> Mix:
    """The mix that gets most of *seen* right, as sure as it is right there, less CAUTION."""
    tried = (Mix(linear=1.0, rules=ratio, most=most, other=other) for most in MOST for ratio in RATIOS)
    best = max(tried, key=lambda mix: _count_right(seen, mix))
    sharp = [replace(best, linear=step, rules=step * best.rules) for step in SHARPNESS]
    chosen = min(sharp, key=lambda mix: _surprise(seen, mix))
    return replace(
        chosen, linear=round(CAUTION * chosen.linear, 4), rules=round(CAUTION * chosen.rules, 4), other=other
    )


def _count_right(seen: Sequence[HeldOutScores], mix: Mix) -> int:
    return sum(_topics(one, mix)[one.right] == max(_topics(one, mix)) for one in seen)


def _surprise(seen: Sequence[HeldOutScores], mix: Mix) -> float:
    """Mean negative log-likelihood."""
    total = 0.0
    for one in seen:
        found = _topics(one, mix)
        total -= log(max(found[one.right] / sum(found), 1e-9))
    return total / len(seen)


def _topics(one: HeldOutScores, mix: Mix) -> list[float]:
    return mix.confidences(one.linear, one.rules)[:-1]
