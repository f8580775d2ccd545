"""Every error that this package raises on purpose.

WeeklyError                one line for the person in front of it: what, where, the mend
├── SettingsError          weekly.toml or an environment variable
├── WorkspaceError         no workspace, or one that cannot be written
├── StoreError             the database is locked, full, damaged or away
├── WeekError              not an ISO week
├── FetchError             an address that did not answer as it should
│   ├── Unreachable        nobody answered
│   │   └── Silent         … in time
│   ├── Unanswered         what was sent left, and no answer came
│   ├── Throttled          told to wait longer than we may
│   ├── SuspiciousEmpty    an answer that is empty where it should not be
│   ├── Refused            an address that we do not ask
│   ├── Gone               an address that was given up for good
│   └── NotRecorded        a replayed recording does not hold the address
├── ParseError             a document or answer that cannot be read
│   └── UnknownFormat      a document in none of the four formats
├── OverBudget             what somebody sent takes more time or memory than it may
├── BrokenTemplate        a template that cannot be read, or names what it is not given
├── StageError             a stage whose input is not there
├── NotApproved            nothing an editor has approved
├── Blocked                a finding stands in the way
└── Conflict               somebody else changed the same text
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class WeeklyError(Exception):
    """One line for the person in front of it: what is wrong, where, and the mend."""


class SettingsError(WeeklyError):
    """weekly.toml or an environment variable holds something that cannot be used."""


class WorkspaceError(WeeklyError):
    """There is no workspace here, or it cannot be written."""


class StoreError(WeeklyError):
    """The database did not do what it was asked: locked, full, damaged or away.

    Attributes:
        database: its address, without the password.
        cause: what the database said.
        mend: what the owner can do.
        passing: whether it may be over by itself: the server is away, or the database is locked.
    """

    def __init__(self, *, database: str, cause: str, mend: str, passing: bool = False) -> None:
        super().__init__(f"{database}: {cause}: {mend}")
        self.passing = passing
        self.database = database
        self.cause = cause
        self.mend = mend

    @property
    def is_damage(self) -> bool:
        """Whether the file of the database cannot be read any more as what it was."""
        return "it is damaged" in self.mend


class WeekError(WeeklyError, ValueError):
    """A text that is not an ISO week such as 2025-W15."""


class FetchError(WeeklyError):
    """An address did not answer as it should.

    Attributes:
        url: the address asked.
        status: the HTTP status of the last answer, None when there was none.
        retries: how often it was asked again before giving up.
    """

    def __init__(self, message: str, *, url: str = "", status: int | None = None, retries: int = 0) -> None:
        super().__init__(message)
        self.url = url
        self.status = status
        self.retries = retries


class Unreachable(FetchError):
    """Nobody answered: no route, no name, a timeout, a connection that broke off."""


class Silent(Unreachable):
    """Nobody answered in time, or not to the end."""


class Unanswered(FetchError):
    """What was sent has left and no answer came: nobody knows whether it was taken, so it is not sent again."""


class Throttled(FetchError):
    """The host told us to wait longer than we are willing to."""


class SuspiciousEmpty(FetchError):
    """An answer that is whole and empty, although there should be something in it."""


class Gone(FetchError):
    """The address was given up for good (HTTP 410), or the way there: nobody has to try again."""


class Refused(FetchError):
    """An address that we do not ask, or an answer that we do not take (too large, too many redirects)."""


class NotRecorded(FetchError):
    """A replayed recording does not hold this address."""


class ParseError(WeeklyError):
    """A document or an answer that cannot be read; the message names the place."""


class OverBudget(WeeklyError):
    """What somebody sent takes more time or memory than it may."""


class UnknownFormat(ParseError):
    """A document is in none of the four formats."""


class BrokenTemplate(WeeklyError):
    """A template cannot be read, or names what it is not given."""


class StageError(WeeklyError):
    """A stage was asked to run before what it needs is there."""


class NotApproved(WeeklyError):
    """Nothing is published that an editor has not approved."""


class Blocked(WeeklyError):
    """A finding stands in the way until it is mended or overridden with a reason."""


class Conflict(WeeklyError):
    """Somebody else changed the same text in the meantime; both versions are kept."""


def is_passing(error: BaseException | None) -> bool:
    """Whether *error*, or what it came from, may be over by itself: a network, a database or a process is away.

    What a person has to mend, a setting or an approval that is missing, is none of these.
    """
    away = (FetchError, ConnectionError, TimeoutError, ChildProcessError)
    while error is not None:
        if isinstance(error, away) or (isinstance(error, StoreError) and error.passing):
            return True
        error = error.__cause__
    return False


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a message about a *word* that is none of *known*: the nearest of these, or all where none is near."""
    words = list(known)
    close = get_close_matches(word, words, n=1, cutoff=0.5)
    return f", did you mean {close[0]}?" if close else f"; known are {', '.join(words)}"
