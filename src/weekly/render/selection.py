"""What a group of subscribers gets of an issue: the cards of the topics that they chose, in their language."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from jinja2 import Environment

from weekly.models import Card, Draft
from weekly.render.block_views import with_cards
from weekly.render.opening import HEADLINES, headlines_of, summary_of
from weekly.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which mail of an issue somebody gets; equal ones are one mail."""

    language: str
    topics: tuple[str, ...] = ()
    """The chosen topics of which the issue has cards, in its order; none for who gets all of it."""
    missed: bool = False
    """They chose topics, and get everything because the issue has none of these."""


def select(draft: Draft, topics: Collection[str], language: str = "") -> Selection:
    """What of *draft* somebody gets who chose *topics*, or none for everything, and *language*, or none for its own."""
    there = dict.fromkeys(card.topic for card in draft.cards)
    chosen = tuple(topic for topic in there if topic in topics)
    return Selection(
        language=language or draft.language,
        topics=chosen if len(chosen) < len(there) else (),
        missed=bool(topics) and bool(there) and not chosen,
    )


def compose_selection(draft: Draft, selection: Selection, settings: Settings, templates: Environment) -> Draft:
    """*draft* with the cards of *selection* alone, under headlines and a summary of these in its language.

    In its own language a headline of the editor's stays that names a card which is there and none that is not.
    """
    kept = tuple(card for card in draft.cards if not selection.topics or card.topic in selection.topics)
    foreign = selection.language != draft.language
    if len(kept) == len(draft.cards) and not foreign:
        return draft
    # What a card's work is called stands in its facts, in the language of the draft.
    told = [replace(card, facts=()) for card in kept] if foreign else kept
    own = () if foreign else tuple(_kept_headlines(draft, kept))
    rest = [card for card in told if not any(card.name in headline for headline in own)]
    return replace(
        with_cards(draft, kept),
        language=selection.language,
        headlines=(*own, *headlines_of(rest, settings, selection.language))[:HEADLINES],
        summary=summary_of(told, settings, templates, selection.language),
        cover=None if _shows_another(draft, kept) else draft.cover,
    )


def _kept_headlines(draft: Draft, kept: Collection[Card]) -> Iterator[str]:
    gone = [card.name for card in draft.cards if card not in kept]
    for headline in draft.headlines:
        if any(card.name in headline for card in kept) and not any(name in headline for name in gone):
            yield headline


def _shows_another(draft: Draft, kept: Collection[Card]) -> bool:
    """Whether the cover is the picture of a card that is not there."""
    if draft.cover is None:
        return False
    owners = [card for card in draft.cards if card.picture and card.picture.file == draft.cover.file]
    return bool(owners) and not any(card in kept for card in owners)
