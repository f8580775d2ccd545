"""Computes the weights that come with the package: python -m bench.learn_topics

Takes some five minutes. Prints what lists left out of learning show, by five folds of whole lists: with all keywords of
the rules, and with a third of them struck out, as on lists that nobody had at hand when they were written.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import sys
import zlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from typing import Any, NamedTuple

import sklearn

from bench.data import LABELS, SELECTION, entry, labels, lines, provenance
from weekly.classify import PACKAGED
from weekly.classify.blend import Blend, Mix
from weekly.classify.examples import LabelledEntry, fingerprint, judge
from weekly.classify.examples import title_only as untold
from weekly.classify.guess import RULES, RULES_AND_WEIGHTS, UnfiledEntry, guess_again, guess_labels, read_unfiled
from weekly.classify.linear import Linear
from weekly.classify.measure import Prediction, accuracy, macro_f1, summary
from weekly.classify.rules import Rules
from weekly.learning.calibrate import HeldOutScores, calibrate
from weekly.learning.fitting import Sample, WordCounts, fit_table, tabulate
from weekly.learning.topics import FOLDS, STRENGTH, folds, samples
from weekly.models import Entry
from weekly.select.tokens import count_words, plain, words
from weekly.select.weights import Weights, unpack
from weekly.settings import Topic, default_topics

GUESS, AGREED = 0.6, 0.6
"""What a label weighs that the rules guessed, and one that rules and weights agreed about, against a curator's."""
OTHER_BARE, OTHER_FULL = -2.0, 2.0
"""Points that the rules give to `other`, without and with an abstract."""
SHIPPED = 16_000
"""Words and pairs that are kept of 40,000, the loudest."""
Header = Mapping[str, Any]
STRUCK = 1 / 3
"""The share of keywords that is struck out, drawn at random for each of DRAWS."""
DRAWS = (1, 2, 3)


WORTH = {RULES: GUESS, RULES_AND_WEIGHTS: AGREED}


class School:
    """All that may be learned from: entries of lists and papers that nobody has filed, their words counted once."""

    def __init__(self, examples: Sequence[LabelledEntry], papers: Sequence[Entry]) -> None:
        self.examples, self.papers = examples, papers
        self.fold = folds([one.source for one in examples])
        self._named = {id(paper): {paper.key, fingerprint(paper)} for paper in papers}
        self._samples: dict[int, tuple[int, list[Sample]]] = {}
        """For each entry its samples, and the row of the first."""
        texts: list[Mapping[str, int]] = []
        for one in (*examples, *(LabelledEntry(entry=paper, topic="", source="") for paper in papers)):
            made = samples([one])
            self._samples[id(one.entry)] = len(texts), [replace(sample, counts={}) for sample in made]
            texts += [sample.counts for sample in made]
        self._table = tabulate(texts)

    def learn(
        self,
        topics: Sequence[Topic],
        unfiled: Sequence[UnfiledEntry],
        left_out: int | None,
    ) -> bytes:
        """Weights from all but the lists of the fold *left_out*, and from papers that stand in none of those lists.

        First from what the rules are sure of, then also from what rules and those first weights agree about.
        """
        kept = [one for one, fold in zip(self.examples, self.fold, strict=True) if fold != left_out]
        listed = {name for one in self.tested(left_out) for name in (one.entry.key, fingerprint(one.entry))}
        unlisted = [one for one in unfiled if listed.isdisjoint(self._named[id(one.entry)])]
        first = unpack(self._fit([*kept, *guess_labels(unlisted, topics)]))
        return self._fit([*kept, *guess_again(unlisted, topics, first)], SHIPPED)

    def tested(self, fold: int | None) -> list[LabelledEntry]:
        """The entries of the lists of *fold*."""
        return [one for one, where in zip(self.examples, self.fold, strict=True) if where == fold]

    def _fit(self, told: Sequence[LabelledEntry], shipped: int | None = None) -> bytes:
        rows: list[int] = []
        labelled: list[Sample] = []
        for one in told:
            row, made = self._samples[id(one.entry)]
            rows += range(row, row + len(made))
            labelled += [
                replace(sample, label=one.topic, weight=WORTH.get(one.source, sample.weight)) for sample in made
            ]
        table = WordCounts(names=self._table.names, rows=self._table.rows[rows])
        return fit_table(table, labelled, strength=STRENGTH, shipped=shipped)


class Trial(NamedTuple):
    """What lists left out of learning show."""

    bare: list[Prediction]
    full: list[Prediction]
    mixes: tuple[Mix, Mix]

    def __str__(self) -> str:
        return f"titles only\n{summary(self.bare)}\ntitle and abstract\n{summary(self.full)}"


def main() -> None:
    topics = [Topic(**row) for row in default_topics().values()]
    school = School(labels(), [entry(line) for line in lines(SELECTION)])
    if sys.argv[1:] == ["struck"]:
        for draw in DRAWS:
            found, _ = trial(school, struck_out(topics, draw))
            titles, texts = found.bare, found.full
            print(
                f"draw {draw}: titles {accuracy(titles):.3f} / {macro_f1(titles):.3f}, "
                f"with abstracts {accuracy(texts):.3f} / {macro_f1(texts):.3f}"
            )
        return
    found, content = trial(school, topics)
    print(found)
    header = {
        "bare": found.mixes[0].as_header(),
        "full": found.mixes[1].as_header(),
        "seen": " ".join(sorted({fingerprint(one.entry) for one in school.examples})),
    }
    write(with_header(content, header), header, str(found))


def with_header(content: bytes, header: Header) -> bytes:
    """*content* of a file of weights with the lines of *header* beside those of its own."""
    name, _, packed = content.partition(b"\n")
    own, _, body = zlib.decompress(packed).partition(b"\n")
    said = json.dumps({**json.loads(own), **header}, sort_keys=True).encode()
    return name + b"\n" + zlib.compress(said + b"\n" + body, 9)


def write(content: bytes, header: Header, report: str) -> None:
    """The weights that come with the package and, beside them, where they come from."""
    PACKAGED.parent.mkdir(exist_ok=True)
    PACKAGED.write_bytes(content)
    said = {
        "made_by": "python -m bench.learn_topics",
        "scikit-learn": sklearn.__version__,
        "labelled": provenance(LABELS),
        "filed_by_rules": provenance(SELECTION),
        "lists": sorted({one.source for one in labels()}),
        "mix": {"bare": header["bare"], "full": header["full"]},
        "bytes": len(content),
        "lists_left_out": [line for line in report.splitlines() if "accuracy" in line or "confidence" in line],
    }
    PACKAGED.with_suffix(".json").write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")


def trial(school: School, topics: Sequence[Topic]) -> tuple[Trial, bytes]:
    """What lists left out show, fold by fold, and the weights that are learned from all of them.

    The mix of rules and weights is the one that serves the lists left out best.
    """
    context = multiprocessing.get_context("fork")  # the papers are at hand in each process, and copied to none
    lessons = [*range(FOLDS), None]
    given = school, topics, read_unfiled(school.papers, topics)
    with ProcessPoolExecutor(len(lessons), mp_context=context, initializer=_give, initargs=given) as pool:
        *learned, (content, _, _) = pool.map(_lesson, lessons)
        scores = ([one for _, bare, _ in learned for one in bare], [one for _, _, full in learned for one in full])
        bare, full = pool.map(_mix, scores, (OTHER_BARE, OTHER_FULL))
    found = Trial([], [], (bare, full))
    for fold, (weights, _, _) in enumerate(learned):
        tested, classifier = school.tested(fold), Blend(topics, Linear([(unpack(weights), 1.0)]), bare, full)
        found.bare.extend(judge([untold(one) for one in tested], classifier))
        found.full.extend(judge([one for one in tested if one.entry.text], classifier))
    return found, content


_at_hand: list[Any] = []


def _give(*given: Any) -> None:
    _at_hand[:] = given


def _lesson(fold: int | None) -> tuple[bytes, list[HeldOutScores], list[HeldOutScores]]:
    """Weights without the lists of *fold*, and what they say of those, by title and with abstracts."""
    school, topics, unfiled = _at_hand
    content = school.learn(topics, unfiled, fold)
    weights, rules, tested = unpack(content), Rules(topics), school.tested(fold)
    bare = [seen(untold(one), weights, rules) for one in tested]
    return content, bare, [seen(one, weights, rules) for one in tested if one.entry.text]


def _mix(scores: Sequence[HeldOutScores], other: float) -> Mix:
    return calibrate(scores, other=other)


def seen(one: LabelledEntry, weights: Weights, rules: Rules) -> HeldOutScores:
    """What *weights* and *rules* say of an entry, each for itself."""
    title, text = words(plain(one.entry.title)), words(plain(one.entry.text))
    known = Linear([(weights, 1.0)]).probabilities(count_words(title, text))
    linear = [known.pop(slug, 0.0) for slug in rules.slugs]
    return HeldOutScores(
        linear=[*linear, sum(known.values())],
        rules=rules.points(rules.hits(title, text, one.entry)),
        right=rules.slugs.index(one.topic),
    )


def struck_out(topics: Sequence[Topic], draw: int) -> list[Topic]:
    """*topics* without a third of their keywords."""
    chance = random.Random(draw)
    return [
        topic.model_copy(
            update={
                "keywords": {
                    word: weight for word, weight in sorted(topic.keywords.items()) if chance.random() >= STRUCK
                }
            }
        )
        for topic in topics
    ]


if __name__ == "__main__":
    main()
