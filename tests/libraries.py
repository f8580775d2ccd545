"""An archive of as many issues as one likes, of papers that were really published: for searches and benches.

The papers and what people and models wrote about them are read where they are; institutions are dealt out in turn.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from tests.cards import an_issue
from weekly.models import Card, Fact, Kind, Link, LinkKind, Week
from weekly.render.environment import environment
from weekly.render.issue import IssueRenderer
from weekly.render.paths import folder
from weekly.settings import Settings

SLUGS = ("image_generation", "video_generation", "3d", "agents", "reasoning", "multimodal_llm", "efficiency", "other")
INSTITUTIONS = ("清华大学", "字节跳动", "NVIDIA", "Stanford University", "上海人工智能实验室", "Meta AI", "香港大学")
FILES = (
    "prose/chinese_cards.jsonl.gz",
    "arxiv/2025-04-01_2025-04-14.jsonl.gz",
    "arxiv/2025-01-27_2025-02-10.jsonl.gz",
    "topic_labels.jsonl.gz",
)
CARDS = 20


def papers(shared: Path) -> Iterator[dict[str, Any]]:
    """The lines of the data that tell of a paper, each paper once: those with Chinese words first."""
    seen = set()
    for name in FILES:
        with gzip.open(shared / "data" / name, "rt", encoding="utf-8") as lines:
            for line in map(json.loads, lines):
                key = line["arxiv_id"] or line["title"]
                if key not in seen and (line.get("text") or line.get("abstract")):
                    seen.add(key)
                    yield line


def a_real_card(number: int, paper: dict[str, Any]) -> Card:
    """A card of *paper*, as drafting would make it."""
    name, _, line = paper["title"].partition(":")
    key = paper["arxiv_id"] or f"0000.{number:05}"
    code = [Link(kind=LinkKind.CODE, url=f"https://github.com/example/{number}", origin="")] if number % 4 == 0 else []
    return Card(
        id=f"arxiv:{key}",
        kind=(Kind.PROJECT, Kind.POST)[number % 2] if number % 10 == 0 else Kind.PAPER,
        topic=paper.get("topic") or SLUGS[number % len(SLUGS)],
        name=name,
        line=line.strip(),
        title=paper["title"],
        summary="\n\n".join(paper["text"]) if paper.get("text") else paper["abstract"][:1200],
        tags=tuple(paper.get("categories") or ())[:3],
        links=(Link(kind=LinkKind.PAPER, url=f"https://arxiv.org/abs/{key}", origin=""), *code),
        facts=tuple(Fact(name="author", value=each, origin="") for each in paper.get("authors") or ()),
        institutions=(INSTITUTIONS[number % len(INSTITUTIONS)],),
    )


def fill(root: Path, shared: Path, issues: int, first: Week = Week(2016, 1)) -> Week:  # noqa: B008 - frozen
    """Puts that many *issues* of CARDS cards into the archive *root*, as publishing leaves them; returns the week after.

    The papers of the data stand in the newest of them, in the order of the data from the end.
    """
    renderer = IssueRenderer(Settings(), environment())
    cards = [a_real_card(number, paper) for number, paper in enumerate(islice(papers(shared), issues * CARDS))]
    week = first
    for number in range(1, issues + 1):
        shown = cards[len(cards) - number * CARDS :][:CARDS]
        place = root / folder(week)
        place.mkdir(parents=True)
        issue = an_issue(shown, week=str(week), number=number)
        (place / "issue.json").write_text(json.dumps(renderer.data(issue), ensure_ascii=False), encoding="utf-8")
        week = week.shift(1)
    return week
