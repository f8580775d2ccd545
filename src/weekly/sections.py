"""What sections of weekly.toml are made of, and those about when things run and where an issue is announced."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator


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


HttpAddress = Annotated[str, AfterValidator(_http_address)]
Hook = Annotated[str, AfterValidator(lambda value: _http_address(value) if value else "")]
CronLine = Annotated[str, AfterValidator(_cron_line)]
_REF = r"^[A-Za-z0-9][A-Za-z0-9._/-]*$"


class Section(BaseModel):
    """A section: frozen, and without keys that nobody knows."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Git(Section):
    """A commit and a push of archive/; an empty branch is the one that is checked out."""

    remote: str = Field(default="origin", pattern=_REF)
    branch: str = Field(default="", pattern=rf"{_REF}|^$")


class Wechat(Section):
    """HTML for a 公众号; a relative path is relative to the workspace."""

    path: str = Field(default="wechat", min_length=1)


class Buttondown(Section):
    """https://docs.buttondown.com/api-introduction; the key comes from WEEKLY_BUTTONDOWN_API_KEY."""

    api_url: HttpAddress = "https://api.buttondown.com/v1"
    send: bool = False


class Listmonk(Section):
    """https://listmonk.app/docs/apis/campaigns/; the token of the API user comes from WEEKLY_LISTMONK_TOKEN."""

    api_url: HttpAddress
    username: str = Field(pattern=r"^[^\s:]+$")
    lists: tuple[int, ...] = Field(min_length=1)
    template: int = Field(default=0, ge=0)
    send: bool = False


class Webhook(Section):
    """A chat; its address, which lets anybody post, comes from WEEKLY_WEBHOOK_URL."""

    shape: Literal["slack", "discord", "feishu", "dingtalk"]

    @model_validator(mode="before")
    @classmethod
    def _no_address(cls, value: Any) -> Any:
        if isinstance(value, dict) and "url" in value:
            raise ValueError("its url lets anybody post, so it is a secret: set WEEKLY_WEBHOOK_URL instead")
        return value


class Publishers(Section):
    """Where an issue is announced beside the archive and the mail; what is not there is not asked."""

    git: Git | None = None
    wechat: Wechat | None = None
    buttondown: Buttondown | None = None
    listmonk: Listmonk | None = None
    webhook: Webhook | None = None


class Schedule(Section):
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
