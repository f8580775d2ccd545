"""What was said before: publications whose titles say much the same as a new one."""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz import fuzz, process

from weekly.models import Draft, Finding, Level, Week
from weekly.workspace import Workspace

ALIKE = 88
"""Out of 100: from here on two titles are taken to say the same."""
_MOST = 3


def similar_titles(workspace: Workspace, week: Week, title: str) -> list[tuple[str, str]]:
    """Earlier publications, each with its title, that say much the same as *title*: `you said this in W14`."""
    return _similar_titles(title, _earlier_titles(workspace, week))


def repetitions(workspace: Workspace, draft: Draft) -> Iterator[Finding]:
    """A warning for each card that an earlier publication seems to have said already."""
    known = _earlier_titles(workspace, Week.parse(draft.week))
    for card in draft.cards:
        for publication, title in _similar_titles(card.title, known)[:1]:
            message = f"{card.name}: said in {publication} already: {title}"
            yield Finding(check="repeated", level=Level.WARN, card=card.id, message=message)


def _earlier_titles(workspace: Workspace, week: Week) -> list[tuple[str, str]]:
    with workspace.store.read() as tx:
        titles = tx.published_works.titles()
    return [(publication, title) for publication, title in titles if publication != str(week)]


def _similar_titles(title: str, known: list[tuple[str, str]]) -> list[tuple[str, str]]:
    titles = [before for _, before in known]
    hits = process.extract(title[:300], titles, scorer=fuzz.token_set_ratio, score_cutoff=ALIKE, limit=_MOST)
    return [known[place] for _, _, place in hits]
