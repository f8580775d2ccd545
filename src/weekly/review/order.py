"""The cards in the order in which readers get them, topic by topic: one card moved, put elsewhere, or put back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from weekly.models import Card
from weekly.render.card_views import BRIEFS, by_topic


def as_mailed(cards: Sequence[Card]) -> list[Card]:
    """*cards* as the mail has them, those of a topic together."""
    return [cards[at] for places in by_topic(cards).values() for at in places]


def moved(cards: Sequence[Card], identifier: str, steps: int) -> list[Card]:
    """The card *steps* places down, or up for a negative number: among its topic's cards, and at their edge its topic.

    So every step shows in the mail, and none files a card under another topic.
    """
    groups = [[cards[at] for at in places] for places in by_topic(cards).values()]
    for _ in range(min(abs(steps), len(cards))):
        _step(groups, identifier, 1 if steps > 0 else -1)
    return [card for group in groups for card in group]


def _step(groups: list[list[Card]], identifier: str, by: int) -> None:
    at = next(at for at, group in enumerate(groups) if any(card.id == identifier for card in group))
    group = groups[at]
    place = next(place for place, card in enumerate(group) if card.id == identifier)
    if 0 <= place + by < len(group):
        group.insert(place + by, group.pop(place))
    elif 0 <= at + by < len(groups):
        groups.insert(at + by, groups.pop(at))


def placed(cards: Sequence[Card], identifier: str, topic: str, before: str) -> list[Card]:
    """The card among those of *topic*, before the card *before* or as their last.

    Among the news in brief, which are of several topics, it keeps its own.
    """
    card = next(card for card in cards if card.id == identifier)
    others = [other for other in as_mailed(cards) if other.id != identifier]
    if topic == BRIEFS:
        at = next((at for at, other in enumerate(others) if other.id == before), len(others))
        return [*others[:at], card, *others[at:]]
    follows = [at for at, other in enumerate(others) if other.topic == topic and other.id == before]
    same = [at for at, other in enumerate(others) if other.topic == topic]
    at = follows[0] if follows else same[-1] + 1 if same else len(others)
    return [*others[:at], replace(card, topic=topic), *others[at:]]


def put_back(cards: Sequence[Card], identifier: str, order: Sequence[str]) -> list[Card]:
    """The card behind the one that it stood behind in *order*; the others stay as they are."""
    card = next(card for card in cards if card.id == identifier)
    others = [other for other in cards if other.id != identifier]
    stood = order.index(identifier) if identifier in order else 0
    place = {other.id: at for at, other in enumerate(others)}
    at = next((place[one] + 1 for one in reversed(order[:stood]) if one in place), 0)
    return [*others[:at], card, *others[at:]]
