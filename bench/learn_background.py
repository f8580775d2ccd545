"""Computes the figures of papers in general that come with the package: python -m bench.learn_background

How many of the papers of other weeks that nobody picked say each word or pair, and a sample of them as such numbers
alone: the other side for a house that has kept none of what it passed over.
"""

from __future__ import annotations

import json
import random
from collections import Counter

from bench.data import SELECTION, entry, known_topics, lines, provenance
from weekly.classify import create
from weekly.learning.background import PACKAGED, SAMPLE, pack_background
from weekly.learning.selection import LabelledWork, score, single_entry_work
from weekly.select.selection_weights import packaged_weights
from weekly.select.tokens import reading

RAREST = 8
"""Papers that a word must stand in to be kept."""


def main() -> None:
    rows = [line for line in lines(SELECTION) if not line["picked"] and line["abstract"]]
    entries = [entry(line) for line in rows]
    said = [frozenset(reading(one.title, one.text).counts) for one in entries]
    figures = Counter(word for words in said for word in words)
    words = sorted(word for word, count in figures.items() if count >= RAREST)
    chosen = sorted(random.Random(1).sample(range(len(rows)), SAMPLE))
    topics = create(known_topics()).classify([entries[place] for place in chosen])
    crowd = [
        score(
            LabelledWork(work=single_entry_work(entries[place]), topics=found, picked=False, source=""),
            packaged_weights(),
        )
        for place, found in zip(chosen, topics, strict=True)
    ]
    content = pack_background(
        len(rows), {word: figures[word] for word in words}, [said[place] for place in chosen], crowd
    )
    PACKAGED.write_bytes(content)
    told = {"made_by": "python -m bench.learn_background", "papers": provenance(SELECTION), "bytes": len(content)}
    told |= {"texts": len(rows), "words": len(words), "sample": SAMPLE}
    PACKAGED.with_suffix(".json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(told))


if __name__ == "__main__":
    main()
