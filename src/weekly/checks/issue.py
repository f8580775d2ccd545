"""Checks of the issue as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from weekly.models import Draft, Finding, Level

THIN = 3
"""Fewer cards than this are no issue that goes out without a word."""

CROWD = 4
"""Fewer cards than this are no crowd."""


def subject(draft: Draft) -> Iterator[Finding]:
    """The headlines, which become the subject of the mail."""
    if not any(headline.strip() for headline in draft.headlines):
        yield Finding(check="subject", level=Level.BLOCK, card="", message="the issue has no headline")


def crowded(draft: Draft) -> Iterator[Finding]:
    """One topic that fills more than half of the issue."""
    count = Counter(card.topic for card in draft.cards)
    for topic, cards in count.items():
        if cards >= CROWD and cards * 2 > len(draft.cards):
            message = f"{cards} of {len(draft.cards)} cards are about {topic}: is nothing else worth a card?"
            yield Finding(check="crowded", level=Level.WARN, card="", message=message)


def thin(draft: Draft) -> Iterator[Finding]:
    """An empty or thin week is explained, never silently published."""
    if len(draft.cards) < THIN:
        message = f"only {len(draft.cards)} cards: see 'weekly health' for what is missing and why"
        yield Finding(check="thin", level=Level.BLOCK, card="", message=message)
