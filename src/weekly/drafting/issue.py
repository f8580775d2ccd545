"""The issue around the cards: headlines and the opening summary."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from jinja2 import Environment

from weekly.drafting import Opening
from weekly.drafting.facts import running_label
from weekly.models import Card, Draft, Kind, Picture, Week
from weekly.settings import Settings
from weekly.text import one_line

HEADLINES = 3
HIGHLIGHTS = 5
_NAME = 32
"""Characters of a name that leaves room for its topic in a headline."""


def compose(
    week: Week,
    cards: Sequence[Card],
    cover: Picture | None,
    settings: Settings,
    templates: Environment,
    opening: Opening | None = None,
) -> Draft:
    """The draft of the week: its cards grouped by topic, the topic of the best one first.

    *cards* come best first; headlines and summary name the best, wherever they stand in the issue. *opening* are
    headlines and a summary that somebody else wrote, or the note why nobody did.
    """
    language = settings.newsletter.language
    given = opening or Opening()
    return Draft(
        week=str(week),
        language=language,
        headlines=given.headlines or headlines_of(cards, settings),
        summary=given.summary or summary_of(cards, settings, templates),
        notes=(given.note,) if given.note else (),
        cards=_grouped(cards),
        cover=cover,
        cover_credit=settings.newsletter.cover_credit if cover else "",
    )


def headlines_of(cards: Sequence[Card], settings: Settings) -> tuple[str, ...]:
    """The headlines of the best cards; those with a name of their own come before those with a title alone."""
    named = sorted(cards[:HIGHLIGHTS], key=lambda card: len(card.name) > _NAME)
    chosen = named[:HEADLINES]
    return tuple(_headline(card, settings) for card in cards[:HIGHLIGHTS] if card in chosen)


def summary_of(cards: Sequence[Card], settings: Settings, templates: Environment) -> str:
    """The opening summary by the owner's template: the best cards by topic."""
    best = _grouped(cards[:HIGHLIGHTS])
    groups = [
        {
            "topic": _label(own[0], settings),
            "names": [card.name for card in own],
            "cards": [{"name": card.name, "kind": _kind(card), "figure": _figure(card)} for card in own],
        }
        for _, own in ((topic, list(group)) for topic, group in groupby(best, key=lambda card: card.topic))
    ]
    template = templates.get_template(f"digest/summary.{settings.newsletter.language}.md.j2")
    return template.render(groups=groups, more=len(cards) > HIGHLIGHTS).strip()


def _grouped(cards: Sequence[Card]) -> tuple[Card, ...]:
    """Topics in the order of their best card, cards within a topic best first."""
    order = list(dict.fromkeys(card.topic for card in cards))
    return tuple(sorted(cards, key=lambda card: order.index(card.topic)))


def _label(card: Card, settings: Settings) -> str:
    language = settings.newsletter.language
    label = "" if card.topic == "other" else settings.topic(card.topic).label(language)
    return running_label(label) if language == "en" else label


def _kind(card: Card) -> str:
    """What the card's work is, in words for readers; empty where no source says."""
    return next((fact.value for fact in card.facts if fact.name == "kind"), "")


def _figure(card: Card) -> str:
    """The number that the work is told by: its result's, else how much data or how large."""
    known = {fact.name: fact.value for fact in card.facts}
    return next((known[name] for name in ("result", "data", "scale") if name in known), "")


def _headline(card: Card, settings: Settings) -> str:
    """`OmniSVG：图像生成框架`; a release's name, or a whole title, says enough."""
    name, kind = one_line(card.name, 60), _kind(card)
    label = re.sub(r"^an? ", "", kind) or _label(card, settings)
    if not label or card.kind in {Kind.RELEASE, Kind.POST} or len(name) > _NAME:
        return name
    return f"{name}：{label}" if settings.newsletter.language == "zh" else f"{name}: {label}"
