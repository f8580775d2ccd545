"""How gently the mailboxes of one domain are written to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from weekly.models import Outcome, State
from weekly.settings import PerDomainSettings

IN_A_ROW = 10
"""So many temporary refusals in a row mean the domain and not its mailboxes: greylisting lets others pass between."""
FIRST, LONGEST = 60.0, 3600.0
"""Seconds that a domain is left alone then, and at most after several times."""


@dataclass(slots=True)
class _DomainState:
    busy: int = 0
    next_at: float = 0.0
    refusals: int = 0
    pause: float = FIRST
    held_until: float = 0.0


class Domains:
    """What each domain may get now. Times are seconds of any one clock."""

    def __init__(self, limits: PerDomainSettings) -> None:
        self._limits = limits
        self._domains: dict[str, _DomainState] = {}

    def pause_left(self, domain: str, now: float) -> timedelta | None:
        """How long a domain that refuses everything is left alone, None when it takes mail."""
        known = self._domains.get(domain)
        return timedelta(seconds=known.held_until - now) if known and known.held_until > now else None

    def free(self, domain: str, now: float) -> bool:
        """Whether a mail to *domain* may begin."""
        known = self._domains.get(domain)
        if known is None:
            return True
        limit = self._limits.connections
        return known.next_at <= now and (not limit or known.busy < limit)

    def begin(self, domain: str, now: float) -> None:
        """A mail to *domain* begins."""
        known = self._domains.setdefault(domain, _DomainState())
        known.busy += 1
        if self._limits.rate:
            known.next_at = max(now, known.next_at) + 1 / self._limits.rate

    def end(self, domain: str, outcome: Outcome, now: float) -> None:
        """What became of it."""
        known = self._domains[domain]
        known.busy -= 1
        if outcome.state is not State.PENDING:
            known.refusals, known.pause = 0, FIRST
        elif outcome.tried:
            known.refusals += 1
            if known.refusals >= IN_A_ROW:
                known.held_until = now + known.pause
                known.refusals, known.pause = 0, min(LONGEST, 2 * known.pause)
