"""[destinations.*]: where an issue is made known beside the archive and the mail."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from weekly.settings.section import HttpAddress, SettingsSection

_REF = r"^[A-Za-z0-9][A-Za-z0-9._/-]*$"


class GitSettings(SettingsSection):
    """A commit and a push of archive/; an empty branch is the one that is checked out."""

    remote: str = Field(default="origin", pattern=_REF)
    branch: str = Field(default="", pattern=rf"{_REF}|^$")


class WechatSettings(SettingsSection):
    """HTML for a 公众号; a relative path is relative to the workspace."""

    path: str = Field(default="wechat", min_length=1)


class ButtondownSettings(SettingsSection):
    """https://docs.buttondown.com/api-introduction; the key comes from WEEKLY_BUTTONDOWN_API_KEY."""

    api_url: HttpAddress = "https://api.buttondown.com/v1"
    send: bool = False


class ListmonkSettings(SettingsSection):
    """https://listmonk.app/docs/apis/campaigns/; the token of the API user comes from WEEKLY_LISTMONK_TOKEN."""

    api_url: HttpAddress
    username: str = Field(pattern=r"^[^\s:]+$")
    lists: tuple[int, ...] = Field(min_length=1)
    template: int = Field(default=0, ge=0)
    send: bool = False


class WebhookSettings(SettingsSection):
    """A chat; its address, which lets anybody post, comes from WEEKLY_WEBHOOK_URL."""

    shape: Literal["slack", "discord", "feishu", "dingtalk"]

    @model_validator(mode="before")
    @classmethod
    def _no_address(cls, value: Any) -> Any:
        if isinstance(value, dict) and "url" in value:
            raise ValueError("its url lets anybody post, so it is a secret: set WEEKLY_WEBHOOK_URL instead")
        return value


class DestinationsSettings(SettingsSection):
    """Where an issue is announced beside the archive and the mail; what is not there is not asked."""

    git: GitSettings | None = None
    wechat: WechatSettings | None = None
    buttondown: ButtondownSettings | None = None
    listmonk: ListmonkSettings | None = None
    webhook: WebhookSettings | None = None
