"""Computes the selection weights that come with the package: python -m bench.learn_selection

Learns from the papers of other weeks: none that the window kept for measuring holds, none of its days.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import sklearn

from bench.data import SELECTION, WINDOW, entry, known_topics, lines, provenance
from weekly.classify import create
from weekly.learning.selection import LabelledWork, fit_selection, precision, score, single_entry_work
from weekly.learning.topics import folds
from weekly.select.selection_weights import PACKAGED, SelectionWeights
from weekly.select.weights import unpack

FIRST_DAY, LAST_DAY = "2025-03-31", "2025-04-15"
FIRST_NUMBER, LAST_NUMBER = "2504.00000", "2504.11500"
"""Days, and where no day is known arXiv numbers, of the window kept for measuring, and one more on either side."""


def main() -> None:
    choices = read()
    fold = folds([one.source for one in choices])
    shown = []
    for number in sorted(set(fold)):
        kept = [one for one, where in zip(choices, fold, strict=True) if where != number]
        tested = [one for one, where in zip(choices, fold, strict=True) if where == number]
        weights = SelectionWeights.of(unpack(fit_selection(kept)))
        shown.append((precision(tested, weights), first(tested, weights)))
        print(
            "months left out:",
            sorted({one.source for one in tested}),
            "average precision {:.3f}, first 1.3% {:.3f}".format(*shown[-1]),
        )
    content = fit_selection(choices)
    PACKAGED.parent.mkdir(exist_ok=True)
    PACKAGED.write_bytes(content)
    said = {
        "made_by": "python -m bench.learn_selection",
        "scikit-learn": sklearn.__version__,
        "papers": provenance(SELECTION),
        "learned_from": len(choices),
        "left_out": f"papers of {WINDOW.name} and of its days",
        "bytes": len(content),
        "months_left_out": {
            "average_precision": round(float(np.mean([one[0] for one in shown])), 3),
            "picked_among_first_1.3_percent": round(float(np.mean([one[1] for one in shown])), 3),
        },
    }
    print(json.dumps(said["months_left_out"]))
    PACKAGED.with_suffix(".json").write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")


def read() -> list[LabelledWork]:
    window = {line["arxiv_id"] for line in lines(WINDOW)}
    rows = [line for line in lines(SELECTION) if line["arxiv_id"] not in window and not within(line)]
    entries = [entry(line) for line in rows]
    topics = create(known_topics()).classify(entries)
    return [
        LabelledWork(work=single_entry_work(one), topics=found, picked=line["picked"], source=line["arxiv_id"][:4])
        for one, found, line in zip(entries, topics, rows, strict=True)
    ]


def within(line: dict[str, Any]) -> bool:
    day = (line["published"] or "")[:10]
    return FIRST_DAY <= day <= LAST_DAY if day else FIRST_NUMBER <= line["arxiv_id"] < LAST_NUMBER


def first(choices: list[LabelledWork], weights: SelectionWeights) -> float:
    """Picked papers among the first 1.3 %, as 50 of 3,947, where 4 % were picked: chance is .04."""
    picked = [one for one in choices if one.picked]
    passed = [one for one in choices if not one.picked]
    few = picked[:: max(1, len(picked) * 24 // len(passed))]
    ranked = sorted([*few, *passed], key=lambda one: -score(one, weights))
    top = ranked[: max(10, round(0.0127 * len(ranked)))]
    return sum(one.picked for one in top) / len(top)


if __name__ == "__main__":
    main()
