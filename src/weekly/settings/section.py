"""What sections of weekly.toml are made of."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _http_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("should be an http:// or https:// address")
    return value.rstrip("/")


def _cron_line(value: str) -> str:
    if not value.strip():
        return ""
    from cronsim import CronSim, CronSimError  # noqa: PLC0415 - most settings name no time of their own

    try:
        next(CronSim(value, datetime(2000, 1, 1, tzinfo=UTC)))
    except (CronSimError, StopIteration) as error:
        raise ValueError(f"{value!r} is no cron line: {error}: write one such as '0 6 * * 1', Monday at six") from None
    return " ".join(value.split())


Language = Literal["zh", "en"]
HttpAddress = Annotated[str, AfterValidator(_http_address)]
Hook = Annotated[str, AfterValidator(lambda value: _http_address(value) if value else "")]
CronLine = Annotated[str, AfterValidator(_cron_line)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]


class SettingsSection(BaseModel):
    """A section: frozen, and without keys that nobody knows."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def is_loopback(host: str) -> bool:
    """Whether *host*, as written, is this machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
