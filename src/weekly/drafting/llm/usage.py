"""What a model answered, and what it cost: kept, so that nothing is asked or paid twice."""

from __future__ import annotations

import threading
from typing import Protocol

from weekly.models import Spent


class ModelUsage(Protocol):
    """Where answers and costs are kept."""

    def answer(self, key: str) -> str | None:
        """The answer kept under *key*."""

    def reserve(self, account: str, most: float, budget: float) -> int | None:
        """Books *most* under *account* before a call and returns the booking; None when *budget* does not hold it."""

    def settle(self, booking: int, spent: Spent, key: str = "", answer: str = "") -> None:
        """Puts what the call really used in the booking's place, and keeps the answer."""


class UsageInMemory:
    """Usage in memory, for one run."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: dict[str, str] = {}
        self._booked: list[tuple[str, Spent]] = []

    def answer(self, key: str) -> str | None:
        """The answer kept under *key*."""
        return self._answers.get(key)

    def reserve(self, account: str, most: float, budget: float) -> int | None:
        """Books *most* under *account*, unless that is more than *budget* holds."""
        with self._lock:
            if self.cost(account) + most > budget:
                return None
            self._booked.append((account, Spent(cost=most, outcome="asked")))
            return len(self._booked) - 1

    def settle(self, booking: int, spent: Spent, key: str = "", answer: str = "") -> None:
        """Puts what the call really used in the booking's place."""
        with self._lock:
            self._booked[booking] = (self._booked[booking][0], spent)
            if key:
                self._answers[key] = answer

    def cost(self, account: str) -> float:
        """What was booked under *account*."""
        return sum(spent.cost for booked, spent in self._booked if booked == account)
