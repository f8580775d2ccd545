"""Database errors as `StoreError`: one line with the mend."""

from __future__ import annotations

from sqlalchemy import URL, make_url

from weekly.errors import StoreError

_SQLITE = {
    "database is locked": "another program holds it: end that one, or run again later",
    "disk is full": "free some space on that disk, then run again",
    "disk I/O error": "the disk that it lies on fails: look after that disk",
    "malformed": "it is damaged: restore it from a backup with 'weekly db restore'",
    "not a database": "it is damaged or something else: restore it from a backup with 'weekly db restore'",
    "readonly": "its file or folder cannot be written: give this user the right to",
    "unable to open": "its file or folder cannot be opened: give this user the right to",
}
"""What SQLite says of a fault (https://www.sqlite.org/rescode.html), and what its owner can do."""
_SERVER = {
    "authentication failed": "check user and password in [database] url",
    "does not exist": "check [database] url, or create what it names",
    "No space left": "free some space on the server's disk, then run again",
    "deadlock detected": "another transaction stood in the way: run again",
    "too many clients": "the server takes no more connections: run fewer processes, or raise its max_connections",
}
"""The same of PostgreSQL (https://www.postgresql.org/docs/current/errcodes-appendix.html)."""
_AWAY = "the server does not answer: start it, then run again"
_BUSY = "this process has no connection left: run again, or do less at once"
_OTHER = "nothing of this step was written: mend the cause, then run again"
_PASSING = {_SQLITE["database is locked"], _SERVER["deadlock detected"], _SERVER["too many clients"], _AWAY, _BUSY}


def store_error(error: Exception, url: URL) -> StoreError:
    """What became of the database at *url*, from what SQLAlchemy or the driver raised."""
    reason = getattr(error, "orig", None) or error
    cause = str(reason).strip().partition("\n")[0][:300]
    mend = _mend(reason, cause, url.get_backend_name())
    return StoreError(database=without_password(url), cause=cause, mend=mend, passing=mend in _PASSING)


def without_password(url: str | URL) -> str:
    """The address *url* without its password."""
    return make_url(url).render_as_string(hide_password=True)


def _mend(reason: BaseException, cause: str, backend: str) -> str:
    if "QueuePool" in cause:
        return _BUSY
    if backend == "sqlite":
        return next((mend for words, mend in _SQLITE.items() if words in cause), _OTHER)
    # The driver has a class for each code of the server; those of a server that is away descend from this one.
    if any(base.__name__ in {"OperationalError", "InterfaceError"} for base in type(reason).__mro__):
        return next((mend for words, mend in _SERVER.items() if words in cause), _AWAY)
    return _OTHER
