"""The default classifier: keyword rules and learned weights, each worth what it proved on lists not learned from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import log
from typing import Any, Self

from weekly.classify.linear import Linear, softmax
from weekly.classify.rules import Hit, Rules, hit_reason
from weekly.models import Entry, TopicScore
from weekly.select.tokens import reading
from weekly.settings import Topic, default_topics

OTHER = "other"
THRESHOLD = 0.12
"""Confidence below which an entry is filed under `other`."""
SECOND = 0.1
"""Confidence from which a second topic is worth showing."""
FLOOR = 0.01
"""Probability that is added to each, so that no topic is impossible."""
LEFT_TO_OTHER = 0.5
"""What `other` gets of the points of an own topic, at most: a keyword that the owner wrote outweighs it always."""


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

    def confidences(self, linear: Sequence[float], rules: Sequence[float], other: float | None = None) -> list[float]:
        """Per topic, then for `other`, which comes last in *linear* and is missing in *rules*.

        *other* are points for `other` where the mix's own would be too many.
        """
        points = [*(min(point, self.most) for point in rules), self.other if other is None else other]
        return softmax(
            [
                self.linear * log(probability + FLOOR) + self.rules * point
                for probability, point in zip(linear, points, strict=True)
            ]
        )


class Blend:
    """Files entries by rules and weights; the owner's own topics by rules above all.

    What the keywords of an own topic name cannot be judged by its wording, so its wording is taken to fit the topic as
    well as it fits any other: the rules decide, as they do between topics that the weights find equally likely.
    """

    def __init__(self, topics: Sequence[Topic], linear: Linear, bare: Mix, full: Mix) -> None:
        listed = [topic for topic in topics if topic.slug != OTHER]
        self._rules = Rules(listed)
        known = default_topics()
        self._own = {place: not topic.keywords for place, topic in enumerate(listed) if topic.slug not in known}
        """The places of own topics, and whether categories are all that such a topic names."""
        self._linear = linear
        self._bare, self._full = bare, full

    def classify(self, entries: Sequence[Entry]) -> list[tuple[TopicScore, ...]]:
        """For each entry one or two topics, the best first; `other` alone when none fits. Never an error."""
        return [self._one(entry) for entry in entries]

    def _one(self, entry: Entry) -> tuple[TopicScore, ...]:
        title, text, counts = reading(entry.title, entry.text)
        hits = self._rules.hits(title, text, entry)
        points = self._rules.points(hits)
        mix = self._full if text else self._bare
        fits, other = self._linear_view(counts), mix.other
        linear = [0.0 if point < 0 else share for share, point in zip(fits, (*points, 0.0), strict=True)]
        if own := self._own_named(hits, points):
            likeliest = max(linear)
            linear = [likeliest if place in own else share for place, share in enumerate(linear)]
            other = min(other, max(points[place] for place in own) * LEFT_TO_OTHER)
        confidences = mix.confidences(linear, points, other)
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

    def _own_named(self, hits: Sequence[Hit], points: Sequence[float]) -> frozenset[int]:
        """The places of the own topics that a keyword names and none speaks against loudly enough."""
        return frozenset(
            hit.topic
            for hit in hits
            if hit.topic in self._own
            and hit.points > 0
            and points[hit.topic] > 0
            and (hit.where != "categories" or self._own[hit.topic])
        )

    def _linear_view(self, counts: Mapping[str, int]) -> list[float]:
        """The probability of each topic, then that of none of them: what the owner has no topic for fits none."""
        known = self._linear.probabilities(counts)
        return [*(known.pop(slug, 0.0) for slug in self._rules.slugs), sum(known.values())]

    def _learned_reason(self, counts: Mapping[str, int], slug: str) -> str:
        learned = self._linear.loudest(counts, slug, 3)
        return f"words such as {', '.join(map(repr, learned))}" if learned else "closest by its wording"
