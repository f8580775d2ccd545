"""[smtp] and [maildir]: how mail leaves."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from weekly.settings.section import SettingsSection, ascii_domain, is_loopback


class PerDomainSettings(SettingsSection):
    """How gently one domain of readers is written to, by each sending process; 0 means no limit of its own."""

    connections: int = Field(default=0, ge=0)
    rate: float = Field(default=0, ge=0)


class DkimSettings(SettingsSection):
    """Signing by ourselves (RFC 6376), for relays that do not; `key` is the path of a PEM file."""

    selector: str = Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$")
    domain: str = Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$")
    key: str = Field(min_length=1)


class SmtpSettings(SettingsSection):
    """The mail relay; the password comes from WEEKLY_SMTP_PASSWORD.

    `rate` is mails a second, of all processes together, and 0 as fast as they go; `max_age` is the days after which
    an approval is too old to be sent. `envelope_from` is a fixed address to send from, where the relay wants that of
    its login; else, unless `verp` is false, each mail has an envelope sender of its own.
    """

    host: str = Field(pattern=r"^[A-Za-z0-9.:_-]+$")
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    token_command: str = ""
    plaintext_host: str = ""
    connections: int = Field(default=8, ge=1, le=200)
    rate: float = Field(default=0, ge=0)
    per_domain: PerDomainSettings = PerDomainSettings()
    max_age: float = Field(default=7, gt=0)
    dkim: DkimSettings | None = None
    envelope_from: str = Field(default="", pattern=r"^([A-Za-z0-9._%+=-]+@[^\s<>@,;:]+)?$")
    verp: bool = True

    @field_validator("envelope_from")
    @classmethod
    def _in_ascii(cls, value: str) -> str:
        local, at, domain = value.rpartition("@")
        return f"{local}{at}{ascii_domain(domain)}"

    @model_validator(mode="after")
    def _nothing_in_the_clear(self) -> Self:
        if self.plaintext_host and (self.security, self.plaintext_host) != ("none", self.host):
            raise ValueError(f'plaintext_host is for security = "none" and has to repeat host: {self.host!r}')
        if self.security == "none" and not (is_loopback(self.host) or self.plaintext_host):
            raise ValueError(
                f'security = "none" is for a relay on this machine, not {self.host}: use "starttls", or for one on a'
                " network of your own name it again in plaintext_host"
            )
        if self.security == "none" and (self.username or self.token_command):
            raise ValueError('a login needs security = "starttls" or "tls"')
        if self.token_command and not self.username:
            raise ValueError("token_command needs the username that its token is for")
        return self


class MaildirSettings(SettingsSection):
    """Deliver into a Maildir instead of SMTP; a relative path is relative to the workspace."""

    path: str = Field(min_length=1)
