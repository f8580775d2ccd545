"""What is looked at before an editor may approve. A check reads what it is given and says what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from weekly.checks.context import CheckContext
from weekly.deadline import Budget
from weekly.errors import OverBudget
from weekly.models import Finding, Level
from weekly.plugins import budget_of, fault, parts

Check: TypeAlias = Callable[[CheckContext], Iterable[Finding]]
"""What an entry point of the group `weekly.checks` names."""
_budgets: dict[Check, Budget] = {}
"""Another look at the draft does not wait again for checks that gave no answer."""


def findings(context: CheckContext) -> list[Finding]:
    """The findings of every check, those that block first."""
    found = [finding for name, check in parts("checks") for finding in _findings(name, check, context)]
    return sorted(found, key=lambda finding: (finding.level, finding.check, finding.card))


def _findings(name: str, check: Check, context: CheckContext) -> Sequence[Finding]:
    """Those of one check; what a check could not look at blocks until an editor has."""
    given = replace(context, section=context.settings.section("checks", name))
    budget = _budgets.setdefault(check, budget_of(check, context.settings.plugins.seconds))
    try:
        return budget.call(lambda: list(check(given)))
    except Exception as error:  # noqa: BLE001 - a plugin's fault is its own
        again = ", then start again" if isinstance(error, OverBudget) else ""
        message = f"the check {fault(error)}: mend or uninstall it{again}"
    return [Finding(check=name, level=Level.BLOCK, card="", message=message)]
