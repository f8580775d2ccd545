"""From a candidate to the card that an editor sees first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from weekly.models import Candidate, Card


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Headlines and summary, or why there are none."""

    headlines: tuple[str, ...] = ()
    summary: str = ""
    """Markdown."""
    note: str = ""


class Drafter(Protocol):
    """What writes a card.

    An entry point of the group `weekly.drafters` names a factory: `create(context) -> Drafter | None`, None when the
    settings do not ask for it.
    """

    at_once: int
    """How many cards may be asked for at the same time."""

    def card(self, candidate: Candidate) -> Card:
        """The card of *candidate*. What cannot be had (a page, a picture, a model) is a note, never an error."""
        ...


@runtime_checkable
class OpeningDrafter(Drafter, Protocol):
    """A drafter that writes the issue's headlines and summary too; without it the owner's template does."""

    def opening(self, cards: Sequence[Card]) -> Opening:
        """The opening of an issue of *cards*, the best first; what it leaves empty is the template's."""
        ...
