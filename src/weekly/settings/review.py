"""[review] and [schedule]: who decides, and when things run."""

from __future__ import annotations

from pydantic import Field

from weekly.settings.section import CronLine, Hook, HttpAddress, SettingsSection


class ReviewSettings(SettingsSection):
    """Who may approve; an empty list means anyone who can run the command. The token is WEEKLY_REVIEW_TOKEN.

    `url` is where the page is served; `on_approval` is an address that is told of each approval.
    """

    editors: tuple[str, ...] = ()
    approvals: int = Field(default=1, ge=1, le=5)
    wait: int = Field(default=10, ge=0, le=1440)
    proxy_header: str = Field(default="", pattern=r"^[A-Za-z0-9-]*$")
    url: HttpAddress = "http://127.0.0.1:8765"
    on_approval: Hook = ""


class ScheduleSettings(SettingsSection):
    """When each flow runs, as cron lines in the newsletter's time zone; an empty line means never by itself.

    `mailbox` is where bounces come in, as `weekly bounces` takes it; `senders` is how many send side by side;
    `on_failure` is an address that is told of runs that failed; `name` tells newsletters on one server apart.
    """

    name: str = Field(default="", pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]{0,63})?$")
    prepare: CronLine = "0 6 * * 1"
    publish: CronLine = "*/10 * * * *"
    deliver: CronLine = "*/10 * * * *"
    bounces: CronLine = "*/30 * * * *"
    mailbox: str = ""
    senders: int = Field(default=1, ge=1, le=64)
    on_failure: Hook = ""
