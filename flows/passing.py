"""Which faults pass by themselves, so that trying again makes sense."""

from __future__ import annotations

from sqlalchemy.exc import InterfaceError, OperationalError

from weekly.errors import FetchError

DELAYS = (5, 10, 20, 30, 60, 60)
"""Seconds between tries: a database or a mail server that is gone for a minute or two is waited for."""


class Interrupted(Exception):
    """A sending process that ended before its work did, for a reason that passes."""


def passing(error: BaseException | None) -> bool:
    """Whether *error*, or what it came from, is a network, a database or a host that is away for now.

    What a person has to mend (a setting, an approval, a page that is missing) is none of these.
    """
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError | FetchError | ConnectionError | TimeoutError):
            return True
        if isinstance(error, Interrupted):
            return True
        error = error.__cause__
    return False
