"""The points that release notes make, without what is about the work on them: numbers of requests, names, bots.

https://docs.github.com/en/repositories/releasing-projects-on-github/automatically-generated-release-notes
"""

from __future__ import annotations

import re

POINTS = 4
"""The first points of notes that a card shows."""
_WORDS, _SIGNS = 3, 5
"""A point has more words than this, or more Chinese signs; shorter ones are headings."""
_AFTER = re.compile(
    r"(?:\s+by\s+@[\w\[\]-]+(?:,?\s+(?:and\s+)?@[\w\[\]-]+)*)?(?:\s+in\s+(?:https?://\S+|#\d+))?"
    r"(?:\s*\((?:[^()]{0,80}#\d+|[0-9a-f]{7,40})\)){0,9}\s*$"
)
"""Who made a change, and its number."""
_BEFORE = re.compile(r"^(?:[-*•\s]|\d{1,2}[.)]\s|[0-9a-f]{7,40}\s(?=[a-z]+(?:\([\w-]+\))?!?:\s))+")
_MAINTENANCE = re.compile(
    r"(?:bump|chore|ci|build|docs?|tests?|style|deps)(?:\([^()]*\))?!?(?::|\s+[\w@/.-]+\s+from\b)"
    r"|merge (?:branch|pull)\b|all commits\b|full changelog\b|what's changed\b|new contributors\b"
    r"|.*\bmade their first contribution\b|.*\[bot\]",
    re.IGNORECASE,
)
"""What is of use to nobody who uses the project."""


def points(notes: str) -> list[str]:
    """The first points of *notes*, which are plain text with a line for each, as they are written there."""
    lines = (_BEFORE.sub("", " ".join(line.split())) for line in notes.splitlines())
    found = (_AFTER.sub("", line) for line in lines if not _MAINTENANCE.match(line))
    return [point for point in dict.fromkeys(found) if _tells(point)][:POINTS]


def _tells(point: str) -> bool:
    return len(point.split()) > _WORDS or len(re.findall(r"[\u4e00-\u9fff]", point)) > _SIGNS
