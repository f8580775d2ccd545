"""Headlines and opening summary of some cards, as the owner's template words them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from jinja2 import Environment

from weekly.models import Card, Kind
from weekly.settings import Settings
from weekly.text import one_line

HEADLINES = 3
HIGHLIGHTS = 5
_NAME = 32
"""Characters of a name that leaves room for its topic in a headline."""


def headlines_of(cards: Sequence[Card], settings: Settings, language: str) -> tuple[str, ...]:
    """The headlines of the first cards; those with a name of their own come before those with a title alone."""
    named = sorted(cards[:HIGHLIGHTS], key=lambda card: len(card.name) > _NAME)
    chosen = named[:HEADLINES]
    return tuple(_headline(card, settings, language) for card in cards[:HIGHLIGHTS] if card in chosen)


def summary_of(cards: Sequence[Card], settings: Settings, templates: Environment, language: str) -> str:
    """The opening summary by the owner's template: the first cards by topic."""
    best = by_topic_of_first(cards[:HIGHLIGHTS])
    groups = [
        {
            "topic": _label(own[0], settings, language),
            "names": [card.name for card in own],
            "cards": [{"name": card.name, "kind": _kind(card), "figure": _figure(card)} for card in own],
        }
        for _, own in ((topic, list(group)) for topic, group in groupby(best, key=lambda card: card.topic))
    ]
    template = templates.get_template(f"digest/summary.{language}.md.j2")
    return template.render(groups=groups, more=len(cards) > HIGHLIGHTS).strip()


def by_topic_of_first(cards: Sequence[Card]) -> tuple[Card, ...]:
    """Topics in the order of their first card, cards within a topic in theirs."""
    order = list(dict.fromkeys(card.topic for card in cards))
    return tuple(sorted(cards, key=lambda card: order.index(card.topic)))


def running_label(label: str) -> str:
    """A label in running English: `image generation`, but `3D` and `multimodal LLMs`."""
    return " ".join(word if re.search(r"\d|[A-Z].*[A-Z]", word) else word.lower() for word in label.split())


def without_article(kind: str) -> str:
    """`multimodal LLM` of "a multimodal LLM", as a headline has it."""
    return re.sub(r"^an? ", "", kind)


def _label(card: Card, settings: Settings, language: str) -> str:
    label = "" if card.topic == "other" else settings.topic(card.topic).label(language)
    return running_label(label) if language == "en" else label


def _kind(card: Card) -> str:
    """What the card's work is, in words for readers; empty where no source says."""
    return next((fact.value for fact in card.facts if fact.name == "kind"), "")


def _figure(card: Card) -> str:
    """The number that the work is told by: its result's, else how much data or how large."""
    known = {fact.name: fact.value for fact in card.facts}
    return next((known[name] for name in ("result", "data", "scale") if name in known), "")


def _headline(card: Card, settings: Settings, language: str) -> str:
    """`OmniSVG：图像生成框架`; a release's name, or a whole title, says enough."""
    name, kind = one_line(card.name, 60), _kind(card)
    label = without_article(kind) or _label(card, settings, language)
    if not label or card.kind in {Kind.RELEASE, Kind.POST} or len(name) > _NAME:
        return name
    return f"{name}：{label}" if language == "zh" else f"{name}: {label}"
