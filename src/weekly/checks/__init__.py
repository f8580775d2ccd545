"""What is looked at before an editor may approve. A check reads the draft and says what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from weekly.models import Draft, Finding
from weekly.plugins import parts

Check: TypeAlias = Callable[[Draft], Iterator[Finding]]
"""What an entry point of the group `weekly.checks` names."""


def findings(draft: Draft) -> list[Finding]:
    """The findings of every check, those that block first."""
    found = [finding for _, check in parts("checks") for finding in check(draft)]
    return sorted(found, key=lambda finding: (finding.level, finding.check, finding.card))
