"""Three versions of a draft made one: the one that somebody began with, the one that stands, the one that they made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

from weekly.errors import Conflict
from weekly.models import Card, Draft, Fact
from weekly.review.order import put_back

T = TypeVar("T", Card, Draft)
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
        """Whether the draft and the file were both changed, and say different things of the same."""
        apart = self.file != self.base and all(self.stands != text for text in (self.base, self.file))
        return apart and _merge_rows(self.base, self.stands, self.file) is None


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
    names = [one.name for one in fields(Card)]
    cards = [_merge_fields(before[card.id], card, made[card.id], names) if card.id in made else card for card in kept]
    for card in file.cards:
        if card.id not in before and card.id not in now:
            cards = put_back([*cards, card], card.id, list(made))
    return replace(_merge_fields(base, stands, file, _HEAD), cards=tuple(cards))


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


def _merge_fields(base: T, stands: T, file: T, names: Iterable[str]) -> T:
    """*stands* with those of its fields *names* that *file* changes in *base*."""
    changed: dict[str, Any] = {}
    for name in names:
        was, now, made = (getattr(one, name) for one in (base, stands, file))
        if made != was:
            changed[name] = made if now in (was, made) else _merge_rows(was, now, made)
    return replace(stands, **changed)


def _merge_rows(base: Any, stands: Any, file: Any) -> tuple[Any, ...] | None:
    """Links, facts, blocks and other rows with both changes; None where one changed in both, or for what is no rows."""
    if not all(isinstance(rows, tuple) and all(map(is_dataclass, rows)) for rows in (base, stands, file)):
        return None
    was, now, made = map(_by_key, (base, stands, file))
    changed = [key for key in {**was, **made} if was.get(key) != made.get(key)]
    if not changed or any(now.get(key) != was.get(key) for key in changed):
        return None
    kept = [key for key in now if key in made or key not in changed]
    for at, key in enumerate(made):
        if key in changed and key not in kept:
            before = [kept.index(one) for one in list(made)[:at] if one in kept]
            kept.insert(max(before, default=-1) + 1, key)
    return tuple(row for key in kept for row in (made if key in changed else now)[key])


def _by_key(rows: Iterable[Any]) -> dict[Any, list[Any]]:
    """Facts by their names, for a card has one date; other rows by what they say."""
    found: dict[Any, list[Any]] = {}
    for row in rows:
        found.setdefault(row.name if isinstance(row, Fact) else row, []).append(row)
    return found
