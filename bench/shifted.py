"""A time of its own for the programs that a bench starts: Mondays come when the bench says so.

The wall clock of what is started, PostgreSQL included, is shifted by libfaketime: it runs at its usual speed and the
bench sets it forward. Sleeps take what they take. `pip install libfaketime`: under Debian's 0.9.10 Prefect's
server does not come up.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

WHEEL = "vendor/libfaketime/src/libfaketime.so.1"
_CACHED = 1
"""Whole seconds for which a program keeps the shift that it has read."""


def library() -> Path:
    """libfaketime of the wheel; ends the bench with one line where there is none."""
    wheel = find_spec("libfaketime")
    if wheel is None or wheel.origin is None:
        sys.exit("libfaketime is not installed: pip install libfaketime")
    return Path(wheel.origin).parent / WHEEL


class ShiftedClock:
    """The shifted time, as an injected clock for what runs in this process, and as environment for what it starts."""

    def __init__(self, folder: Path, moment: datetime) -> None:
        self._file = folder / "shift"
        self._seconds = 0.0
        self.environment = {
            "LD_PRELOAD": str(library()),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": str(_CACHED),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }
        self._shift(moment)

    @property
    def now(self) -> datetime:
        """The shifted moment."""
        return datetime.fromtimestamp(time.time() + self._seconds, UTC)

    def __call__(self) -> datetime:
        """The shifted moment."""
        return self.now

    def set(self, moment: datetime) -> None:
        """Goes on to *moment*, and waits until everybody has seen it; never back."""
        if moment > self.now:
            self._shift(moment)
            time.sleep(_CACHED + 2)

    def _shift(self, moment: datetime) -> None:
        self._seconds = float(round(moment.timestamp() - time.time()))
        part = self._file.with_suffix(".part")
        part.write_text(f"{self._seconds:+.0f}\n", encoding="ascii")
        part.chmod(0o644)
        part.replace(self._file)
