"""Entries that somebody has filed: what is learned from, and what a classifier is judged by."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from weekly.classify.measure import Prediction
from weekly.errors import ParseError
from weekly.models import Entry, Kind, TopicScore
from weekly.select.tokens import plain, words


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledEntry:
    """An entry, the topic that somebody filed it under, and the list or week that it comes from."""

    entry: Entry
    topic: str
    source: str


def read_example(line: Mapping[str, Any], place: str = "line") -> LabelledEntry:
    """An example from a line with `title`, `topic` and, if known, `abstract` and `source_repo` (or `source`, `week`).

    Raises ParseError, naming *place*, when title or topic is missing.
    """
    for key in ("title", "topic"):
        if not isinstance(line.get(key), str) or not line[key].strip():
            raise ParseError(f"{place}: has no {key!r}: a line to learn from needs 'title' and 'topic'")
    source = next((str(line[key]) for key in ("source_repo", "source", "week") if line.get(key)), "unnamed")
    entry = Entry(
        source="learning",
        key=str(line.get("arxiv_id") or line["title"]),
        kind=Kind.PAPER,
        title=line["title"],
        url="",
        text=str(line.get("abstract") or ""),
        categories=tuple(map(str, line.get("categories") or ())),
    )
    return LabelledEntry(entry=entry, topic=line["topic"].strip(), source=source)


def title_only(example: LabelledEntry) -> LabelledEntry:
    """*example* as if only its title were known."""
    return replace(example, entry=replace(example.entry, text="", categories=()))


def fingerprint(entry: Entry) -> str:
    """Eight hexadecimal digits that tell whether weights were learned from an entry."""
    return hashlib.blake2b(" ".join(words(plain(entry.title))).encode(), digest_size=4).hexdigest()


class EntryClassifier(Protocol):
    """What files entries under topics."""

    def classify(self, entries: Sequence[Entry]) -> list[tuple[TopicScore, ...]]:
        """For each entry one or two topics, the best first."""
        ...


def judge(examples: Sequence[LabelledEntry], classifier: EntryClassifier) -> list[Prediction]:
    """What *classifier* gives to *examples*."""
    return [
        Prediction(
            right=example.topic,
            given=found[0].topic,
            confidence=found[0].score,
            second=found[1].topic if len(found) > 1 else "",
        )
        for example, found in zip(examples, classifier.classify([one.entry for one in examples]), strict=True)
    ]
