"""Checks of the issue as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from weekly.checks.context import CheckContext
from weekly.models import Finding, Level

THIN = 3
"""Fewer cards than this are no issue that goes out without a word."""

CROWD = 4
"""Fewer cards than this are no crowd."""


def subject(context: CheckContext) -> Iterator[Finding]:
    """The headlines, which become the subject of the mail."""
    if not any(headline.strip() for headline in context.draft.headlines):
        yield Finding(check="subject", level=Level.BLOCK, card="", message="the issue has no headline")


def crowded(context: CheckContext) -> Iterator[Finding]:
    """One topic that fills more than half of the issue."""
    count = Counter(card.topic for card in context.draft.cards)
    for topic, cards in count.items():
        if cards >= CROWD and cards * 2 > len(context.draft.cards):
            message = f"{cards} of {len(context.draft.cards)} cards are about {topic}: is nothing else worth a card?"
            yield Finding(check="crowded", level=Level.WARN, card="", message=message)


def thin(context: CheckContext) -> Iterator[Finding]:
    """An empty or thin week is explained, never silently published; thin is what is half of what was meant or usual."""
    cards, wanted = len(context.draft.cards), context.settings.newsletter.items
    if cards < min(THIN, wanted):
        message = f"only {cards} cards: see 'weekly health' for what is missing and why"
        yield Finding(check="thin", level=Level.BLOCK, card="", message=message)
        return
    for usual, what in ((wanted, "of [newsletter] items"), (context.usual_cards, "that the last issues had")):
        if 2 * cards < usual:
            message = f"{cards} cards instead of the {usual} {what}: see 'weekly health' for what is missing and why"
            yield Finding(check="thin", level=Level.WARN, card="", message=message)
            return
