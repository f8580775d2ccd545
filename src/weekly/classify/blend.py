"""The default classifier: keyword rules and learned weights, each worth what it proved on lists not learned from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import log
from typing import Any, Self

from weekly.classify.linear import Linear, softmax
from weekly.classify.rules import Rules, hit_reason
from weekly.models import Entry, TopicScore
from weekly.select.tokens import reading
from weekly.settings import Topic

OTHER = "other"
THRESHOLD = 0.12
"""Confidence below which an entry is filed under `other`."""
SECOND = 0.1
"""Confidence from which a second topic is worth showing."""
FLOOR = 0.01
"""Probability of a topic that the weights do not know, such as one of the owner's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """How rules and weights are put together; one for bare titles, one for titles with a text."""

    linear: float
    """What the logarithm of the weights' probability counts."""
    rules: float
    """What a point of the rules counts."""
    most: float
    """Points beyond which the rules say nothing more."""
    other: float
    """Points that the rules give to `other`."""

    @classmethod
    def of(cls, header: Mapping[str, Any]) -> Self:
        """The mix that the header of a file of weights names."""
        return cls(**{name: float(header[name]) for name in ("linear", "rules", "most", "other")})

    def as_header(self) -> dict[str, float]:
        """What to write into the header."""
        return asdict(self)

    def confidences(self, linear: Sequence[float], rules: Sequence[float]) -> list[float]:
        """Per topic, then for `other`, which comes last in *linear* and is missing in *rules*."""
        points = [*(min(point, self.most) for point in rules), self.other]
        return softmax(
            [
                self.linear * log(probability + FLOOR) + self.rules * point
                for probability, point in zip(linear, points, strict=True)
            ]
        )


class Blend:
    """Files entries by rules and weights; topics that the weights do not know by rules alone."""

    def __init__(self, topics: Sequence[Topic], linear: Linear, bare: Mix, full: Mix) -> None:
        self._rules = Rules([topic for topic in topics if topic.slug != OTHER])
        self._linear = linear
        self._bare, self._full = bare, full

    def classify(self, entries: Sequence[Entry]) -> list[tuple[TopicScore, ...]]:
        """For each entry one or two topics, the best first; `other` alone when none fits. Never an error."""
        return [self._one(entry) for entry in entries]

    def _one(self, entry: Entry) -> tuple[TopicScore, ...]:
        title, text, counts = reading(entry.title, entry.text)
        hits = self._rules.hits(title, text, entry)
        confidences = (self._full if text else self._bare).confidences(
            self._linear_view(counts), self._rules.points(hits)
        )
        slugs = (*self._rules.slugs, OTHER)
        first, *others = sorted(range(len(slugs)), key=lambda index: (-confidences[index], index))
        if slugs[first] == OTHER or confidences[first] < THRESHOLD:
            return (TopicScore(topic=OTHER, score=round(confidences[-1], 4), reason="no topic stands out"),)
        shown = [first, *(index for index in others[:1] if slugs[index] != OTHER and confidences[index] >= SECOND)]
        return tuple(
            TopicScore(
                topic=slugs[index],
                score=round(confidences[index], 4),
                reason=hit_reason(hits, index) or self._learned_reason(counts, slugs[index]),
            )
            for index in shown
        )

    def _linear_view(self, counts: Mapping[str, int]) -> list[float]:
        """The probability of each topic, then that of none of them: what the owner has no topic for fits none."""
        known = self._linear.probabilities(counts)
        return [*(known.pop(slug, 0.0) for slug in self._rules.slugs), sum(known.values())]

    def _learned_reason(self, counts: Mapping[str, int], slug: str) -> str:
        learned = self._linear.loudest(counts, slug, 3)
        return f"words such as {', '.join(map(repr, learned))}" if learned else "closest by its wording"
