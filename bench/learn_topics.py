"""Computes the weights that come with the package: python -m bench.learn_topics [struck]

Takes some five minutes of CPU. Prints what lists left out of learning show, by five folds of whole lists. With `struck`
it computes none, and shows the same with a third of the rules' keywords struck out, as on lists that nobody had at hand
when the keywords were written: three draws.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import scipy

from bench.data import LABELS, SELECTION, entry, known_topics, labels, lines, provenance
from bench.lessons import School
from bench.shares import Fitted
from weekly.classify import PACKAGED
from weekly.classify.blend import OTHER, Blend, Mix
from weekly.classify.examples import LabelledEntry, fingerprint, judge
from weekly.classify.examples import title_only as untold
from weekly.classify.linear import Linear
from weekly.classify.measure import Prediction, accuracy, macro_f1, summary, trust
from weekly.classify.rules import Rules
from weekly.learning.calibrate import HeldOutScores, calibrate
from weekly.learning.fitting import pack_weights
from weekly.select.tokens import reading
from weekly.select.weights import Weights, unpack
from weekly.settings import Topic

BARE = Mix(linear=0.64, rules=0.384, most=10.0, other=-2.0)
"""Rules and weights of bare titles: chosen on lists left out, with all keywords and with a third struck out."""
FULL = Mix(linear=0.84, rules=0.336, most=8.0, other=2.0)
"""The same of entries with an abstract, in the proportion that they always had. Calibrated anew the rules count less:
half a point more is right of lists left out, but an owner's own keywords file less surely."""
STRUCK = 1 / 3
"""The share of keywords that is struck out, drawn at random for each of DRAWS."""
DRAWS = (1, 2, 3)
SURE = 0.8


class Trial(NamedTuple):
    """What lists left out of learning show, and the mixes that would serve just those best."""

    bare: list[Prediction]
    full: list[Prediction]
    calibrated: tuple[Mix, Mix]


def main() -> None:
    topics = known_topics()
    school = School(labels(), [entry(line) for line in lines(SELECTION)])
    if sys.argv[1:] == ["struck"]:
        for draw in DRAWS:
            found = trial(school, struck_out(topics, draw))
            print(f"draw {draw}: titles {_line(found.bare)}; with abstracts {_line(found.full)}", flush=True)
        return
    found = trial(school, topics)
    report = f"titles only\n{summary(found.bare)}\ntitle and abstract\n{summary(found.full)}"
    print(f"{report}\nthese lists would calibrate to {found.calibrated}")
    header = {
        "bare": BARE.as_header(),
        "full": FULL.as_header(),
        "seen": " ".join(sorted({fingerprint(one.entry) for one in school.examples})),
    }
    content = packed(school, topics, school.learn(topics, None), header)
    PACKAGED.parent.mkdir(exist_ok=True)
    PACKAGED.write_bytes(content)
    said = {
        "made_by": "python -m bench.learn_topics",
        "scipy": scipy.__version__,
        "labelled": provenance(LABELS),
        "filed_by_rules": provenance(SELECTION),
        "lists": sorted({one.source for one in school.examples}),
        "mix": {"bare": header["bare"], "full": header["full"]},
        "bytes": len(content),
        "lists_left_out": [line for line in report.splitlines() if "accuracy" in line or "confidence" in line],
    }
    PACKAGED.with_suffix(".json").write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")


def trial(school: School, topics: Sequence[Topic]) -> Trial:
    """Learns without the lists of each fold, and asks about those."""
    bare: list[Prediction] = []
    full: list[Prediction] = []
    bare_scores, full_scores = [], []
    rules = Rules(topics)
    for fold in sorted(set(school.fold)):
        tested = [one for one, where in zip(school.examples, school.fold, strict=True) if where == fold]
        titles, told = [untold(one) for one in tested], [one for one in tested if one.entry.text]
        weights = unpack(packed(school, topics, school.learn(topics, fold), {}))
        classifier = Blend(topics, Linear([(weights, 1.0)]), BARE, FULL)
        bare += judge(titles, classifier)
        full += judge(told, classifier)
        bare_scores += [seen(one, weights, rules) for one in titles]
        full_scores += [seen(one, weights, rules) for one in told]
    mixes = calibrate(bare_scores, other=BARE.other), calibrate(full_scores, other=FULL.other)
    return Trial(bare, full, mixes)


def seen(one: LabelledEntry, weights: Weights, rules: Rules) -> HeldOutScores:
    """What *weights* and *rules* say of an entry, each for itself."""
    title, text, counts = reading(one.entry.title, one.entry.text)
    known = Linear([(weights, 1.0)]).probabilities(counts)
    linear = [known.pop(slug, 0.0) for slug in rules.slugs]
    return HeldOutScores(
        linear=[*linear, sum(known.values())],
        rules=rules.points(rules.hits(title, text, one.entry)),
        right=rules.slugs.index(one.topic),
    )


def packed(school: School, topics: Sequence[Topic], fitted: Fitted, header: Mapping[str, Any]) -> bytes:
    """The content of a file of weights."""
    names = [school.table.names[place] for place in fitted.kept]
    steepness = fitted.steepness.T.astype(np.float64)
    return pack_weights([*(topic.slug for topic in topics), OTHER], names, steepness, fitted.bias, header)


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


def _line(predictions: Sequence[Prediction]) -> str:
    right = next(right for step, _, right in trust(predictions) if step == SURE)
    return f"{accuracy(predictions):.3f} / {macro_f1(predictions):.3f}, {right:.3f} right from {SURE} on"


if __name__ == "__main__":
    main()
