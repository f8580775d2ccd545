"""A drafter that a plugin brings: where it fails or hangs, the card is the built-in drafter's, with a note."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from weekly.deadline import within
from weekly.drafting import Drafter, Opening, OpeningDrafter
from weekly.errors import OverBudget
from weekly.models import Candidate, Card


def plugin_drafter(
    name: str, create: Callable[[], Drafter | None], ours: Drafter, seconds: float
) -> PluginDrafter | None:
    """The drafter that the plugin *name* makes, with *ours* behind it; None when the settings do not ask for it.

    It has *seconds* for each card.
    """
    theirs, fault, _ = _try(seconds, create)
    return PluginDrafter(name, theirs, ours, seconds, fault) if theirs is not None or fault else None


class PluginDrafter:
    """An `OpeningDrafter` that asks the plugin's first."""

    def __init__(self, name: str, theirs: Drafter | None, ours: Drafter, seconds: float, fault: str = "") -> None:
        """*fault* is why *theirs* is not to be asked at all."""
        self._name, self._theirs, self._ours, self._seconds, self._fault = name, theirs, ours, seconds, fault
        self.at_once: int = getattr(theirs, "at_once", 1)

    def card(self, candidate: Candidate) -> Card:
        """The plugin's card of *candidate*; the built-in drafter's when there is none."""
        made, fault = self._asked("card", candidate)
        if isinstance(made, Card):
            return made
        card = self._ours.card(candidate)
        return replace(card, notes=(*card.notes, self._note(fault, "this card is the built-in drafter's")))

    def opening(self, cards: Sequence[Card]) -> Opening:
        """The plugin's headlines and summary; nothing but the reason when there are none."""
        if not isinstance(self._theirs, OpeningDrafter):
            return Opening()
        made, fault = self._asked("opening", cards)
        return made if isinstance(made, Opening) else Opening(note=self._note(fault, "the opening is the template's"))

    def _asked(self, what: str, about: Any) -> tuple[Any, str]:
        """Its answer, or why there is none. One that hung is not asked again: each card would take as long."""
        if self._fault:
            return None, self._fault
        made, fault, hangs = _try(self._seconds, partial(getattr(self._theirs, what), about))
        self._fault = fault if hangs else ""
        return made, fault

    def _note(self, fault: str, instead: str) -> str:
        return f"drafter {self._name} {fault or 'gave something else'}: {instead}; mend or uninstall the plugin"


def _try(seconds: float, call: Callable[[], Any]) -> tuple[Any, str, bool]:
    """What *call* returns, or why it did not, and whether it hangs."""
    try:
        return within(seconds, call), "", False
    except OverBudget as error:
        return None, str(error), True
    except Exception as error:  # noqa: BLE001 - a plugin's fault is its own
        return None, f"failed, unexpected {type(error).__name__}: {error}", False
