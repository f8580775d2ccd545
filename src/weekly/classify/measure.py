"""How good a classification is: accuracy, macro-F1, who is mistaken for whom, and whether confidence can be trusted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

STEPS = (0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """One entry: the topic that a curator gave it, what we gave it, and how sure we were."""

    right: str
    given: str
    confidence: float
    second: str = ""


def accuracy(predictions: Sequence[Prediction]) -> float:
    """The share given the right topic; 0 for no entries."""
    return (
        sum(prediction.right == prediction.given for prediction in predictions) / len(predictions)
        if predictions
        else 0.0
    )


def top_two(predictions: Sequence[Prediction]) -> float:
    """The share whose right topic is the first or the second that we gave."""
    return (
        sum(prediction.right in {prediction.given, prediction.second} for prediction in predictions) / len(predictions)
        if predictions
        else 0.0
    )


def macro_f1(predictions: Sequence[Prediction]) -> float:
    """The mean over the right topics of the harmonic mean of precision and recall."""
    right, given = (
        Counter(prediction.right for prediction in predictions),
        Counter(prediction.given for prediction in predictions),
    )
    hits = Counter(prediction.right for prediction in predictions if prediction.right == prediction.given)
    return sum(2 * hits[topic] / (right[topic] + given[topic]) for topic in right) / len(right) if right else 0.0


def trust(predictions: Sequence[Prediction]) -> list[tuple[float, float, float]]:
    """For each of STEPS: the step, the share of entries at least so confident, and how many of them are right."""
    rows = []
    for step in STEPS:
        sure = [prediction for prediction in predictions if prediction.confidence >= step]
        rows.append((step, len(sure) / max(len(predictions), 1), accuracy(sure)))
    return rows


def worst_pairs(predictions: Sequence[Prediction], limit: int = 10) -> list[tuple[str, str, int]]:
    """The right topic, the given one and how often, for the commonest mistakes."""
    wrong = Counter(
        (prediction.right, prediction.given) for prediction in predictions if prediction.right != prediction.given
    )
    return [(right, given, count) for (right, given), count in sorted(wrong.items(), key=lambda kv: (-kv[1], kv[0]))][
        :limit
    ]


def confusion(predictions: Sequence[Prediction]) -> str:
    """A table with a row per right topic and a column per given topic, both in alphabetical order."""
    right = sorted({prediction.right for prediction in predictions})
    given = sorted({prediction.given for prediction in predictions} | set(right))
    counts = Counter((prediction.right, prediction.given) for prediction in predictions)
    width = max((len(topic) for topic in given), default=0)
    head = " " * width + "".join(f"{number:>6}" for number in range(1, len(given) + 1))
    rows = [f"{topic:>{width}}" + "".join(f"{counts[topic, other] or '·':>6}" for other in given) for topic in right]
    names = "  ".join(f"{number} {topic}" for number, topic in enumerate(given, 1))
    return "\n".join([head, *rows, f"columns: {names}"])


def figures(predictions: Sequence[Prediction]) -> dict[str, Any]:
    """Everything above as data."""
    counts = Counter((prediction.right, prediction.given) for prediction in predictions)
    return {
        "entries": len(predictions),
        "accuracy": round(accuracy(predictions), 4),
        "macro_f1": round(macro_f1(predictions), 4),
        "top_two": round(top_two(predictions), 4),
        "trust": [
            {"confidence": step, "share": round(share, 4), "right": round(right, 4)}
            for step, share, right in trust(predictions)
        ],
        "confusion": [
            {"right": right, "given": given, "count": counts[right, given]} for right, given in sorted(counts)
        ],
        "worst": [{"right": right, "given": given, "count": count} for right, given, count in worst_pairs(predictions)],
    }


def summary(predictions: Sequence[Prediction]) -> str:
    """Everything above as the lines that `weekly topics eval` prints."""
    lines = [
        (
            f"entries {len(predictions)}  accuracy {accuracy(predictions):.3f}  macro-F1 {macro_f1(predictions):.3f}"
            f"  top two {top_two(predictions):.3f}"
        ),
        *(
            f"confidence >= {step}: {share:.2f} of entries, {right:.3f} right"
            for step, share, right in trust(predictions)
        ),
        confusion(predictions),
        "worst pairs (right -> given):",
        *(f"  {right} -> {given}  {count}" for right, given, count in worst_pairs(predictions)),
    ]
    return "\n".join(lines)
