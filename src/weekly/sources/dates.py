"""Dates as feeds write them, read or refused but never guessed: what a date leaves out is not filled in from today's.

RFC 822 and 2822, RFC 3339 and ISO 8601, the forms of Chinese and Korean sites, month names in the languages of the
field, seconds since the epoch. A time without a zone counts as UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Nothing on the web is older: an earlier date is an empty field that a program filled in, such as 1970 or 0001."""
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
_LONGEST = 80
_MONTHS = {
    # The beginnings of the names in English, German, French, Spanish, Italian, Portuguese and Dutch.
    **dict.fromkeys(("jan", "ene", "gen"), 1),
    **dict.fromkeys(("feb", "fév", "fev"), 2),
    **dict.fromkeys(("mar", "mär", "mrz", "maa", "mrt"), 3),
    **dict.fromkeys(("apr", "avr", "abr"), 4),
    **dict.fromkeys(("may", "mai", "mei", "mag"), 5),
    **dict.fromkeys(("jun", "juin", "giu"), 6),
    **dict.fromkeys(("jul", "juil", "lug"), 7),
    **dict.fromkeys(("aug", "aoû", "aou", "ago"), 8),
    **dict.fromkeys(("sep", "set"), 9),
    **dict.fromkeys(("oct", "okt", "ott", "out"), 10),
    **dict.fromkeys(("nov",), 11),
    **dict.fromkeys(("dec", "dez", "déc", "dic"), 12),
}
_ZONES = {
    # RFC 822, section 5.1, and a few that are common and mean one thing; any other name counts as UTC (RFC 2822, 4.3).
    **dict.fromkeys(("UT", "UTC", "GMT", "Z", "WET"), 0),
    **dict.fromkeys(("EST", "CDT"), -5),
    **dict.fromkeys(("MST", "PDT"), -7),
    "EDT": -4,
    "CST": -6,
    "MDT": -6,
    "PST": -8,
    "BST": 1,
    "CET": 1,
    "CEST": 2,
    "EET": 2,
    "EEST": 3,
    "MSK": 3,
    "SGT": 8,
    "HKT": 8,
    "JST": 9,
    "KST": 9,
}
_CLOCK = re.compile(
    r"(?P<half>上午|下午|오전|오후)?\s?(?<![\d+])(?P<hour>[01]?\d|2[0-4])(?::|时|時|点|點)(?P<minute>[0-5]\d)"
    r"(?:(?::|分)(?P<second>[0-5]\d|60)秒?)?(?:[.,]\d{1,9})?分?\s?(?P<pm>[ap]\.?\s?m\b\.?)?",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"\s?(?:GMT|UTC)?(?P<sign>[+\u2212-])(?P<hours>0\d|1[0-4]|\d(?!\d)):?(?P<minutes>[0-5]\d)?\b")
_COMPACT_CLOCK = re.compile(r"(?<=\dT)([0-2]\d)([0-5]\d)([0-5]\d)?(?!\d)")
_DIGITS = re.compile(r"^((?:19|20)\d{6})(?=\d{6}$)")
_ZONE = re.compile(r"\s?\(?([A-Z]{1,5})\b")
_YEAR_FIRST = re.compile(
    r"(?<!\d)(?P<year>\d{4})\s?(?:[-/.]|年|년)\s?(?P<month>1[0-2]|0?[1-9])\s?(?:[-/.]|月|월)\s?(?P<day>[0-3]?\d)(?!\d)"
)
_COMPACT = re.compile(r"^(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>[0-3]\d)(?=$|T|\s)")
_DAY_FIRST = re.compile(r"(?<!\d)(?P<day>[0-3]?\d)\.\s?(?P<month>1[0-2]|0?[1-9])\.\s?(?P<year>\d{4})(?!\d)")
_SLASHED = re.compile(r"(?<!\d)(?P<one>[0-3]?\d)[/-](?P<other>[0-3]?\d)[/-](?P<year>\d{4})(?!\d)")
_DAY_NAME = re.compile(
    r"(?<!\d)(?P<day>[0-3]?\d)(?:st|nd|rd|th|er|\.)?[\s,-]+(?:de\s+)?(?P<name>[^\W\d_]{3,10})\.?[\s,-]+(?:de\s+)?"
    r"(?P<year>\d{4}|\d\d)(?![\d:])",
    re.IGNORECASE,
)
_YEAR_NAME_DAY = re.compile(
    r"(?<!\d)(?P<year>\d{4})[\s-](?P<name>[^\W\d_]{3,10})\.?[\s-](?P<day>[0-3]?\d)(?!\d)", re.IGNORECASE
)
_NAME_DAY = re.compile(
    r"\b(?P<name>[^\W\d_]{3,10})\.?\s+(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?:,\s*|\s+)(?P<year>\d{4})(?!\d)", re.IGNORECASE
)
_NAME_DAY_LATER = re.compile(
    r"\b(?P<name>[^\W\d_]{3,10})\.?\s+(?P<day>[0-3]?\d)\b[^\d]{0,12}\s(?P<year>\d{4})$", re.IGNORECASE
)
"""As `date` prints: "Tue Apr  8 10:00:00 UTC 2025", once its clock has been taken out."""
_EPOCH = re.compile(r"^\d{9,10}(?:\d{3})?(?:\.\d{1,6})?$")
_ORDINAL = re.compile(r"^(?P<year>\d{4})-?(?P<day>[0-3]\d\d)(?=$|T)")
_WEEK = re.compile(r"^(?P<year>\d{4})-?W(?P<week>[0-5]\d)(?:-?(?P<day>[1-7]))?(?=$|T)")
_FROM_1900 = 50
"""RFC 2822, section 4.3: two digits from 50 on are of the last century."""


def parse_date(text: str) -> datetime | None:
    """The moment that *text* names, in UTC; None when it names none."""
    text = _DIGITS.sub(r"\1T", " ".join(text.split()))
    text = _COMPACT_CLOCK.sub(lambda found: ":".join(filter(None, found.groups())), text)
    if not text or len(text) > _LONGEST:
        return None
    try:
        moment = _from_epoch(text) if _EPOCH.match(text) else _written(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment is not None and EARLIEST <= moment < LATEST else None


def _from_epoch(text: str) -> datetime:
    """Seconds, or milliseconds where there are thirteen digits."""
    seconds = float(text)
    return datetime.fromtimestamp(seconds / 1000 if len(text.partition(".")[0]) > 10 else seconds, UTC)  # noqa: PLR2004


def _written(text: str) -> datetime | None:
    clock = _CLOCK.search(text)
    rest = text if clock is None else f"{text[: clock.start()]} {_after(text, clock)[0]}".strip()
    day = _day(rest.removesuffix("T").strip())
    if day is None or clock is None:
        return day
    offset = _after(text, clock)[1]
    return day.replace(tzinfo=timezone(offset)).astimezone(UTC) + _since_midnight(clock)


def _after(text: str, clock: re.Match[str]) -> tuple[str, timedelta]:
    """What follows the clock without its zone, and the zone's distance from UTC."""
    rest = text[clock.end() :]
    if found := _OFFSET.match(rest):
        size = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
        return rest[found.end() :], size if found["sign"] == "+" else -size
    if (found := _ZONE.match(rest)) and not _month(found[1]):
        return rest[found.end() :], timedelta(hours=_ZONES.get(found[1], 0))
    return rest, timedelta()


def _since_midnight(clock: re.Match[str]) -> timedelta:
    hour = int(clock["hour"])
    half = (clock["half"] or clock["pm"] or "").lower()
    if half.startswith(("下午", "오후", "p")) and hour < 12:  # noqa: PLR2004
        hour += 12
    elif half.startswith(("上午", "오전", "a")) and hour == 12:  # noqa: PLR2004
        hour = 0
    return timedelta(hours=hour, minutes=int(clock["minute"]), seconds=int(clock["second"] or 0))


def _day(text: str) -> datetime | None:
    """Midnight of the day in *text*."""
    if found := _YEAR_FIRST.search(text) or _COMPACT.match(text) or _DAY_FIRST.search(text):
        return _midnight(int(found["year"]), int(found["month"]), int(found["day"]))
    if found := _WEEK.match(text):
        return datetime.fromisocalendar(int(found["year"]), int(found["week"]), int(found["day"] or 1)).replace(
            tzinfo=UTC
        )
    if found := _ORDINAL.match(text):
        return datetime.strptime(f"{found['year']} {found['day']}", "%Y %j").replace(tzinfo=UTC)
    if found := _SLASHED.search(text):
        return _slashed(int(found["one"]), int(found["other"]), int(found["year"]))
    for form in (_DAY_NAME, _YEAR_NAME_DAY, _NAME_DAY, _NAME_DAY_LATER):
        for found in form.finditer(text):
            if month := _month(found["name"]):
                return _midnight(_year(found["year"]), month, int(found["day"]))
    return None


def _slashed(one: int, other: int, year: int) -> datetime:
    """The day first, as nearly everywhere outside the United States, unless that is no date."""
    months = 12
    return _midnight(year, one, other) if other > months else _midnight(year, other, one)


def _midnight(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def _month(name: str) -> int:
    """The number of the month, 0 for what is none: three letters tell, but for the French June and July."""
    name = name.casefold()
    return _MONTHS.get(name[:4]) or _MONTHS.get(name[:3], 0)


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:  # noqa: PLR2004
        return year
    return year + (1900 if year >= _FROM_1900 else 2000)
