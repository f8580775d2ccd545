"""Which of arXiv's categories are artificial intelligence's: what was learned from its papers holds there alone."""

from __future__ import annotations

from collections.abc import Collection

AI_CATEGORIES = frozenset(
    {"cs.AI", "cs.CL", "cs.CV", "cs.GR", "cs.LG", "cs.MA", "cs.MM", "cs.NE", "cs.RO", "cs.SD"}
    | {"eess.AS", "eess.IV", "stat.ML", "cs.*"}
)
"""As https://arxiv.org/category_taxonomy describes them."""

NEIGHBOURS = frozenset(["cs.CR", "cs.CY", "cs.HC", "cs.IR", "cs.SE"])
"""Categories whose papers are often about it, under no other category."""


def may_be_ai(categories: Collection[str]) -> bool:
    """Whether a paper in *categories* may be about artificial intelligence."""
    return not (AI_CATEGORIES | NEIGHBOURS).isdisjoint(categories)


def mostly_ai(categories: Collection[str]) -> bool:
    """Whether at least half of *categories*, those that a newsletter reads, are artificial intelligence's."""
    return 2 * len(AI_CATEGORIES.intersection(categories)) >= len(set(categories))
