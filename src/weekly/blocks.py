"""What stands in an issue beside the cards and is marked as such: an editorial, an announcement, a sponsor's words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class BlockKind(StrEnum):
    """Whose words they are."""

    EDITORIAL = "editorial"
    ANNOUNCEMENT = "announcement"
    SPONSOR = "sponsor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Words of an editor or a sponsor; no source stands behind them, and each form says so."""

    kind: BlockKind
    title: str
    body: str
    """Markdown."""
    after: str = ""
    """The id of the card that it follows; empty before the first."""


def with_places(blocks: Iterable[Block], before: Sequence[str], cards: Collection[str]) -> tuple[Block, ...]:
    """*blocks* among *cards*: one behind a card that is gone follows the nearest that was *before* it and is there."""
    return tuple(
        block if block.after in {"", *cards} else replace(block, after=_nearest(block, before, cards))
        for block in blocks
    )


def _nearest(block: Block, before: Sequence[str], cards: Collection[str]) -> str:
    at = before.index(block.after) if block.after in before else 0
    return next((card for card in reversed(before[:at]) if card in cards), "")


def by_place(blocks: Iterable[Block]) -> dict[str, list[Block]]:
    """The blocks by the card that they follow."""
    places: dict[str, list[Block]] = {}
    for block in blocks:
        places.setdefault(block.after, []).append(block)
    return places
