from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class HandbookPlaces:
    """Where on a handbook's page things stand, by line number; 0 for what is not there."""

    toc: list[tuple[int, str]] = field(default_factory=list)
    """Line and mark of each line of the contents."""
    chapters: list[int] = field(default_factory=list)
    """Where each chapter begins."""
    questions: list[int] = field(default_factory=list)
    end: int = 0
    """The line behind the last one that the chapters stand on."""
