"""Works that the tests draft, and the context to draft them in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from weekly.drafting.context import DraftingContext
from weekly.drafting.llm.usage import UsageInMemory
from weekly.models import Candidate, Entry, Kind, TopicScore, Work
from weekly.render.environment import environment
from weekly.select.identity import keys, preferred_key
from weekly.settings import Settings

ABSTRACT = (
    "Vector graphics stay sharp at any size, yet generators of them are slow. To address this, we propose OmniSVG, a "
    "framework that turns a pre-trained vision-language model into a writer of vector graphics. Specifically, it turns "
    "commands and coordinates into discrete tokens in two stages. We train on MMSVG-2M, a data set of two million "
    "drawings. Experiments show that OmniSVG improves FID by 12.5% over IconShop. "
    "Code is available at https://github.com/OmniSVG/OmniSVG."
)


def paper(**changes: Any) -> Entry:
    """A paper, with *changes*."""
    made: dict[str, Any] = {
        "source": "arxiv",
        "key": "2504.06263",
        "kind": Kind.PAPER,
        "title": "OmniSVG: A Unified Scalable Vector Graphics Generation ChatModel",
        "url": "https://arxiv.org/abs/2504.06263",
        "text": ABSTRACT,
        "authors": ("Yiying Yang", "Wei Cheng"),
        "affiliations": ("Fudan University", "StepFun"),
        "comment": "18 pages; CVPR 2025; Project Page: https://omnisvg.github.io/",
        "published": datetime(2025, 4, 8, 12, tzinfo=UTC),
        "version": "1",
    }
    return Entry(**{**made, **changes})


def candidate(*entries: Entry, topic: str = "image_generation") -> Candidate:
    """A candidate of the entries, the first of which leads."""
    identities = frozenset().union(*(keys(entry) for entry in entries))
    work = Work(id=preferred_key(identities) if identities else "x", keys=identities, entries=entries)
    return Candidate(work=work, topics=(TopicScore(topic=topic, score=0.9, reason="words"),), score=1.0, parts=())


def settings(**sections: Mapping[str, Any]) -> Settings:
    """Settings with *sections*."""
    return Settings.model_validate(sections)


def context(made: Settings | None = None, **parts: Any) -> DraftingContext:
    """A context with nothing to fetch from."""
    parts = {"templates": environment(), **parts, "usage": parts.get("usage") or UsageInMemory()}
    return DraftingContext(settings=made or settings(), **parts)
