"""The data beside the repository, read in place and as the sources would give it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

from weekly import jsonl
from weekly.classify.examples import LabelledEntry, read_example
from weekly.models import Entry, Kind
from weekly.settings import Topic, default_topics

SHARED = Path(os.environ.get("WEEKLY_SHARED", Path(__file__).parents[2] / "shared"))
DATA = SHARED / "data"
LABELS = DATA / "topic_labels.jsonl.gz"
SELECTION = DATA / "selection.jsonl.gz"
WINDOW = DATA / "arxiv" / "2025-04-01_2025-04-14.jsonl.gz"
PICKS = DATA / "picks_2025-04-01_2025-04-14.json"


def lines(path: Path) -> list[dict[str, Any]]:
    return [row for _, row in jsonl.read(path)]


def entry(line: dict[str, Any], *, bare: bool = False) -> Entry:
    """A paper as the arXiv source gives it; *bare* leaves all but the title out."""
    if bare:
        return Entry(
            source="arxiv", key=line["arxiv_id"] or line["title"], kind=Kind.PAPER, title=line["title"], url=""
        )
    return Entry(
        source="arxiv",
        key=line["arxiv_id"],
        kind=Kind.PAPER,
        title=line["title"],
        url=f"https://arxiv.org/abs/{line['arxiv_id']}",
        text=line["abstract"] or "",
        authors=tuple(line["authors"] or ()),
        categories=tuple(line["categories"] or ()),
        comment=line["comment"] or "",
    )


def known_topics() -> list[Topic]:
    """The topics of the package."""
    return [Topic(**row) for row in default_topics().values()]


def labels() -> list[LabelledEntry]:
    return [read_example(line) for line in lines(LABELS)]


def provenance(path: Path) -> dict[str, Any]:
    """What a file of figures was computed from."""
    return {"file": path.name, "lines": len(lines(path)), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
