"""When each part of the week's work runs next, by the cron lines of the settings.

Times are the newsletter's. On the days when clocks change a line runs once: in the hour that comes twice the first
time, in the hour that is left out when that hour would have ended (Debian's cron, which `cronsim` follows; Prefect
runs such a line an hour before instead).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cronsim import CronSim

from weekly.settings import Settings

PARTS = ("prepare", "publish", "deliver", "bounces")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRun:
    """A part of the work, the cron line it runs by, and its next moment in the newsletter's time zone."""

    what: str
    cron: str
    at: datetime | None
    """None: never by itself."""


def lines(settings: Settings) -> dict[str, str]:
    """The cron line of each part; an empty one for what runs only by hand."""
    found = {what: str(getattr(settings.schedule, what)) for what in PARTS}
    return found if settings.schedule.mailbox else {**found, "bounces": ""}


def planned_runs(settings: Settings, now: datetime) -> list[PlannedRun]:
    """What runs when after *now*, the soonest first, what never runs by itself last."""
    local = now.astimezone(settings.newsletter.zone)
    rows = [PlannedRun(what=what, cron=cron, at=following(cron, local)) for what, cron in lines(settings).items()]
    return sorted(rows, key=lambda row: (row.at is None, row.at or local, PARTS.index(row.what)))


def following(cron: str, after: datetime) -> datetime | None:
    """The first moment of *cron* after *after*, in its time zone; None for an empty line."""
    return next(CronSim(cron, after), None) if cron else None


def previous(cron: str, before: datetime) -> datetime | None:
    """The last moment of *cron* not after *before*, in its time zone; None for an empty line."""
    return next(CronSim(cron, before, reverse=True), None) if cron else None
