"""What a topic of one's own would take, before it stands in weekly.toml."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

from weekly.classify import Classifier, create
from weekly.classify.rules import Rules
from weekly.errors import ParseError
from weekly.models import Entry
from weekly.select.tokens import reading
from weekly.settings import Topic

TRIED = "this"
"""The slug of the topic that is tried."""
WEIGHT = 4.0
"""Of a keyword that is given none."""


def keyword_weights(keywords: Sequence[str]) -> dict[str, float]:
    """The keywords, each with what follows its last `=`; raises ParseError for what is no keyword or no number."""
    weights = {}
    for keyword in keywords:
        phrase, sign, number = keyword.rpartition("=")
        try:
            weight = float(number) if sign else WEIGHT
        except ValueError:
            weight = float("nan")
        phrase = (phrase if sign else keyword).strip()
        if not phrase or not isfinite(weight):
            raise ParseError(f"{keyword[:80]!r} is no keyword: write a word or phrase, with a weight as in 'storm=3'")
        weights[phrase] = weight
    if not weights:
        raise ParseError("no keyword: write words or phrases, such as 'query optimization'")
    return weights


def try_keywords(
    weights: dict[str, float], topics: Sequence[Topic], entries: Sequence[Entry], now: Classifier
) -> list[dict[str, Any]]:
    """Every one of *entries* that holds a keyword: where it would be filed and where it is *now*; what is taken first.

    `topic` is "this" where the topic that is tried would take it.
    """
    tried = Topic(slug=TRIED, keywords=weights)
    rules, then = Rules([tried]), create([*topics, tried])
    named = [
        entry for entry in entries if rules.hits(*(reading(entry.title, entry.text)[:2]), entry)
    ]  # what speaks against the topic is shown too: it is why an entry goes elsewhere
    rows = [
        {
            "id": f"{entry.source} {entry.key}",
            "title": entry.title,
            "topic": new[0].topic,
            "score": new[0].score,
            "reason": new[0].reason,
            "now": old[0].topic,
        }
        for entry, new, old in zip(named, then.classify(named), now.classify(named), strict=True)
    ]
    return sorted(rows, key=lambda row: (row["topic"] != TRIED, -row["score"], row["id"]))
