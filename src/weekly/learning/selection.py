"""Learning which papers get picked, and finding out whether what was learned ranks better than what we have.

Measured on weeks (or other sources) that were left out of learning. Needs scikit-learn:
`pip install 'weekly-digest[learn]'`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

from weekly.classify.examples import fingerprint
from weekly.errors import ParseError
from weekly.learning.fitting import Sample, balance, matrix, pack_weights
from weekly.learning.topics import TrainingResult, folds
from weekly.models import Entry, Kind, TopicScore, Work
from weekly.select.selection_weights import PICKED, SelectionWeights, author_key, author_shares
from weekly.select.signs import signs
from weekly.select.tokens import count_words, plain, words
from weekly.select.weights import unpack

STRENGTH = 1.0
"""scikit-learn's C; chosen, like the factors below, on months left out."""
SIGN, TOPIC, AUTHOR = 0.3, 1.0, 0.8
"""How freely signs, topics and authors may weigh, against words."""
COMMON_SIGN, COMMON_AUTHOR = 20, 2
"""Works that must show a sign, and picked works that must name an author whose name gets a weight of its own."""
RECORD = 0.3
"""How much the lesson counts in which names have records, against the one in which they have weights of their own."""
DOUBT = 2.0
"""Works of an average author that are added to those of each, where they are counted."""
VOCABULARY = 30_000
FEWEST = 30
"""Picked works that the old weights have not seen without which nothing can be compared."""
AMOUNTS = frozenset({"long title", "long abstract", "many authors"})
"""Signs that every work shows more or less of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledWork:
    """A work, its topics, whether somebody picked it, and the week or list that it comes from."""

    work: Work
    topics: tuple[TopicScore, ...]
    picked: bool
    source: str


def paper(line: Mapping[str, Any], place: str = "line") -> Entry:
    """The entry in a line with `title` and, if known, `abstract`, `authors`, `categories`, `comment`, `arxiv_id`.

    Raises ParseError, naming *place*, for a line without a title.
    """
    title = line.get("title")
    if not isinstance(title, str) or not title.strip():
        raise ParseError(f"{place}: has no 'title'")
    key = str(line.get("arxiv_id") or line.get("id") or title)
    return Entry(
        source="arxiv",
        key=key,
        kind=Kind.PAPER,
        title=title,
        url=f"https://arxiv.org/abs/{key}" if line.get("arxiv_id") else str(line.get("url") or ""),
        text=str(line.get("abstract") or ""),
        authors=_texts(line.get("authors")),
        categories=_texts(line.get("categories")),
        comment=str(line.get("comment") or ""),
    )


def choice(line: Mapping[str, Any], topics: tuple[TopicScore, ...], place: str = "line") -> LabelledWork:
    """An example from a line such as `paper` takes, with `picked`; its source is its `week`, or its month of issue."""
    if not isinstance(line.get("picked"), bool):
        raise ParseError(f"{place}: has no 'picked': a line to learn from says \"picked\": true or false")
    entry = paper(line, place)
    source = str(line.get("week") or line.get("source") or entry.key[:4])
    return LabelledWork(work=single_entry_work(entry), topics=topics, picked=line["picked"], source=source)


def single_entry_work(entry: Entry) -> Work:
    """A work that only *entry* announced."""
    return Work(id=entry.key, keys=frozenset({entry.key}), entries=(entry,))


def learn_selection(choices: Sequence[LabelledWork], old: SelectionWeights) -> TrainingResult:
    """Weights learned from *choices*, if they rank sources left out better than *old* does.

    Better means a higher average precision in most of the folds and on average.
    """
    sources, picked = len({choice.source for choice in choices}), sum(choice.picked for choice in choices)
    report = f"{len(choices)} works of {sources} sources, {picked} picked"
    seen = set(str(old.weights.extra.get("seen", "")).split())
    fresh = [fingerprint(choice.work.lead) not in seen for choice in choices]
    if sum(choice.picked for choice, new in zip(choices, fresh, strict=True) if new) < FEWEST:
        return TrainingResult(report=f"{report}: fewer than {FEWEST} picked ones are new; kept the old", content=None)
    pairs = []
    fold = folds([choice.source for choice in choices])
    for left_out in sorted(set(fold)):
        kept = [choice for choice, where in zip(choices, fold, strict=True) if where != left_out]
        tested = [choice for choice, where, new in zip(choices, fold, fresh, strict=True) if where == left_out and new]
        if len({choice.picked for choice in kept}) == len({choice.picked for choice in tested}) == 2:  # noqa: PLR2004
            new = SelectionWeights.of(unpack(fit_selection(kept)))
            pairs.append((precision(tested, old), precision(tested, new)))
    if not pairs:
        return TrainingResult(report=f"{report}: no source can be left out; kept the old", content=None)
    before, after = (sum(column) / len(pairs) for column in zip(*pairs, strict=True))
    report += f"\naverage precision on sources left out: old {before:.3f}, new {after:.3f}"
    if after <= before or sum(new > past for past, new in pairs) * 2 <= len(pairs):
        return TrainingResult(report=f"{report}\nno better than the old; kept the old", content=None)
    return TrainingResult(report=f"{report}\nbetter: kept the new", content=fit_selection(choices))


def score(choice: LabelledWork, weights: SelectionWeights) -> float:
    """The log-odds of being picked."""
    return sum(part.value for part in weights.parts(choice.work, choice.topics))


def precision(choices: Sequence[LabelledWork], weights: SelectionWeights) -> float:
    """Average precision of the ranking by *weights*."""
    return float(average_precision_score([one.picked for one in choices], [score(one, weights) for one in choices]))


def fit_selection(choices: Sequence[LabelledWork]) -> bytes:
    """The content of a file of weights: a mean of two lessons from the same words and signs.

    In one each name gets the weight that explains best what was picked; in the other a name counts by how often the
    author's other works were picked, so that one pick already says something. Each errs in its own way.
    """
    picked = np.array([one.picked for one in choices])
    samples = [_sample(one) for one in choices]
    vocabulary, rows = matrix(samples, np.array([sample.label for sample in samples]), VOCABULARY)
    usual = _mean_values(choices)
    signs_seen, shown = _columns([_features(one, usual) for one in choices])
    common = np.flatnonzero(np.asarray((shown != 0).sum(axis=0)).ravel() >= COMMON_SIGN)
    free = np.array([_prior_scale(signs_seen[place]) for place in common])
    both = sparse.hstack([rows.values @ sparse.diags(rows.idf), shown[:, common] @ sparse.diags(free)]).tocsr()
    names, named = _columns([_names(one) for one in choices])
    weight = balance(samples)
    own = _own_weights(both, named, picked, weight)
    record = _record_weights(both, named, picked, weight)
    columns, bias, worth = ((1 - RECORD) * one + RECORD * other for one, other in zip(own, record, strict=True))
    header = {
        "signs": _rounded([signs_seen[place] for place in common], columns[len(vocabulary) :] * free),
        "usual": usual,
        "authors": {name: value for name, value in _rounded(names, worth).items() if value > 0},
        "seen": " ".join(sorted({fingerprint(one.work.lead) for one in choices})),
    }
    return pack_weights([PICKED], vocabulary, (columns[: len(vocabulary)] * rows.idf)[None, :], bias, header)


class _Lesson(NamedTuple):
    """What was learned: a weight for each column, the bias, and what each name is worth."""

    columns: np.ndarray[Any, Any]
    bias: np.ndarray[Any, Any]
    names: np.ndarray[Any, Any]


def _own_weights(both: Any, named: Any, picked: np.ndarray[Any, Any], weight: np.ndarray[Any, Any]) -> _Lesson:
    """With a weight of its own for each name of COMMON_AUTHOR picked works."""
    common = np.flatnonzero(np.asarray((named[picked] > 0).sum(axis=0)).ravel() >= COMMON_AUTHOR)
    model = _fit(sparse.hstack([both, named[:, common] * AUTHOR]).tocsr(), picked, weight)
    names = np.zeros(named.shape[1])
    names[common] = np.maximum(model.coef_[0, both.shape[1] :] * AUTHOR, 0)
    return _Lesson(model.coef_[0, : both.shape[1]], model.intercept_, names)


def _record_weights(both: Any, named: Any, picked: np.ndarray[Any, Any], weight: np.ndarray[Any, Any]) -> _Lesson:
    """With one weight for what the names of a work have to show: how much more than others they were picked."""
    by = (named > 0).astype(float)
    works, liked = np.asarray(by.sum(axis=0)).ravel(), np.asarray(by[picked].sum(axis=0)).ravel()
    usual = picked.mean()

    def record(liked: np.ndarray[Any, Any], works: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        share = (liked + DOUBT * usual) / (works + DOUBT)
        more: np.ndarray[Any, Any] = np.log(share / (1 - share)) - np.log(usual / (1 - usual))
        return more.clip(min=0)

    own = np.repeat(picked, np.diff(named.indptr))  # a work says nothing of itself: its names count without it
    others = named.copy()
    others.data *= record(liked[named.indices] - own, works[named.indices] - 1)
    model = _fit(sparse.hstack([both, sparse.csr_matrix(others.sum(axis=1))]).tocsr(), picked, weight)
    worth = max(model.coef_[0, -1], 0)
    return _Lesson(model.coef_[0, :-1], model.intercept_, record(liked, works) * worth)


def _fit(values: Any, picked: np.ndarray[Any, Any], weight: np.ndarray[Any, Any]) -> LogisticRegression:
    model = LogisticRegression(C=STRENGTH, solver="liblinear", tol=1e-3)
    return model.fit(values, picked, sample_weight=weight)


def _columns(rows: Sequence[Mapping[str, float]]) -> tuple[list[str], Any]:
    vectorizer = DictVectorizer()
    values = vectorizer.fit_transform(rows).tocsr()
    return [str(name) for name in vectorizer.get_feature_names_out()], values


def _rounded(names: Sequence[str], values: np.ndarray[Any, Any]) -> dict[str, float]:
    return {name: round(float(value), 3) for name, value in zip(names, values, strict=True)}


def _sample(choice: LabelledWork) -> Sample:
    lead = choice.work.lead
    counts = count_words(words(plain(lead.title)), words(plain(lead.text)))
    return Sample(counts=counts, label=PICKED if choice.picked else "passed over")


def _features(choice: LabelledWork, usual: Mapping[str, float]) -> dict[str, float]:
    """Signs and topics of a work, by name."""
    features = {sign.name: sign.amount - usual.get(sign.name, 0.0) for sign in signs(choice.work)}
    return features | {f"topic {topic.topic}": topic.score for topic in choice.topics}


def _names(choice: LabelledWork) -> dict[str, float]:
    """What each author of a work counts."""
    return {author_key(name): share for name, share in author_shares(choice.work.lead.authors)}


def _mean_values(choices: Sequence[LabelledWork]) -> dict[str, float]:
    sums: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for one in choices:
        for sign in signs(one.work):
            if sign.name in AMOUNTS:
                sums[sign.name] += sign.amount  # type: ignore[assignment]
                counts[sign.name] += 1
    return {name: round(sums[name] / counts[name], 3) for name in sorted(sums)}


def _prior_scale(name: str) -> float:
    return TOPIC if name.startswith("topic ") else SIGN


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value if item) if isinstance(value, list | tuple) else ()
