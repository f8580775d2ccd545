"""Learning topics from labelled entries, and finding out whether what was learned is better than what we have.

Everything is measured on sources that were left out of learning: titles of one list resemble each other, and a split
across lists flatters by ten points and more. Needs scikit-learn: `pip install 'weekly-digest[learn]'`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from weekly.classify.blend import Blend, Mix
from weekly.classify.examples import LabelledEntry, fingerprint, judge
from weekly.classify.linear import Linear
from weekly.classify.measure import Prediction, accuracy, macro_f1
from weekly.learning.fitting import Sample, fit, fit_weights
from weekly.select.tokens import count_words, plain, words
from weekly.select.weights import Weights
from weekly.settings import Topic

STRENGTH = 3.0
"""scikit-learn's C; chosen on lists left out."""
FOLDS = 5
SHARES = (0.25, 0.5, 0.75, 1.0)
"""Shares of the new weights that are tried, the old ones keeping the rest."""
FEWEST = 30
"""Entries that the old weights have not seen without which nothing can be compared."""
ABSTRACT = 0.5
"""What an entry weighs once more with its abstract."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingResult:
    """What came of learning: a report for the owner and, only when it is better, the content of a file of weights."""

    report: str
    content: bytes | None


def folds(sources: Sequence[str]) -> list[int]:
    """The fold of each example: every source lies in one fold, and the folds are about even."""
    load = [0] * FOLDS
    fold: dict[str, int] = {}
    for source, count in sorted(Counter(sources).items(), key=lambda one: (-one[1], one[0])):
        fold[source] = load.index(min(load))
        load[fold[source]] += count
    return [fold[source] for source in sources]


def samples(examples: Sequence[LabelledEntry], weight: float = 1.0) -> list[Sample]:
    """What to fit to: each example by its title and, where there is one, again with its abstract."""
    samples = []
    for example in examples:
        title, text = words(plain(example.entry.title)), words(plain(example.entry.text))
        samples.append(Sample(counts=count_words(title, []), label=example.topic, weight=weight))
        if text:
            share = weight * ABSTRACT if weight == 1.0 else weight
            samples.append(Sample(counts=count_words(title, text), label=example.topic, weight=share))
    return samples


def learn(
    examples: Sequence[LabelledEntry], topics: Sequence[Topic], shares: Sequence[tuple[Weights, float]]
) -> TrainingResult:
    """Weights learned from *examples*, if on sources left out they do better than the ones in *shares* do alone.

    *shares* is what `weekly.classify.shares` gave for the workspace. Better means more right by more than chance: the
    entries won less the entries lost exceed twice the square root of both together, and macro-F1 does not fall.
    """
    report = [f"{len(examples)} entries of {len({example.source for example in examples})} sources"]
    if len({example.topic for example in examples}) < 2 or len({example.source for example in examples}) < 2:  # noqa: PLR2004
        return TrainingResult(
            report=f"{report[0]}: at least two topics and two sources are needed; kept the old", content=None
        )
    seen = set(" ".join(str(weights.extra.get("seen", "")) for weights, _ in shares).split())
    fresh = [place for place, one in enumerate(examples) if fingerprint(one.entry) not in seen]
    if len(fresh) < FEWEST:
        report.append(f"the old weights were learned from all but {len(fresh)} of them; kept the old")
        return TrainingResult(report="\n".join(report), content=None)
    tried = _compare(examples, fresh, topics, shares)
    report.append(f"compared on {len(fresh)} entries that the old weights have not seen, by source left out:")
    report += [
        f"  {'old' if not share else f'new, share {share}'}: "
        f"accuracy {accuracy(predictions):.3f}, macro-F1 {macro_f1(predictions):.3f}"
        for share, predictions in tried.items()
    ]
    best = max(SHARES, key=lambda share: accuracy(tried[share]))
    if not _is_better(tried[best], tried[0.0]):
        return TrainingResult(report="\n".join([*report, "no better than the old; kept the old"]), content=None)
    header = {"share": best, "seen": " ".join(sorted({fingerprint(example.entry) for example in examples}))}
    content = fit(samples(examples), strength=STRENGTH, header=header)
    return TrainingResult(
        report="\n".join([*report, f"better: the new weights take a share of {best}"]), content=content
    )


def _compare(
    examples: Sequence[LabelledEntry],
    fresh: Sequence[int],
    topics: Sequence[Topic],
    shares: Sequence[tuple[Weights, float]],
) -> dict[float, list[Prediction]]:
    """What old and new give to the entries numbered in *fresh*, by the share of the new."""
    fold = folds([example.source for example in examples])
    tried: dict[float, list[Prediction]] = {share: [] for share in (0.0, *SHARES)}
    for left_out in sorted(set(fold)):
        tested = [examples[place] for place in fresh if fold[place] == left_out]
        kept = [one for one, where in zip(examples, fold, strict=True) if where != left_out]
        if not tested or len({one.topic for one in kept}) < 2:  # noqa: PLR2004
            continue
        new = fit_weights(samples(kept), strength=STRENGTH)
        for share, predictions in tried.items():
            predictions.extend(judge(tested, blend(topics, with_share(shares, new, share))))
    return tried


def with_share(shares: Sequence[tuple[Weights, float]], new: Weights, share: float) -> list[tuple[Weights, float]]:
    """*shares*, of which the first are those of the package, with all other weights replaced by *new*."""
    return [*shares, (new, 0.0)] if not share else [(shares[0][0], 1 - share), (new, share)]


def blend(topics: Sequence[Topic], shares: Sequence[tuple[Weights, float]]) -> Blend:
    """A classifier that mixes *shares* and takes the rest from the header of the first."""
    extra = shares[0][0].extra
    return Blend(topics, Linear(shares), Mix.of(extra["bare"]), Mix.of(extra["full"]))


def _is_better(new: Sequence[Prediction], old: Sequence[Prediction]) -> bool:
    pairs = [(one.right == one.given, other.right == other.given) for one, other in zip(new, old, strict=True)]
    won, lost = sum(a and not b for a, b in pairs), sum(b and not a for a, b in pairs)
    return won - lost > 2 * sqrt(won + lost) and macro_f1(new) >= macro_f1(old)
