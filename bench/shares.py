"""Linear weights fitted to shares: a text may belong to several labels, to each by so much."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax
from sklearn.preprocessing import normalize

from weekly.learning.fitting import RAREST, VOCABULARY
from weekly.select.weights import COUNTS, MOST

STEPS = 60
"""Of the search; the figures of lists left out move no more."""
RARE = 10.0
"""Times that a rare label may weigh what its texts do, so that all weigh alike."""


class WordCounts(NamedTuple):
    """How often each word occurs in each of some texts: counted once, and learned from as often as need be."""

    names: Sequence[str]
    """The words and pairs, in alphabetical order."""
    rows: Any
    """A row per text."""


class Lesson(NamedTuple):
    """What to fit to: texts by their rows, the share of each label in them, and what each text weighs."""

    rows: np.ndarray[Any, Any]
    shares: np.ndarray[Any, Any]
    worth: np.ndarray[Any, Any]


class Fitted(NamedTuple):
    """A linear model of the words in the places *kept*, with a row of *steepness* for each of them."""

    kept: np.ndarray[Any, Any]
    steepness: np.ndarray[Any, Any]
    bias: np.ndarray[Any, Any]

    def probabilities(self, counts: Any) -> np.ndarray[Any, Any]:
        """A row of them for each row of *counts*."""
        return softmax(_lengths(counts[:, self.kept]) @ self.steepness + self.bias, axis=1)


def tabulate(texts: Iterable[Mapping[str, int]]) -> WordCounts:
    """A table of *texts*, each told by how often its words occur, without the words that are too rare to learn."""
    places: dict[str, int] = {}
    columns: list[int] = []
    counts: list[int] = []
    starts = [0]
    for text in texts:
        columns += [places.setdefault(word, len(places)) for word in text]
        counts += text.values()
        starts.append(len(columns))
    table = sparse.csr_matrix((np.array(counts, dtype=np.float32), columns, starts), (len(starts) - 1, len(places)))
    often = np.bincount(table.indices, minlength=len(places))
    kept = [(word, place) for word, place in sorted(places.items()) if often[place] >= RAREST]
    rows = table[:, [place for _, place in kept]]
    rows.sort_indices()
    return WordCounts(names=[word for word, _ in kept], rows=rows)


def fit_shares(table: WordCounts, lesson: Lesson, strength: float, start: Fitted | None = None) -> Fitted:
    """Weights for the labels of *lesson*, as `weekly.learning.fitting` would for whole labels; the same each time.

    *start* is where the search begins: weights from an earlier lesson.
    """
    counts = table.rows[lesson.rows]
    often = np.bincount(counts.indices, minlength=counts.shape[1])
    kept = _telling(counts, often, lesson.shares)
    idf = np.log((1 + counts.shape[0]) / (1 + often[kept])) + 1
    idf = (idf / idf.mean()).astype(np.float32)
    values = _lengths(counts[:, kept])
    values.data *= idf[values.indices]
    labels = lesson.shares.shape[1]
    steepness, bias = np.zeros((len(kept), labels)), np.zeros(labels)
    if start is not None:
        _, new, old = np.intersect1d(kept, start.kept, assume_unique=True, return_indices=True)
        steepness[new], bias = start.steepness[old] / idf[new, None], start.bias
    steepness, bias = _search(values, _balance(lesson), strength, steepness, bias)
    return Fitted(kept=kept, steepness=(steepness * idf[:, None]).astype(np.float32), bias=bias)


def average(one: Fitted, other: Fitted, share: float) -> Fitted:
    """The mean of two models, in which *other* counts *share*: that of the logarithms of their probabilities."""
    kept = np.union1d(one.kept, other.kept)
    steepness = np.zeros((len(kept), len(one.bias)), dtype=np.float32)
    steepness[np.searchsorted(kept, one.kept)] += (1 - share) * one.steepness
    steepness[np.searchsorted(kept, other.kept)] += share * other.steepness
    return Fitted(kept=kept, steepness=steepness, bias=(1 - share) * one.bias + share * other.bias)


def _telling(counts: Any, often: np.ndarray[Any, Any], shares: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The places of the words that tell the labels apart best, by chi square."""
    kept = np.flatnonzero(often >= RAREST)
    if len(kept) <= VOCABULARY:
        return kept
    found = (counts[:, kept] > 0).astype(np.float32).T @ shares
    expected = often[kept][:, None] * shares.mean(axis=0)
    telling = ((found - expected) ** 2 / np.maximum(expected, 1e-12)).sum(axis=1)
    return np.sort(kept[np.argsort(-telling, kind="stable")[:VOCABULARY]])


def _lengths(counts: Any) -> Any:
    """*counts* in the very numbers that `Weights.scores` computes with."""
    counts.data = np.array(COUNTS, dtype=np.float32)[np.minimum(counts.data, MOST).astype(int)]
    return normalize(counts)


def _balance(lesson: Lesson) -> np.ndarray[Any, Any]:
    """The shares, each times what it weighs: the labels weigh the same as wholes, within reason; 1 together."""
    mass = lesson.worth @ lesson.shares
    fair = mass.sum() / np.count_nonzero(mass)
    return lesson.worth[:, None] * lesson.shares * np.minimum(fair / np.maximum(mass, 1e-9), RARE)


def _search(
    values: Any, weighed: np.ndarray[Any, Any], strength: float, steepness: np.ndarray[Any, Any], bias: Any
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Where the loss of a logistic regression is least, in single precision: `strength` is scikit-learn's C."""
    whole = float(weighed.sum())
    shares = (weighed / whole).astype(np.float32)
    worth = shares.sum(axis=1, keepdims=True)
    size, columns = steepness.size, values.T.tocsr()

    def loss(point: np.ndarray[Any, Any]) -> tuple[float, np.ndarray[Any, Any]]:
        single = point.astype(np.float32)
        found = log_softmax(values @ single[:size].reshape(steepness.shape) + single[size:], axis=1)
        wrong = worth * np.exp(found) - shares
        slope = np.concatenate([(columns @ wrong).ravel(), wrong.sum(axis=0)]).astype(np.float64)
        slope[:size] += point[:size] / (strength * whole)
        pull = point[:size] @ point[:size] / (2 * strength * whole)
        return float(-(shares * found).sum(dtype=np.float64) + pull), slope

    start = np.concatenate([steepness.ravel(), bias])
    options = {"maxiter": STEPS, "gtol": 1e-4, "ftol": 0.0, "maxcor": 8}
    point = minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x
    return point[:size].reshape(steepness.shape), point[size:]
