"""A destination that a plugin brings: where it fails or hangs, the announcement says so, and the others go on."""

from __future__ import annotations

from functools import partial

from weekly.deadline import Budget
from weekly.destinations import Destination, Post
from weekly.errors import OverBudget, StageError, Unanswered
from weekly.plugins import fault


class PluginDestination:
    """A `Destination` that asks the plugin's within *budget*; *why_not* is why there is none of *theirs*."""

    def __init__(self, name: str, theirs: Destination | None, budget: Budget, why_not: str = "") -> None:
        self._name, self._theirs, self._budget, self._why_not = name, theirs, budget, why_not
        self.repeatable = bool(getattr(theirs, "repeatable", False))

    def plan(self, post: Post) -> str:
        """What it would do; raises what it raises, and StageError where it cannot be asked."""
        return self._budget.call(partial(self._asked().plan, post))

    def announce(self, post: Post) -> str:
        """Where the issue stands now; raises Unanswered, too, where it gives no answer and must not be repeated."""
        try:
            return self._budget.call(partial(self._asked().announce, post))
        except OverBudget as error:
            told = self._told(fault(error))
            raise (StageError(told) if self.repeatable else Unanswered(told)) from error

    def _asked(self) -> Destination:
        if self._theirs is None:
            raise StageError(self._told(self._why_not))
        return self._theirs

    def _told(self, why: str) -> str:
        return f"destination {self._name} {why}: mend or uninstall the plugin"
