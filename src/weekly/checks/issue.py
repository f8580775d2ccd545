"""Checks of the issue as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from weekly.models import Draft, Finding, Level

THIN = 3
"""Fewer cards than this are no issue that goes out without a word."""


def subject(draft: Draft) -> Iterator[Finding]:
    """The headlines, which become the subject of the mail."""
    if not any(headline.strip() for headline in draft.headlines):
        yield Finding(check="subject", level=Level.BLOCK, card="", message="the issue has no headline")


def thin(draft: Draft) -> Iterator[Finding]:
    """An empty or thin week is explained, never silently published."""
    if len(draft.cards) < THIN:
        message = f"only {len(draft.cards)} cards: see 'weekly health' for what is missing and why"
        yield Finding(check="thin", level=Level.BLOCK, card="", message=message)
