"""Fitting linear weights to labelled texts; the only place, with its callers, that needs scikit-learn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from weekly.errors import WorkspaceError

try:
    import numpy as np
    from scipy import sparse
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.feature_selection import chi2
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import normalize
except ImportError as error:
    raise WorkspaceError("learning needs scikit-learn: pip install 'weekly-digest[learn]'") from error

from weekly.select.weights import COUNTS, MOST, ZERO, Weights, pack, unpack

RAREST = 3
"""Texts that a word must occur in."""
VOCABULARY = 40_000
"""Words and pairs that are kept, those that tell classes apart best: about 1 MB on disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A text to learn from, how often each word occurs in it, and what it weighs against others."""

    counts: Mapping[str, int]
    label: str
    weight: float = 1.0


def fit(
    samples: Sequence[Sample], *, strength: float, header: Mapping[str, Any] | None = None, most: int = VOCABULARY
) -> bytes:
    """The content of a file of weights for the labels of *samples*, of which there are at least two.

    *strength* is scikit-learn's C: more trusts the samples more. Each class weighs the same as a whole, but rare
    ones no more than ten times what they would.
    """
    labels = np.array([sample.label for sample in samples])
    names, rows = matrix(samples, labels, most)
    model = LogisticRegression(C=strength, max_iter=100, tol=1e-3)
    model.fit(rows.values @ sparse.diags(rows.idf), labels, sample_weight=balance(samples))
    steepness, bias = model.coef_ * rows.idf, model.intercept_
    if len(model.classes_) == 2:  # noqa: PLR2004 - scikit-learn keeps one row for two classes
        steepness, bias = np.vstack([-steepness, steepness]) / 2, np.array([-bias[0], bias[0]]) / 2
    return pack_weights(list(map(str, model.classes_)), names, steepness, bias, header or {})


def pack_weights(
    classes: Sequence[str],
    names: Sequence[str],
    steepness: np.ndarray[Any, Any],
    bias: np.ndarray[Any, Any],
    header: Mapping[str, Any],
) -> bytes:
    """The content of a file of weights with a row of *steepness* and a number of *bias* per class."""
    scale = np.maximum(np.abs(steepness).max(axis=1, initial=0), 1e-9) / (ZERO - 1)
    levels = np.rint(steepness / scale[:, None]).astype(np.int16) + ZERO
    full_header = {"classes": list(classes), "bias": round_numbers(bias), "scale": round_numbers(scale), **header}
    return pack(full_header, names, levels.T.astype(np.uint8).tobytes())


def fit_weights(samples: Sequence[Sample], *, strength: float, most: int = VOCABULARY) -> Weights:
    """The same, ready to score with."""
    return unpack(fit(samples, strength=strength, most=most))


class SampleMatrix(NamedTuple):
    """Samples in the very numbers that `Weights.scores` computes with, and how telling each word is for its rarity."""

    values: Any
    idf: np.ndarray[Any, Any]


def matrix(samples: Sequence[Sample], labels: np.ndarray[Any, Any], most: int) -> tuple[list[str], SampleMatrix]:
    """The *most* words that tell *labels* apart best, in alphabetical order, and the samples in terms of them."""
    vectorizer = DictVectorizer(dtype=np.float32, sort=True)
    counts = vectorizer.fit_transform([sample.counts for sample in samples]).tocsr()
    frequency = np.asarray((counts > 0).sum(axis=0)).ravel()
    kept = np.flatnonzero(frequency >= RAREST)
    if len(kept) > most:
        telling, _ = chi2(counts[:, kept] > 0, labels)
        kept = np.sort(kept[np.argsort(-telling, kind="stable")[:most]])
    counts = counts[:, kept]
    counts.data = np.array(COUNTS, dtype=np.float32)[np.minimum(counts.data, MOST).astype(int)]
    idf = np.log((1 + len(samples)) / (1 + frequency[kept])) + 1
    idf /= idf.mean()
    names = vectorizer.get_feature_names_out()
    return [str(names[place]) for place in kept], SampleMatrix(values=normalize(counts), idf=idf)


def balance(samples: Sequence[Sample]) -> np.ndarray[Any, Any]:
    """A weight per sample such that the labels weigh the same as wholes, within reason."""
    mass: dict[str, float] = {}
    for sample in samples:
        mass[sample.label] = mass.get(sample.label, 0.0) + sample.weight
    fair = sum(mass.values()) / len(mass)
    return np.array([sample.weight * min(fair / mass[sample.label], 10.0) for sample in samples])


def round_numbers(numbers: np.ndarray[Any, Any]) -> list[float]:
    """*numbers* with six digits, as they go into a header."""
    return [float(f"{number:.6g}") for number in numbers]
