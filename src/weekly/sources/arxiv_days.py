"""When arXiv announces what: https://info.arxiv.org/help/availability.html.

A day's submissions close at 14:00 US Eastern and are announced at 20:00, from Sunday to Thursday: those until Friday on
Sunday, the weekend's on Monday. On holidays nothing is announced; the next evening makes up for it. Only what has been
announced is found by a search, so a week is whole only after its last submissions were announced.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")
_CLOSES, _ANNOUNCED = time(14), time(20)
_DAY = timedelta(days=1)
_FRIDAY, _SATURDAY, _SUNDAY = 4, 5, 6
_FIXED = frozenset({(1, 1), (6, 19), (7, 4), (12, 24), (12, 25), (12, 31)})


def announced_until(moment: datetime) -> datetime:
    """The end of submissions that were announced by *moment*, in UTC: what was submitted later cannot be found yet."""
    evening = moment.astimezone(EASTERN).date()
    while not announces(evening) or _at(evening, _ANNOUNCED) > moment:
        evening -= _DAY
    closing = evening - 2 * _DAY if evening.weekday() == _SUNDAY else evening
    return _at(closing, _CLOSES)


def announces(evening: date) -> bool:
    """Whether there is an announcement on *evening*.

    The holidays are those that arXiv has kept in past years. One too many here makes a later run read some days again;
    one too few would lose them, so doubtful ones are in.
    """
    return evening.weekday() not in {_FRIDAY, _SATURDAY} and not _holiday(evening)


def _holiday(day: date) -> bool:
    if (day.month, day.day) in _FIXED:
        return True
    monday, thursday = day.weekday() == 0, day.weekday() == 3  # noqa: PLR2004
    third, fourth = 15 <= day.day <= 21, 22 <= day.day <= 28  # noqa: PLR2004
    return (
        (day.month == 1 and monday and third)  # Martin Luther King Jr.
        or (day.month == 5 and monday and day.day > 24)  # noqa: PLR2004 - Memorial Day
        or (day.month == 9 and monday and day.day <= 7)  # noqa: PLR2004 - Labor Day
        or (day.month == 11 and thursday and fourth)  # noqa: PLR2004 - Thanksgiving
    )


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, EASTERN).astimezone(UTC)
