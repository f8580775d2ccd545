"""Which faults are transient, so that trying again makes sense."""

from __future__ import annotations

from sqlalchemy.exc import InterfaceError, OperationalError

from weekly.errors import FetchError, StoreError

TRANSIENT = (OperationalError, InterfaceError, FetchError, ConnectionError, TimeoutError, ChildProcessError)
"""A network, a database or a process is away for now; a setting or an approval that is missing is none of these."""


def is_transient(error: BaseException | None) -> bool:
    """Whether *error*, or what it came from, goes away without a person."""
    while error is not None:
        # What runs past SQLAlchemy fails with the exceptions of the driver: the store says what they mean.
        if isinstance(error, TRANSIENT) or (isinstance(error, StoreError) and error.passing):
            return True
        error = error.__cause__
    return False
