"""Tags: what of a term is one, and when two say the same."""

from __future__ import annotations

import re
from collections.abc import Iterable


def tag(term: str) -> str:
    """Letters, digits and inner signs only: a tag ends at a blank, and `Image generation` becomes `ImageGeneration`."""
    joined = re.sub(r"\s+([a-z])", lambda match: match[1].upper(), term)
    return re.sub(r"[^\w.+-]+", "", joined).strip("._+-")[:40]


def tag_key(term: str) -> str:
    """The same for two tags that say the same: 安全与对齐 and 安全对齐, Agents and agent."""
    return re.sub(r"[与和的]|(?<=[a-z])s$", "", term.casefold())


def distinct_tags(terms: Iterable[str]) -> tuple[str, ...]:
    """The tags of *terms*, of those that say the same only the first."""
    kept: dict[str, str] = {}
    for term in filter(None, map(tag, terms)):
        kept.setdefault(tag_key(term), term)
    return tuple(kept.values())
