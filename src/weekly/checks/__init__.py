"""What is looked at before an editor may approve. A check reads what it is given and says what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias

from weekly.checks.context import CheckContext
from weekly.models import Finding, Level
from weekly.plugins import parts

Check: TypeAlias = Callable[[CheckContext], Iterable[Finding]]
"""What an entry point of the group `weekly.checks` names."""


def findings(context: CheckContext) -> list[Finding]:
    """The findings of every check, those that block first."""
    found = [finding for name, check in parts("checks") for finding in _findings(name, check, context)]
    return sorted(found, key=lambda finding: (finding.level, finding.check, finding.card))


def _findings(name: str, check: Check, context: CheckContext) -> Iterator[Finding]:
    """Those of one check; what a check could not look at blocks until an editor has."""
    try:
        yield from check(replace(context, section=context.settings.section("checks", name)))
    except Exception as error:  # noqa: BLE001 - a plugin's fault is its own
        message = f"the check failed, unexpected {type(error).__name__}: {error}: mend or uninstall it"
        yield Finding(check=name, level=Level.BLOCK, card="", message=message)
