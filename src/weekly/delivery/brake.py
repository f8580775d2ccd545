"""Whose fault refusals are: the relay is blamed first, an address only once others were accepted beside it."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import replace
from datetime import timedelta

from weekly.models import State
from weekly.store.deliveries import PUT_BACK, Settled

WINDOW = 50
"""So many of the last answers are looked at."""
SUSPICIOUS = 20
"""So many refusals among them, and more than are accepted, are about us."""
SAME_DOMAIN = 10
"""So many unknown addresses of one domain, and not one that it took, are about the domain or us."""
LAST = 3
"""So many refusals about us at the end of a run, with nothing accepted after them, are a limit that was reached."""
PAUSE = timedelta(hours=1)
"""What was put back is due again after this, or when a person starts the next run."""


class Brake:
    """Holds refusals back from the ledger until it is clear that the relay accepts mail at all.

    What it holds stays in the hand of its process: if that dies, nothing was decided.
    """

    def __init__(self, accepted: int) -> None:
        """*accepted* mails of this issue have left before."""
        self._accepted = accepted
        self._lately: deque[bool] = deque(maxlen=WINDOW)
        self._held: list[Settled] = []
        self._ours_since_accepted = 0
        self._taken, self._unknown = Counter[str](), Counter[str]()
        self.fault = ""
        """What the relay said to everybody, once that is clear."""

    def judge(self, settled: Settled) -> list[Settled]:
        """What may be written down now."""
        outcome, domain = settled[1], _domain(settled)
        if outcome.state is State.SENT:
            self._accepted += 1
            self._taken[domain] += 1
            self._ours_since_accepted = 0
            self._lately.append(True)
            return [*self._clear(), settled]
        if outcome.state is not State.FAILED and not outcome.ours:
            return [settled]
        self._held.append(settled)
        self._lately.append(False)
        self._unknown[domain] += outcome.unknown
        self._ours_since_accepted += outcome.ours
        if len(self._held) >= SUSPICIOUS and self._mostly_refused():
            self.fault = self.fault or outcome.detail
        return []

    def end(self) -> list[Settled]:
        """What is written down of the rest: put back where it is about us, else as it was answered."""
        held, self._held = self._held, []
        if held and (len(held) > self._accepted or self._ours_since_accepted >= LAST):
            self.fault = self.fault or held[-1][1].detail
        if self.fault:
            return [_put_back(settled) for settled in held]
        return [_put_back(settled) if self._unknown[_domain(settled)] >= SAME_DOMAIN else settled for settled in held]

    def _clear(self) -> list[Settled]:
        """What was refused among others that were accepted."""
        if self.fault or self._mostly_refused():
            return []
        kept = [settled for settled in self._held if self._is_open(settled)]
        clear = [settled for settled in self._held if not self._is_open(settled)]
        self._held = kept
        return clear

    def _is_open(self, settled: Settled) -> bool:
        domain = _domain(settled)
        return settled[1].unknown and self._unknown[domain] > 1 and not self._taken[domain]

    def _mostly_refused(self) -> bool:
        return 2 * sum(self._lately) < len(self._lately)


def _domain(settled: Settled) -> str:
    return settled[0].email.rpartition("@")[2].lower()


def _put_back(settled: Settled) -> Settled:
    delivery, outcome = settled
    detail = f"{PUT_BACK}{outcome.detail}"
    return delivery, replace(outcome, state=State.PENDING, detail=detail, unknown=False, tried=False, again_after=PAUSE)
