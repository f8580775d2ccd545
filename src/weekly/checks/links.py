"""Whether what cards link to is there."""

from __future__ import annotations

from collections.abc import Iterator

from weekly.checks.context import CheckContext
from weekly.models import Finding, Level, Reach


def dead(context: CheckContext) -> Iterator[Finding]:
    """A warning for each link that was dead when it was asked."""
    for card in context.draft.cards:
        for link in card.links:
            reach, detail = context.links.get(link.url, (Reach.UNKNOWN, ""))
            if reach is Reach.DEAD:
                message = f"{card.name}: {link.url} is dead: {detail}"
                yield Finding(check="links", level=Level.WARN, card=card.id, message=message)
