"""What a house likes, from the works that it has published: words that these say oftener than papers in general do.

Naive Bayes over words and pairs of words, with the package's background figures, and what editors passed over, as the
other side. How much it counts beside the ranking so far is decided on publications left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import log
from statistics import median

from weekly.learning.background import Background, background
from weekly.learning.selection import LabelledWork, score
from weekly.learning.topics import TrainingResult, folds
from weekly.select.house import HouseWeights, pack_house
from weekly.select.selection_weights import SelectionWeights
from weekly.select.tokens import EMPTY, reading

FEWEST = 20
"""Works that a house must have published for its choice to be told from chance."""
SEEN = 3
"""Published works that a word must stand in."""
PRIOR = 20.0
"""Works of the background that each word is taken to have been seen in beside the published ones."""
STRENGTHS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
"""What the house may count beside the ranking so far."""
TOLD = 8
"""Words of a report, each way."""
OFTEN = 0.02
"""Share of the background that must say a word for its lack to be told."""

Words = Collection[str]


@dataclass(frozen=True, slots=True)
class _Other:
    """The other side: how many of how many texts say a word."""

    texts: int
    figures: Mapping[str, int]

    @classmethod
    def of(cls, known: Background, passed: Sequence[Words]) -> _Other:
        counts = Counter(word for words in passed for word in words)
        return cls(known.texts + len(passed), Counter(known.figures) + counts)

    def share(self, word: str) -> float:
        return (self.figures.get(word, 0) + 1) / (self.texts + 2)


def learn_house(choices: Sequence[LabelledWork], old: SelectionWeights, *, crowd: bool) -> TrainingResult:
    """The house's weights from *choices*, if works of publications left out stand higher with them than by *old* alone.

    *crowd* tells whether *old* ranks papers as the package does, which is known for the background's sample.
    """
    picked, passed = ([one for one in choices if one.picked is wanted] for wanted in (True, False))
    publications = len({one.source for one in picked})
    report = f"{len(picked)} published works of {publications} publications, {len(passed)} passed over"
    if len(picked) < FEWEST or publications < 2:  # noqa: PLR2004 - one to learn from, one to look at
        what = f"at least {FEWEST} works of two publications are needed"
        return TrainingResult(report=f"{report}: {what}; kept the old", content=None)
    other = _Other.of(background(), [_words(one) for one in passed])
    places = _places(picked, other, old, crowd=crowd)
    best = min(STRENGTHS, key=lambda strength: (sum(log(place) for place in places[strength]), strength))
    before, after = median(places[0.0]), median(places[best])
    report += f"\nplace of a work left out among {len(background().sample) + 1}: {before:.0f} before, {after:.0f} after"
    if not best:
        return TrainingResult(report=f"{report}\nno better than the old; kept the old", content=None)
    told = _weigh([_words(one) for one in picked], other)
    counts = Counter(word for one in picked for word in _words(one))
    rises, falls = _telling(told, counts), _missing(counts, len(picked), other)
    report += f"\nrises: {', '.join(rises)}\nfalls: {', '.join(falls)}\nbetter: it counts {best:g} times"
    return TrainingResult(report=report, content=pack_house(told, strength=best))


def _words(choice: LabelledWork) -> Words:
    return reading(choice.work.lead.title, choice.work.lead.text).counts.keys()


def _weigh(picked: Sequence[Words], other: _Other) -> dict[str, float]:
    """The log of how much oftener a published work says a word, drawn towards nought where few of them do."""
    counts = Counter(word for words in picked for word in words)
    return {
        word: log((count + PRIOR * other.share(word)) / (len(picked) + PRIOR) / other.share(word))
        for word, count in counts.items()
        if count >= SEEN
    }


def _places(
    picked: Sequence[LabelledWork], other: _Other, old: SelectionWeights, *, crowd: bool
) -> dict[float, list[float]]:
    """By strength: the place of each published work among the background's sample, its publication left out."""
    known = background()
    others = known.crowd if crowd else [0.0] * len(known.sample)
    places: dict[float, list[float]] = {strength: [] for strength in STRENGTHS}
    numbered = sorted(zip(folds([one.source for one in picked]), range(len(picked)), strict=True))
    for left_out, group in groupby(numbered, key=lambda pair: pair[0]):
        kept = [_words(one) for fold, one in zip(folds([one.source for one in picked]), picked, strict=True)
                if fold != left_out]  # fmt: skip
        house = HouseWeights(_weigh(kept, other), 1.0)
        sample = [house.score(words, length) for words, length in zip(known.sample, known.lengths, strict=True)]
        for _, place in group:
            one = picked[place]
            mine, so_far = house.score(_words(one), len(_words(one))), score(one, old)
            for strength, found in places.items():
                reached = so_far + strength * mine
                scores = [a + strength * b for a, b in zip(others, sample, strict=True)]
                # Among equals it stands in the middle: a ranking that knows nothing puts nobody first.
                found.append(1 + sum(one > reached for one in scores) + scores.count(reached) / 2)
    return places


def _telling(weights: Mapping[str, float], counts: Mapping[str, int]) -> list[str]:
    """The words that raise the published works most, the words of a pair not again by themselves."""
    loudest = sorted(filter(_says_something, weights), key=lambda word: (-weights[word] * counts[word], word))
    said: list[str] = []
    for word in loudest:
        if not any(set(word.split()) & set(one.split()) for one in said):
            said.append(word)
    return said[:TOLD]


def _missing(counts: Mapping[str, int], published: int, other: _Other) -> list[str]:
    """The words that papers in general say and published ones seldom do."""
    lack = {
        word: (other.share(word) - counts.get(word, 0) / published) / other.share(word) ** 0.5
        for word in filter(_says_something, other.figures)
        if other.share(word) >= OFTEN
    }
    return sorted((word for word in lack if lack[word] > 0), key=lambda word: (-lack[word], word))[:TOLD]


def _says_something(word: str) -> bool:
    return EMPTY.isdisjoint(word.split()) and len(word) > 1
