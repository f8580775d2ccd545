"""Computes the weights that come with the package: python -m bench.learn_topics

Takes some five minutes. Prints what lists left out of learning show, by five folds of whole lists.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import sklearn

from bench.data import LABELS, SELECTION, entry, labels, lines, provenance
from weekly.classify import PACKAGED
from weekly.classify.blend import Blend
from weekly.classify.examples import LabelledEntry, fingerprint, judge
from weekly.classify.examples import title_only as untold
from weekly.classify.guess import guess_labels
from weekly.classify.linear import Linear
from weekly.classify.measure import summary
from weekly.classify.rules import Rules
from weekly.learning.calibrate import HeldOutScores, calibrate
from weekly.learning.fitting import fit
from weekly.learning.topics import STRENGTH, folds, samples
from weekly.select.tokens import count_words, plain, words
from weekly.select.weights import Weights, unpack
from weekly.settings import Topic, default_topics

GUESS = 0.6
"""What a guessed label weighs against a curator's."""
OTHER_BARE, OTHER_FULL = -2.0, 2.0
"""Points that the rules give to `other`, without and with an abstract."""


def main() -> None:
    topics = [Topic(**row) for row in default_topics().values()]
    examples = labels()
    extra = samples(guess_labels([entry(line) for line in lines(SELECTION)], topics), GUESS)
    fold = folds([one.source for one in examples])
    bare, full, left = [], [], []
    for number in sorted(set(fold)):
        kept = [one for one, where in zip(examples, fold, strict=True) if where != number]
        tested = [one for one, where in zip(examples, fold, strict=True) if where == number]
        weights = unpack(fit([*samples(kept), *extra], strength=STRENGTH))
        left.append((weights, tested))
        bare += [seen(untold(one), weights, topics) for one in tested]
        full += [seen(one, weights, topics) for one in tested if one.entry.text]
    mixes = calibrate(bare, other=OTHER_BARE), calibrate(full, other=OTHER_FULL)
    report = _report(left, topics, mixes)
    print(report)
    header = {
        "bare": mixes[0].as_header(),
        "full": mixes[1].as_header(),
        "seen": " ".join(sorted({fingerprint(one.entry) for one in examples})),
    }
    content = fit([*samples(examples), *extra], strength=STRENGTH, header=header)
    PACKAGED.parent.mkdir(exist_ok=True)
    PACKAGED.write_bytes(content)
    said = {
        "made_by": "python -m bench.learn_topics",
        "scikit-learn": sklearn.__version__,
        "labelled": provenance(LABELS),
        "filed_by_rules": provenance(SELECTION),
        "lists": sorted({one.source for one in examples}),
        "mix": {"bare": header["bare"], "full": header["full"]},
        "bytes": len(content),
        "lists_left_out": [line for line in report.splitlines() if "accuracy" in line or "confidence" in line],
    }
    PACKAGED.with_suffix(".json").write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")


def seen(one: LabelledEntry, weights: Weights, topics: Sequence[Topic]) -> HeldOutScores:
    rules = Rules(topics)
    title, text = words(plain(one.entry.title)), words(plain(one.entry.text))
    known = Linear([(weights, 1.0)]).probabilities(count_words(title, text))
    linear = [known.pop(slug, 0.0) for slug in rules.slugs]
    return HeldOutScores(
        linear=[*linear, sum(known.values())],
        rules=rules.points(rules.hits(title, text, one.entry)),
        right=rules.slugs.index(one.topic),
    )


def _report(left, topics, mixes) -> str:
    judged_bare, judged_full = [], []
    for weights, tested in left:
        classifier = Blend(topics, Linear([(weights, 1.0)]), *mixes)
        judged_bare += judge([untold(one) for one in tested], classifier)
        judged_full += judge([one for one in tested if one.entry.text], classifier)
    return f"titles only\n{summary(judged_bare)}\ntitle and abstract\n{summary(judged_full)}"


if __name__ == "__main__":
    main()
