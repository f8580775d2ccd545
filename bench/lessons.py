"""The two lessons of the topics: labels that are certain, then what rules and first weights say of thousands of papers.

Lists name few of the words that papers use, and rules know fewer still. What both say together of a paper with an
abstract is right far oftener than either of its title, so the second lesson learns titles by what abstracts gave away.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.special import softmax

from bench.shares import Fitted, Lesson, average, fit_shares, tabulate
from weekly.classify.blend import FLOOR, OTHER, Mix
from weekly.classify.examples import LabelledEntry, fingerprint
from weekly.classify.guess import OTHERS, guess_labels
from weekly.classify.rules import Rules
from weekly.learning.topics import ABSTRACT, STRENGTH, folds
from weekly.models import Entry
from weekly.select.tokens import count_words, plain, words
from weekly.settings import Topic

GUESS = 0.6
"""What a label that the rules guessed weighs in the first lesson against a curator's, title and abstract alike."""
AGAIN = (1.0, 0.5)
"""What the shares of a paper weigh in the second, by its title and with its abstract; chosen on lists left out."""
AGAIN_STRENGTH = 10.0
"""scikit-learn's C for the second; chosen on lists left out."""
SHARE = 0.7
"""What the second lesson counts in the mean of both."""
BOTH = Mix(linear=0.8, rules=0.32, most=8.0, other=2.0)
"""How rules and the weights of the first lesson are put together."""


class School:
    """All that may be learned from: entries of lists and papers that nobody has filed, their words counted once."""

    def __init__(self, examples: Sequence[LabelledEntry], papers: Sequence[Entry]) -> None:
        self.examples, self.papers = examples, papers
        self.fold = folds([one.source for one in examples])
        self._named = [{paper.key, fingerprint(paper)} for paper in papers]
        entries = [*(one.entry for one in examples), *papers]
        read = [(words(plain(one.title)), words(plain(one.text))) for one in entries]
        # The row of a title is the entry's place; its row with the abstract stands as far behind all titles.
        texts = [*((title, []) for title, _ in read), *read]
        self.table = tabulate(count_words(title, text) for title, text in texts)

    def learn(self, topics: Sequence[Topic], left_out: int | None) -> Fitted:
        """Weights from all but the lists of the fold *left_out*, and from papers that stand in none of those lists."""
        tested = [one.entry for one, fold in zip(self.examples, self.fold, strict=True) if fold == left_out]
        listed = {name for one in tested for name in (one.key, fingerprint(one))}
        unlisted = [place for place, names in enumerate(self._named) if listed.isdisjoint(names)]
        slugs = [*(topic.slug for topic in topics), OTHER]
        places, shares = self._guessed(topics, slugs, unlisted)
        first = fit_shares(self.table, self._lesson(slugs, left_out, places, shares, (GUESS, GUESS)), STRENGTH)
        places, shares = self._agreed(topics, first, unlisted)
        lesson = self._lesson(slugs, left_out, places, shares, AGAIN)
        return average(first, fit_shares(self.table, lesson, AGAIN_STRENGTH, first), SHARE)

    def _guessed(self, topics: Sequence[Topic], slugs: Sequence[str], unlisted: Sequence[int]) -> tuple[Any, Any]:
        """The places of the papers that the rules are sure of, and what they say."""
        place = {id(self.papers[number]): number for number in unlisted}
        guessed = guess_labels([self.papers[number] for number in unlisted], topics)
        return [place[id(one.entry)] for one in guessed], _whole(slugs, [one.topic for one in guessed])

    def _agreed(self, topics: Sequence[Topic], first: Fitted, unlisted: Sequence[int]) -> tuple[Any, Any]:
        """The places of all papers with an abstract, and the shares that rules and *first* together give to topics.

        Of those that fit nothing OTHERS at most, evenly spread.
        """
        told = [number for number in unlisted if self.papers[number].text]
        points = _points(topics, [self.papers[number] for number in told])
        linear = first.probabilities(self.table.rows[self._rows(told, whole=True)])
        linear[:, :-1][points < 0] = 0.0
        points = np.hstack([np.minimum(points, BOTH.most), np.full((len(told), 1), BOTH.other)])
        shares = softmax(BOTH.linear * np.log(linear + FLOOR) + BOTH.rules * points, axis=1)
        best = shares.argmax(axis=1)
        none = np.flatnonzero(best == len(topics))
        taken = np.concatenate([np.flatnonzero(best < len(topics)), none[:: max(1, -(-len(none) // OTHERS))]])
        return [told[number] for number in taken], shares[taken].astype(np.float32)

    def _lesson(
        self, slugs: Sequence[str], left_out: int | None, papers: Any, shares: Any, worth: tuple[float, float]
    ) -> Lesson:
        """The entries of all lists but those *left_out*, and *papers* with their *shares*: titles, then abstracts."""
        kept = [place for place, fold in enumerate(self.fold) if fold != left_out]
        told = [place for place in kept if self.examples[place].entry.text]
        rows = [kept, np.array(told) + len(self.examples) + len(self.papers), self._rows(papers, whole=False)]
        return Lesson(
            rows=np.concatenate([*rows, self._rows(papers, whole=True)]),
            shares=np.vstack(
                [
                    *(_whole(slugs, [self.examples[place].topic for place in part]) for part in (kept, told)),
                    *[shares] * 2,
                ]
            ),
            worth=np.repeat([1.0, ABSTRACT, *worth], [len(kept), len(told), len(papers), len(papers)]),
        )

    def _rows(self, papers: Sequence[int], *, whole: bool) -> np.ndarray[Any, Any]:
        everything = len(self.examples) + len(self.papers)
        return np.array(papers, dtype=int) + len(self.examples) + whole * everything


def _points(topics: Sequence[Topic], papers: Sequence[Entry]) -> np.ndarray[Any, Any]:
    """What the rules say of *papers*, a row for each."""
    rules = Rules(topics)
    read = ((paper, words(plain(paper.title)), words(plain(paper.text))) for paper in papers)
    return np.array([rules.points(rules.hits(title, text, paper)) for paper, title, text in read])


def _whole(slugs: Sequence[str], topics: Sequence[str]) -> np.ndarray[Any, Any]:
    """Shares of which each row gives all to one of *topics*."""
    return np.eye(len(slugs), dtype=np.float32)[[slugs.index(topic) for topic in topics]]
