"""Weights learned from papers that people picked: for words, signs and names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import sqrt
from pathlib import Path
from typing import Self

from weekly.errors import ParseError
from weekly.models import ScorePart, TopicScore, Work
from weekly.select.house import FILE as HOUSE_FILE
from weekly.select.house import HOUSE, HouseWeights, load_house
from weekly.select.signs import Sign, signs
from weekly.select.tokens import plain, reading
from weekly.select.weights import Weights, load

PACKAGED = Path(__file__).parent / "weights" / "selection.weights"
PICKED = "picked"
GLANCE = {"code": 0.5, "page": 0.3, "released": 0.3}
"""What is worth something in a work that no weights were learned for."""
WORDING = "wording"
"""The part that words add up to."""
UNTOLD = "its words"
"""Its reason until somebody asks which: only the best of very many works are ever looked at."""
AUTHORS = 100
"""Authors of a work that are looked at."""
FULL = 4
"""Authors who each count in full."""
TELLING = 0.02
"""A part smaller than this is not worth a line."""
GROUPS = {
    "code": "code",
    "hub": "code",
    "released": "code",
    "page": "page",
    "link": "page",
    "in": "category",
    "first": "category",
    "topic": "topic",
    "venue": "venue",
    "many": "authors",
}
"""The part that a sign goes into, by the first word of its name; all others describe the form."""


@dataclass(frozen=True, slots=True)
class SelectionWeights:
    """Weights for words, signs and authors, in log-odds: all add up."""

    weights: Weights
    signs: Mapping[str, float]
    usual: Mapping[str, float]
    """How much of a sign an average work shows, where more or less of it counts; the unseen counts as usual."""
    authors: Mapping[str, float]
    house: HouseWeights | None = None
    """What the house's own publications have taught."""

    @classmethod
    def of(cls, weights: Weights) -> Self:
        """What a file of *weights* holds; raises ParseError when it was not learned for selection."""
        try:
            tables = [
                {str(key): float(number) for key, number in weights.extra[name].items()}
                for name in ("signs", "usual", "authors")
            ]
        except (KeyError, AttributeError, TypeError, ValueError) as error:
            raise ParseError(f"weights that were not learned for selection: {error}") from error
        if weights.classes != (PICKED,):
            raise ParseError(f"weights that were not learned for selection: classes {', '.join(weights.classes)[:80]}")
        return cls(weights, tables[0], tables[1], tables[2])

    def parts(self, work: Work, topics: Sequence[TopicScore], *, telling: bool = False) -> list[ScorePart]:
        """What speaks for and against *work*; the values add up to its log-odds of being picked.

        With *telling* its words are named, which costs less here than later, when they have to be read again.
        """
        grouped: dict[str, list[tuple[float, str]]] = {}
        seen = [*signs(work), *(Sign(f"topic {topic.topic}", topic.score, f"on {topic.topic}") for topic in topics)]
        for name, amount, reason in seen:
            value = self.signs.get(name, 0.0) * (amount - self.usual.get(name, 0.0))
            grouped.setdefault(GROUPS.get(name.partition(" ")[0], "form"), []).append((value, reason))
        for value, name in self._known(work.lead.authors):
            grouped.setdefault("authors", []).append((value, f"papers by {name} were picked"))
        house = [self._house(work, self.house)] if self.house else []
        return [self._wording(work, telling=telling), *_sum_parts(grouped), *house]

    def _house(self, work: Work, house: HouseWeights) -> ScorePart:
        words = reading(work.lead.title, work.lead.text).counts
        liked = ", ".join(map(repr, house.loudest(words, 3)))
        reason = f"you publish works that say {liked}" if liked else "says nothing of what you publish"
        return ScorePart(name=HOUSE, value=round(house.score(words, len(words)), 4), reason=reason)

    def _wording(self, work: Work, *, telling: bool) -> ScorePart:
        (score,) = self.weights.scores(reading(work.lead.title, work.lead.text).counts)
        return ScorePart(name=WORDING, value=round(score, 4), reason=self.telling(work) if telling else UNTOLD)

    def telling(self, work: Work) -> str:
        """Which words speak for *work*."""
        liked = self.weights.loudest(reading(work.lead.title, work.lead.text).counts, 0, 3)
        return f"words such as {', '.join(map(repr, liked))}" if liked else "no telling words"

    def _known(self, authors: Sequence[str]) -> Iterator[tuple[float, str]]:
        for name, share in author_shares(authors):
            if (value := self.authors.get(author_key(name), 0.0)) > 0:
                yield value * share, name


def author_key(name: str) -> str:
    """How a file of weights knows an author, which holds no list of names.

    Without accents and middle initials, which arXiv writes several times as often as who picks papers.
    """
    parts = plain(name).replace(".", " ").split()
    known = [*parts[:1], *(part for part in parts[1:-1] if len(part) > 1), *parts[1:][-1:]]
    return hashlib.blake2b(" ".join(known).encode(), digest_size=4).hexdigest()


def author_shares(authors: Sequence[str]) -> Iterator[tuple[str, float]]:
    """Each author and what the name counts: less, the more of them there are beyond FULL, so that crowds do not win."""
    names = [name for name in authors[:AUTHORS] if name != "et al."]
    share = sqrt(FULL / max(len(names), FULL))
    return ((name, share) for name in names)


@cache
def packaged_weights() -> SelectionWeights:
    """The weights that come with the package."""
    return SelectionWeights.of(load(PACKAGED))


@cache
def no_crowd() -> SelectionWeights:
    """Weights that were learned from nobody's picks: they know no words, categories or authors."""
    empty = Weights(classes=(PICKED,), bias=(0.0,), scale=(0.0,), table={})
    return SelectionWeights(empty, GLANCE, {}, {})


def load_selection_weights(workspace_weights: Path | None = None, crowd: str = "ai") -> SelectionWeights:
    """The weights that `weekly learn selection` wrote, else those of *crowd*; raises ParseError for a bad file."""
    if workspace_weights is None:
        return packaged_weights() if crowd == "ai" else no_crowd()
    house = load_house(workspace_weights.with_name(HOUSE_FILE))
    if not workspace_weights.exists():
        known = packaged_weights() if crowd == "ai" else no_crowd()
        return replace(known, house=house) if house else known
    try:
        return replace(SelectionWeights.of(load(workspace_weights)), house=house)
    except ParseError as error:
        raise ParseError(f"{workspace_weights}: {error}: delete it or learn it anew") from error


def _sum_parts(grouped: Mapping[str, Sequence[tuple[float, str]]]) -> Iterator[ScorePart]:
    for name, values in grouped.items():
        total = sum(value for value, _ in values)
        if abs(total) >= TELLING:
            telling = sorted((one for one in values if one[0]), key=lambda one: -abs(one[0]))[:2]
            yield ScorePart(name=name, value=round(total, 4), reason="; ".join(reason for _, reason in telling))
