"""ISO weeks, and notices about the issue of one: the two things that a mailing can be of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import total_ordering
from typing import TypeAlias
from zoneinfo import ZoneInfo

from weekly.errors import WeekError

_WEEK = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)
# Plans reach some weeks further on either side, and the calendar of the standard library ends at 0001 and 9999.
_YEARS = range(2, 9999)


@total_ordering
@dataclass(frozen=True, slots=True)
class Week:
    """An ISO 8601 week, written 2025-W15: Monday to Sunday, in the newsletter's time zone."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Week:
        """The week that *text* names; raises WeekError for anything else, and for weeks that no year has."""
        match = _WEEK.fullmatch(text.strip())
        if not match:
            raise WeekError(f"{text[:40]!r} is not a week: write the ISO year and week, as in 2025-W15")
        year, number = int(match[1]), int(match[2])
        if year not in _YEARS:
            raise WeekError(f"the week {text.strip()} does not exist: years run from 0002 to 9998")
        last = date(year, 12, 28).isocalendar().week  # which is always of the last, as ISO 8601 counts
        if not 1 <= number <= last:
            raise WeekError(f"the week {text.strip()} does not exist: {year} has weeks W01 to W{last}")
        return cls(year, number)

    @classmethod
    def of(cls, moment: datetime, zone: ZoneInfo) -> Week:
        """The week that *moment* falls in where the clocks show *zone*."""
        year, number, _ = moment.astimezone(zone).isocalendar()
        return cls(year, number)

    @property
    def week(self) -> Week:
        """Itself, as a `Mailing`: the week of the issue that it is or is about."""
        return self

    @property
    def monday(self) -> date:
        """Its first day."""
        return date.fromisocalendar(self.year, self.number, 1)

    def start(self, zone: ZoneInfo) -> datetime:
        """Midnight at the beginning of its Monday in *zone*, in UTC."""
        return datetime.combine(self.monday, time(), zone).astimezone(UTC)

    def end(self, zone: ZoneInfo) -> datetime:
        """The first moment after it, in UTC."""
        return datetime.combine(self.monday + timedelta(days=7), time(), zone).astimezone(UTC)

    def shift(self, weeks: int) -> Week:
        """The week that many weeks later, or earlier for a negative number."""
        year, number, _ = (self.monday + timedelta(weeks=weeks)).isocalendar()
        return Week(year, number)

    def __str__(self) -> str:
        return f"{self.year:04d}-W{self.number:02d}"

    def __lt__(self, other: Week) -> bool:
        return (self.year, self.number) < (other.year, other.number)


@total_ordering
@dataclass(frozen=True, slots=True)
class Notice:
    """What the readers of an issue are told about its first, second, … correction: written 2025-W15+1."""

    week: Week
    number: int

    def __str__(self) -> str:
        return f"{self.week}+{self.number}"

    def __lt__(self, other: Notice) -> bool:
        return (self.week, self.number) < (other.week, other.number)


Mailing: TypeAlias = Week | Notice
"""What is sent to many: an issue, or a notice to its readers."""


def mailing(text: str) -> Mailing:
    """What *text* names: 2025-W15 or 2025-W15+1; raises WeekError for anything else."""
    week, plus, number = text.strip().partition("+")
    if not plus:
        return Week.parse(week)
    if not re.fullmatch(r"[1-9]\d{0,4}", number, re.ASCII):
        raise WeekError(
            f"{text[:40]!r} is no notice: write the week and the number of its correction, as in 2025-W15+1"
        )
    return Notice(Week.parse(week), int(number))


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The span of time that a source is asked about; `end` is outside it."""

    start: datetime
    end: datetime
    week: Week
    now: datetime
    """When it is asked."""
    watch: tuple[str, ...] = ()
    """Identities of what was published lately: a new version of one of them is worth knowing."""
    since: datetime | None = None
    """The first moment that the source was ever read for, before `start`; None in its first week."""
