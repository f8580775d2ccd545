"""Which faults are transient, so that trying again makes sense."""

from __future__ import annotations

from sqlalchemy.exc import InterfaceError, OperationalError

from weekly.errors import FetchError

TRANSIENT = (OperationalError, InterfaceError, FetchError, ConnectionError, TimeoutError, ChildProcessError)
"""A network, a database or a process is away for now; a setting or an approval that is missing is none of these."""


def is_transient(error: BaseException | None) -> bool:
    """Whether *error*, or what it came from, goes away without a person."""
    while error is not None:
        if isinstance(error, TRANSIENT):
            return True
        error = error.__cause__
    return False
