"""Three versions of a draft made one: the one that somebody began with, the one that stands, the one that they made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from weekly.errors import Conflict
from weekly.models import Card, Draft

_HEAD = ("headlines", "summary", "cover", "cover_credit", "blocks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One field of the issue in three versions; a conflict where the last two both differ from the first."""

    place: str
    base: Any
    stands: Any
    file: Any

    @property
    def clash(self) -> bool:
        """Whether the draft and the file were both changed, and say different things."""
        return self.file != self.base and all(self.stands != text for text in (self.base, self.file))


class FileConflict(Conflict):
    """The draft was changed where the file was changed too.

    Attributes:
        versions: what clashes.
    """

    def __init__(self, versions: Sequence[Version]) -> None:
        places = ", ".join(version.place for version in versions)
        super().__init__(f"the draft was changed in the same places ({places}): nothing is overwritten")
        self.versions = versions


def merge(base: Draft, stands: Draft, file: Draft) -> Draft:
    """The draft as it stands with the changes that *file* makes to *base*; raises FileConflict where both changed."""
    before, now, made = _by_id(base), _by_id(stands), _by_id(file)
    versions = list(_versions(before, now, made))
    versions += [_version(name, name, base, stands, file) for name in _HEAD]
    order = _order(base, stands, file)
    versions += [order]
    if clashes := [version for version in versions if version.clash]:
        raise FileConflict(clashes)
    kept = [card for card in stands.cards if card.id in made or card.id not in before]
    if order.file != order.base:
        place = {identifier: at for at, identifier in enumerate(order.file)}
        kept.sort(key=lambda card: place.get(card.id, len(place)))
    cards = (_changed(before[card.id], card, made[card.id]) if card.id in made else card for card in kept)
    head = {name: getattr(file, name) for name in _HEAD if getattr(file, name) != getattr(base, name)}
    return replace(stands, cards=tuple(cards), **head)


def _by_id(draft: Draft) -> dict[str, Card]:
    return {card.id: card for card in draft.cards}


def _version(place: str, name: str, base: Any, stands: Any, file: Any) -> Version:
    return Version(
        place=place, base=getattr(base, name), stands=getattr(stands, name, ""), file=getattr(file, name, "")
    )


def _versions(before: dict[str, Card], now: dict[str, Card], made: dict[str, Card]) -> Iterator[Version]:
    """Every field of every card; one that a version leaves out says nothing there."""
    for identifier, card in before.items():
        here, there = now.get(identifier), made.get(identifier)
        if here is None and there is None:
            continue
        if here is None or there is None:
            yield Version(place=card.name, base=card, stands=here or "", file=there or "")
            continue
        yield from (_version(f"{card.name}: {one.name}", one.name, card, here, there) for one in fields(Card))


def _order(base: Draft, stands: Draft, file: Draft) -> Version:
    """The order of the cards that all three have."""
    versions = [[card.id for card in draft.cards] for draft in (base, stands, file)]
    common = set.intersection(*map(set, versions))
    was, now, made = ([one for one in order if one in common] for order in versions)
    return Version(place="order", base=was, stands=now, file=made)


def _changed(base: Card, stands: Card, file: Card) -> Card:
    names = (one.name for one in fields(Card))
    return replace(
        stands, **{name: getattr(file, name) for name in names if getattr(file, name) != getattr(base, name)}
    )
