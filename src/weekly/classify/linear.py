"""Linear classifier: the probability of each topic that the learned weights know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp

from weekly.select.weights import Weights


class Linear:
    """One set of weights, or several whose probabilities are mixed by their shares (which add up to 1)."""

    def __init__(self, shares: Sequence[tuple[Weights, float]]) -> None:
        self._shares = tuple((weights, share) for weights, share in shares if share > 0)
        self.classes = tuple(dict.fromkeys(name for weights, _ in self._shares for name in weights.classes))

    def probabilities(self, counts: Mapping[str, int]) -> dict[str, float]:
        """By class, for a text whose words occur *counts* times; they add up to 1."""
        mixed = dict.fromkeys(self.classes, 0.0)
        for weights, share in self._shares:
            for name, probability in zip(weights.classes, softmax(weights.scores(counts)), strict=True):
                mixed[name] += share * probability
        return mixed

    def loudest(self, counts: Mapping[str, int], name: str, limit: int) -> list[str]:
        """The words that speak most for class *name*, by the weights with the largest share that know it."""
        for weights, _ in sorted(self._shares, key=lambda one: -one[1]):
            if name in weights.classes:
                return weights.loudest(counts, weights.classes.index(name), limit)
        return []


def softmax(scores: Sequence[float]) -> list[float]:
    """Probabilities that go with log-odds."""
    top = max(scores, default=0.0)
    heights = [exp(score - top) for score in scores]
    whole = sum(heights)
    return [height / whole for height in heights]
