"""What was said before: publications whose titles say much the same as a new one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz, process

from weekly.checks.context import CheckContext
from weekly.models import Finding, Level

ALIKE = 88
"""Out of 100: from here on two titles are taken to say the same."""
_MOST = 3


def repeated(context: CheckContext) -> Iterator[Finding]:
    """A warning for each card that an earlier publication seems to have said already."""
    for card in context.draft.cards:
        for publication, title in alike(card.title, context.earlier)[:1]:
            message = f"{card.name}: said in {publication} already: {title}"
            yield Finding(check="repeated", level=Level.WARN, card=card.id, message=message)


def alike(title: str, known: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those of the *known*, publications with titles, that say much the same as *title*, the nearest first."""
    titles = [before for _, before in known]
    hits = process.extract(title[:300], titles, scorer=fuzz.token_set_ratio, score_cutoff=ALIKE, limit=_MOST)
    return [known[place] for _, _, place in hits]
