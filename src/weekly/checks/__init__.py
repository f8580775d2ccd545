"""What is looked at before an editor may approve. A check reads what it is given and says what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from weekly.checks.context import CheckContext
from weekly.deadline import within
from weekly.errors import OverBudget
from weekly.models import Finding, Level
from weekly.plugins import is_ours, parts

Check: TypeAlias = Callable[[CheckContext], Iterable[Finding]]
"""What an entry point of the group `weekly.checks` names."""
_hanging: set[Check] = set()
"""Checks of plugins that gave no answer: another look at the draft does not wait for them again."""


def findings(context: CheckContext) -> list[Finding]:
    """The findings of every check, those that block first."""
    found = [finding for name, check in parts("checks") for finding in _findings(name, check, context)]
    return sorted(found, key=lambda finding: (finding.level, finding.check, finding.card))


def _findings(name: str, check: Check, context: CheckContext) -> Sequence[Finding]:
    """Those of one check; what a check could not look at blocks until an editor has."""
    given, seconds = (
        replace(context, section=context.settings.section("checks", name)),
        context.settings.plugins.seconds,
    )
    try:
        if is_ours(check):
            return list(check(given))
        if check not in _hanging:
            return within(seconds, lambda: list(check(given)))
        message = f"the check gave no answer within {seconds:g} s before: mend or uninstall it, then start again"
    except OverBudget as error:
        _hanging.add(check)
        message = f"the check {error}: mend or uninstall it, then start again"
    except Exception as error:  # noqa: BLE001 - a plugin's fault is its own
        message = f"the check failed, unexpected {type(error).__name__}: {error}: mend or uninstall it"
    return [Finding(check=name, level=Level.BLOCK, card="", message=message)]
