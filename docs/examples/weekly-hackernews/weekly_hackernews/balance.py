"""Whether enough of the issue comes from one source."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from weekly.checks.context import CheckContext
from weekly.models import Finding, Level
from weekly.plugins import configured_by
from weekly.settings import SettingsSection


class BalanceSettings(SettingsSection):
    """[checks.balance]."""

    source: str
    least: int = Field(default=1, ge=1)
    """Cards that the source should have named."""


@configured_by(BalanceSettings)
def balance(context: CheckContext) -> Iterator[Finding]:
    """A warning where the source named too few of the cards, with how it did this week."""
    wanted = context.section
    if wanted is None:
        return
    named = [
        one for one in context.candidates.values() if wanted.source in {entry.source for entry in one.work.entries}
    ]
    if len(named) < wanted.least:
        verdict = next((one.verdict for one in context.health if one.source == wanted.source), "not read")
        message = f"{wanted.source} ({verdict}) named {len(named)} cards, at least {wanted.least} are wanted"
        yield Finding(check="balance", level=Level.WARN, card="", message=message)
