from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class CollectionPlaces:
    """Where on a collection's page things stand, by line number; 0 for what is not there."""

    toc_heading: int = 0
    toc: list[tuple[int, str]] = field(default_factory=list)
    """Line and mark of each line of the contents."""
    entries: list[int] = field(default_factory=list)
    footer: int = 0
