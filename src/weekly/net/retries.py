"""How long to wait before the same address is asked again, and when to give up."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

from weekly.errors import FetchError, Unreachable

TRIES = 6
"""How often in a row the same kind of failure is borne."""
_SILENT_TRIES = 5
"""The same for a host that does not answer at all: it is dead rather than busy."""
_LONGEST = 6.0
"""Seconds that a pause grows to when the host names none."""


class Backoff:
    """The patience with one address: pauses that grow, with jitter, and an end.

    A failure of another kind is a sign of life: the pauses begin anew. The time lost to all of them is bounded, more
    tightly for a host that says nothing.
    """

    def __init__(self, tries: int, timeout: float, max_wait: float) -> None:
        """*timeout* and *max_wait* are seconds; *max_wait* bounds what is lost in all."""
        self.retries = 0
        self._tries = tries
        self._max_wait = max_wait
        self._silence = max(20.0, 8 * timeout)
        self._lost = 0.0
        self._lost_in_row = 0.0
        self._kind: tuple[type[FetchError], int | None] | None = None
        self._row = 0

    def pause(self, error: FetchError, spent: float, wait: float) -> float | None:
        """The seconds to wait after *error*, at least the *wait* that the host asked for; None to give up.

        *spent* are the seconds that the failed try took.
        """
        if (kind := (type(error), error.status)) != self._kind:
            self._kind, self._row, self._lost_in_row = kind, 0, 0.0
        self._row += 1
        silent = isinstance(error, Unreachable)
        grown = min(2.0 ** (self._row - 1), _LONGEST) * random.uniform(0.75, 1.25)  # noqa: S311 - jitter
        pause = max(wait, grown)
        self._lost += spent + pause
        self._lost_in_row += spent + pause
        if self._row >= (min(self._tries, _SILENT_TRIES) if silent else self._tries):
            return None
        if self._lost > self._max_wait or (silent and self._lost_in_row > self._silence):
            return None
        self.retries += 1
        return pause


def retry_after(headers: Mapping[str, str]) -> float:
    """The seconds that a host wants us to wait, 0 if it says nothing: Retry-After (RFC 9110, 10.2.3) or GitHub's.

    A moment is told by the host's clock, so it counts from the date of the answer (RFC 9110, 6.6.1), not from ours.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    reset = headers.get("x-ratelimit-reset", "")
    limited = headers.get("x-ratelimit-remaining") == "0" and reset.isascii() and reset.isdigit()
    until = _moment(value) if value else float(reset[:12]) if limited else None
    now = _moment(headers.get("date", ""))
    return max(0.0, until - now) if until is not None and now is not None else 0.0


def _moment(value: str) -> float | None:
    """The seconds since the epoch of an HTTP date; None for what is none."""
    try:
        when = parsedate_to_datetime(value)
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
