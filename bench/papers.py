"""The real papers that measurements are made on, from a folder beside the repository."""

from __future__ import annotations

import random
from dataclasses import dataclass

from bench.data import SHARED
from weekly import jsonl


@dataclass(frozen=True)
class Paper:
    """A paper as arXiv lists it."""

    id: str
    title: str
    abstract: str
    comment: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]


def papers(count: int | None = None, seed: int = 3) -> list[Paper]:
    """*count* papers drawn at random, all of them for None; none where the data is not at hand."""
    every = []
    for file in sorted((SHARED / "data" / "arxiv").glob("*.jsonl.gz")):
        for _, row in jsonl.read(file):
            texts = (row["title"], row["abstract"] or "", row.get("comment") or "")
            people = (tuple(row.get("authors") or ()), tuple(row.get("categories") or ()))
            every.append(Paper(row["arxiv_id"], *texts, *people))
    useful = [paper for paper in every if len(paper.abstract) > 200]
    return useful if count is None else random.Random(seed).sample(useful, min(count, len(useful)))
