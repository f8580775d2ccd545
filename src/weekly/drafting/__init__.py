"""From a candidate to the card that an editor sees first."""

from __future__ import annotations

from typing import Protocol

from weekly.models import Candidate, Card


class Drafter(Protocol):
    """What writes a card.

    An entry point of the group `weekly.drafters` names a factory: `create(context) -> Drafter`.
    """

    at_once: int
    """How many cards may be asked for at the same time."""

    def card(self, candidate: Candidate) -> Card:
        """The card of *candidate*. What cannot be had (a page, a picture, a model) is a note, never an error."""
        ...
