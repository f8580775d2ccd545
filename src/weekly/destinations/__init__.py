"""Where an issue is made known beside the archive and the mail: the port, and what goes through it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLine:
    """A card in one line."""

    name: str
    line: str
    """Empty when the name says it all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """An issue as it is announced, every form from the same approved content."""

    week: str
    number: int
    hash: str
    """SHA-256 of the approved content."""
    title: str
    newsletter: str
    language: str
    address: str
    """Where the issue is on the web."""
    lines: tuple[CardLine, ...]
    article: str
    """The whole issue as a piece of HTML with inline styles."""
    text: str
    """The whole issue as plain text."""
    archive: Path
    at: datetime
    """The moment it is announced."""


class Destination(Protocol):
    """A place where issues are announced."""

    repeatable: bool
    """Whether announcing twice leaves one announcement, so that it may be repeated after a kill, and at any time."""

    def plan(self, post: Post) -> str:
        """What `announce` would do, in lines; looks at most, changes and sends nothing."""
        ...

    def announce(self, post: Post) -> str:
        """Announces, and returns where it stands now, in one line.

        Raises Unanswered when nobody knows whether it was taken, another WeeklyError when it was not.
        """
        ...
