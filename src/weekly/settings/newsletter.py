"""[newsletter] and [[topics]]: title, language, addresses and topics of the newsletter."""

from __future__ import annotations

import re
import tomllib
from email.headerregistry import Address
from email.utils import getaddresses, parseaddr
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, field_validator

from weekly.settings.section import HttpAddress, Language, SettingsSection, Slug, ascii_domain


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{value!r} is no time zone: write one of the tz database, such as Asia/Shanghai") from None
    return value


def _refuse_outside_path(value: str) -> str:
    if value.startswith(("/", ".")) or ".." in value.split("/") or "\\" in value:
        raise ValueError(f"{value!r} should be the name of a page inside archive/")
    return value


Page = Annotated[str, AfterValidator(_refuse_outside_path)]


_LONGEST_MAILBOX = 500
"""Characters; the mail library goes down one call for each bracket that opens."""


class NewsletterSettings(SettingsSection):
    """What the newsletter is called and how it speaks."""

    title: str = "AI周报"
    language: Language = "zh"
    timezone: Annotated[str, AfterValidator(_zone)] = "UTC"
    url: HttpAddress = "https://weekly.example.org"
    description: str = ""
    subscribe_url: HttpAddress | Literal[""] = ""
    postal_address: str = ""
    sender: str = Field(default="AI周报 <weekly@example.org>", alias="from")
    reply_to: str = ""
    items: int = Field(default=12, ge=1, le=100)
    blocks: int = Field(default=3, ge=0, le=20)
    cover: str = ""
    cover_credit: str = ""
    welcome: bool = False

    @field_validator("sender")
    @classmethod
    def _one_mailbox(cls, value: str) -> str:
        named = getaddresses([value]) if value.isprintable() and len(value) <= _LONGEST_MAILBOX else []
        local, _, domain = (named[0][1] if len(named) == 1 else "").rpartition("@")
        if not (local and domain):
            raise ValueError("should be one mailbox, such as AI周报 <weekly@example.org>")
        if not re.fullmatch(r"[\w!#$%&'*/=?^`{|}~+-]+(\.[\w!#$%&'*/=?^`{|}~+-]+)*", local, re.ASCII):
            raise ValueError(f"what stands before the @ of {value!r} should be plain ASCII: relays refuse others")
        if not re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", ascii_domain(domain)):
            raise ValueError(f"{domain!r} is no domain of a mailbox, such as AI周报 <weekly@example.org>")
        return value

    @field_validator("reply_to")
    @classmethod
    def _an_address(cls, value: str) -> str:
        if value and not re.fullmatch(
            r"[\w.!#$%&'*/=?^`{|}~+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", value, re.ASCII
        ):
            raise ValueError("should be one address, such as editor@example.org")
        return value

    @property
    def editor(self) -> str:
        """The address that readers' answers go to."""
        return self.reply_to or self.mailbox.addr_spec

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that weeks and dates are counted in."""
        return ZoneInfo(self.timezone)

    @property
    def mailbox(self) -> Address:
        """The sender, as the mail library wants it."""
        name, address = parseaddr(self.sender)
        local, _, domain = address.rpartition("@")
        return Address(display_name=name, username=local, domain=ascii_domain(domain))


class Topic(SettingsSection):
    """A topic and the rules that file works under it.

    `keywords` maps a word or phrase to its weight; a plain list gives each the weight 1.
    """

    slug: Slug
    name: str = ""
    name_en: str = ""
    keywords: dict[str, float] = Field(default={})
    categories: tuple[str, ...] = ()
    cap: int | None = Field(default=None, ge=0)
    """Cards of it in one issue, at most; without one it gets a quarter of the issue, more where nothing else is."""
    collection: Page = ""
    handbook: Page = ""
    chapter: str = ""
    """The heading of the handbook's chapter that its questions go to; else the one that fits its names and keywords."""

    @field_validator("keywords", mode="before")
    @classmethod
    def _weights(cls, value: Any) -> Any:
        return dict.fromkeys(value, 1.0) if isinstance(value, list | tuple) else value

    def label(self, language: str) -> str:
        """Its name in *language*, its slug when it has none."""
        return (self.name_en if language == "en" else self.name) or self.name or self.name_en or self.slug


@cache
def default_topics() -> dict[str, dict[str, Any]]:
    """The taxonomy that comes with the package, by slug."""
    text = (Path(__file__).parent.parent / "topics.toml").read_text(encoding="utf-8")
    return {row["slug"]: row for row in tomllib.loads(text)["topics"]}
