"""[review] and [schedule]: who decides, and when things run."""

from __future__ import annotations

from email.utils import parseaddr
from ipaddress import ip_network
from typing import Annotated

from pydantic import AfterValidator, Field

from weekly.settings.section import CronLine, Hook, HttpAddress, SettingsSection


class EditorName(str):
    """The name of an editor; `address` is where their test mails go, empty where the settings do not say."""

    __slots__ = ("address",)
    address: str


def _editor(value: str) -> EditorName:
    name, address = parseaddr(value) if "<" in value else (value, "")
    if not name.strip() or ("<" in value and address.count("@") != 1):
        raise ValueError(f"{value!r} should be a name, or a name and an address such as Ada <ada@example.org>")
    editor = EditorName(name.strip())
    editor.address = address
    return editor


class ReviewSettings(SettingsSection):
    """Who may approve; an empty list means anyone who can run the command. The token is WEEKLY_REVIEW_TOKEN.

    `url` is where the page is served; `on_approval` is an address that is told of each approval.
    """

    editors: tuple[Annotated[str, AfterValidator(_editor)], ...] = ()
    approvals: int = Field(default=1, ge=1, le=5)
    wait: int = Field(default=10, ge=0, le=1440)
    proxy_header: str = Field(default="", pattern=r"^[A-Za-z0-9-]*$")
    url: HttpAddress = "http://127.0.0.1:8765"
    on_approval: Hook = ""

    def address_of(self, editor: str) -> str:
        """The mail address of *editor*; empty where the settings name none."""
        return next((one.address for one in self.editors if isinstance(one, EditorName) and one == editor), "")


def _network(value: str) -> str:
    try:
        return str(ip_network(value.strip()))
    except ValueError as error:
        raise ValueError(f"{value!r} is no address or network: {error}: write one such as 10.0.0.0/8") from None


class ServeSettings(SettingsSection):
    """The pages of `weekly serve` and `weekly review`: whose word about who asks is believed.

    `trusted_proxies` are addresses or networks of your own proxies, whose X-Forwarded-For and X-Forwarded-Proto count.
    """

    trusted_proxies: tuple[Annotated[str, AfterValidator(_network)], ...] = ("127.0.0.0/8", "::1/128")


class ScheduleSettings(SettingsSection):
    """When each flow runs, as cron lines in the newsletter's time zone; an empty line means never by itself.

    `mailbox` is where bounces come in, as `weekly bounces` takes it; `mailbox_token_command` prints an access token for
    it where IMAP takes no password; `senders` is how many send side by side;
    `on_failure` is an address that is told of runs that failed; `name` tells newsletters on one server apart.
    """

    name: str = Field(default="", pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]{0,63})?$")
    prepare: CronLine = "0 6 * * 1"
    publish: CronLine = "*/10 * * * *"
    deliver: CronLine = "*/10 * * * *"
    bounces: CronLine = "*/30 * * * *"
    mailbox: str = ""
    mailbox_token_command: str = ""
    senders: int = Field(default=1, ge=1, le=64)
    on_failure: Hook = ""
