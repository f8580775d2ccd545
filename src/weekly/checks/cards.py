"""Checks of each card's form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from weekly.checks.context import CheckContext
from weekly.models import Finding, Level

PLACEHOLDER = re.compile(r"\{\{|\{%|\{#|待补充|TODO|To be written\.")
_PICTURE = "no picture"


def placeholders(context: CheckContext) -> Iterator[Finding]:
    """Template code and gaps that somebody meant to fill."""
    texts = [(card.id, card.name, f"{card.name} {card.line} {card.summary}") for card in context.draft.cards]
    for card, name, text in (
        ("", "headline and summary", " ".join([*context.draft.headlines, context.draft.summary])),
        *texts,
    ):
        if found := PLACEHOLDER.search(text):
            message = f"{name}: {found[0]!r} is left over"
            yield Finding(check="placeholders", level=Level.BLOCK, card=card, message=message, place=found[0])


def empty(context: CheckContext) -> Iterator[Finding]:
    """Cards that say nothing, or rest on nothing."""
    for card in context.draft.cards:
        if not card.summary.strip():
            yield Finding(check="empty", level=Level.BLOCK, card=card.id, message=f"{card.name}: the text is empty")
        elif not card.evidence:
            message = f"{card.name}: no quote of a source stands behind the text"
            yield Finding(check="empty", level=Level.WARN, card=card.id, message=message)


def pictures(context: CheckContext) -> Iterator[Finding]:
    """Cards without a picture, and pictures without words for those who do not see them."""
    for card in context.draft.cards:
        if card.picture is None:
            said = next((note for note in card.notes if note.startswith(_PICTURE)), _PICTURE)
            yield Finding(check="pictures", level=Level.WARN, card=card.id, message=f"{card.name}: {said}")
        elif not card.picture.alt.strip():
            yield Finding(check="pictures", level=Level.BLOCK, card=card.id, message=f"{card.name}: no alt text")


def notes(context: CheckContext) -> Iterator[Finding]:
    """What went wrong while a card was made: a page that did not answer, a model whose text was not taken."""
    for card in context.draft.cards:
        for note in card.notes:
            if not note.startswith(_PICTURE):
                yield Finding(check="notes", level=Level.WARN, card=card.id, message=f"{card.name}: {note}")
    for note in context.draft.notes:
        yield Finding(check="notes", level=Level.WARN, card="", message=note)
