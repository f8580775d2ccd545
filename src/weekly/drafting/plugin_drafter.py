"""A drafter that a plugin brings: where it fails or hangs, the card is the built-in drafter's, with a note."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from weekly.deadline import Budget
from weekly.drafting import Drafter, Opening, OpeningDrafter
from weekly.models import Candidate, Card
from weekly.plugins import ask


def plugin_drafter(
    name: str, create: Callable[[], Drafter | None], ours: Drafter, seconds: float
) -> PluginDrafter | None:
    """The drafter that the plugin *name* makes, with *ours* behind it; None when the settings do not ask for it.

    It has *seconds* for each card.
    """
    budget = Budget(seconds)
    theirs, why = ask(budget, create)
    return PluginDrafter(name, theirs, ours, budget, why) if theirs is not None or why else None


class PluginDrafter:
    """An `OpeningDrafter` that asks the plugin's first."""

    def __init__(self, name: str, theirs: Drafter | None, ours: Drafter, budget: Budget, why_not: str = "") -> None:
        """*why_not* is why *theirs* is not to be asked at all."""
        self._name, self._theirs, self._ours, self._budget, self._why_not = name, theirs, ours, budget, why_not
        self.at_once: int = getattr(theirs, "at_once", 1)

    def card(self, candidate: Candidate) -> Card:
        """The plugin's card of *candidate*; the built-in drafter's when there is none."""
        made, why = self._asked("card", candidate)
        if isinstance(made, Card):
            return made
        card = self._ours.card(candidate)
        return replace(card, notes=(*card.notes, self._note(why, "this card is the built-in drafter's")))

    def opening(self, cards: Sequence[Card]) -> Opening:
        """The plugin's headlines and summary; nothing but the reason when there are none."""
        if not isinstance(self._theirs, OpeningDrafter):
            return Opening()
        made, why = self._asked("opening", cards)
        return made if isinstance(made, Opening) else Opening(note=self._note(why, "the opening is the template's"))

    def _asked(self, what: str, about: Any) -> tuple[Any, str]:
        """Its answer, or why there is none."""
        if self._why_not:
            return None, self._why_not
        return ask(self._budget, partial(getattr(self._theirs, what), about))

    def _note(self, why: str, instead: str) -> str:
        return f"drafter {self._name} {why or 'gave something else'}: {instead}; mend or uninstall the plugin"
