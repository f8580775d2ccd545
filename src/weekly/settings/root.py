"""weekly.toml as one frozen, validated value."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from pydantic import Field, create_model, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from weekly.plugins import sections
from weekly.select.ai_field import mostly_ai
from weekly.settings.destinations import DestinationsSettings
from weekly.settings.llm import LlmSettings
from weekly.settings.mail import MaildirSettings, SmtpSettings
from weekly.settings.newsletter import NewsletterSettings, Topic, default_topics
from weekly.settings.review import ReviewSettings, ScheduleSettings, ServeSettings
from weekly.settings.section import SettingsSection
from weekly.settings.sources import HttpSettings, RankingSettings, SourcesSettings

PREFIX = "WEEKLY_"
_log = logging.getLogger(__name__)


class DatabaseSettings(SettingsSection):
    """Where the state lives; a relative SQLite path is relative to the workspace."""

    url: str = Field(default="sqlite:///.weekly/weekly.db", pattern=r"^(sqlite:///|postgresql(\+psycopg)?://)")


class PluginBudget(SettingsSection):
    """How long what an installed plugin does may take: a batch of entries, a card, an opening, what a check says."""

    seconds: float = Field(default=300, gt=0, le=3600)


class PluginSettings(SettingsSection):
    """Sections that plugins of one family bring, by the names of their entry points; none of ours has any."""


class Settings(BaseSettings):
    """Everything an owner can set."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix=PREFIX, env_nested_delimiter="__", case_sensitive=False
    )

    newsletter: NewsletterSettings = NewsletterSettings()
    database: DatabaseSettings = DatabaseSettings()
    http: HttpSettings = HttpSettings()
    sources: SourcesSettings = SourcesSettings()
    topics: tuple[Topic, ...] = Field(default=(), validate_default=True)
    ranking: RankingSettings = RankingSettings()
    llm: LlmSettings | None = None
    smtp: SmtpSettings | None = None
    maildir: MaildirSettings | None = None
    review: ReviewSettings = ReviewSettings()
    serve: ServeSettings = ServeSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    destinations: DestinationsSettings = DestinationsSettings()
    plugins: PluginBudget = PluginBudget()
    drafters: PluginSettings = PluginSettings()
    checks: PluginSettings = PluginSettings()
    mailers: PluginSettings = PluginSettings()
    publishers: DestinationsSettings | None = Field(default=None, exclude=True)
    """The old name of `destinations`, still read in this version."""

    @property
    def fixed_sender(self) -> str:
        """The envelope sender of every mail; empty where each has one of its own, which tells what came back."""
        if self.smtp is None or (self.smtp.verp and not self.smtp.envelope_from):
            return ""
        return self.smtp.envelope_from or self.newsletter.mailbox.addr_spec

    @model_validator(mode="before")
    @classmethod
    def _old_names(cls, value: Any) -> Any:
        if not isinstance(value, Mapping) or not value.get("publishers"):
            return value
        _log.warning("[publishers.*] is called [destinations.*] now: rename it, the next version will not know it")
        old, new = value["publishers"], value.get("destinations") or {}
        both = {name: {**old[name], **new[name]} for name in old.keys() & new.keys()}
        return {**value, "destinations": {**old, **new, **both}, "publishers": None}

    @field_validator("topics", mode="before")
    @classmethod
    def _defaults_for_known_slugs(cls, value: Any) -> Any:
        """The default taxonomy, or the owner's list with what it leaves out about a known slug filled in."""
        defaults = default_topics()
        if not value:
            return list(defaults.values())
        return [
            {**defaults.get(str(row.get("slug", "")), {}), **row} if isinstance(row, dict) else row for row in value
        ]

    @field_validator("topics")
    @classmethod
    def _slugs_differ(cls, value: tuple[Topic, ...]) -> tuple[Topic, ...]:
        slugs = [topic.slug for topic in value]
        if doubled := {slug for slug in slugs if slugs.count(slug) > 1}:
            raise ValueError(f"two topics have the slug {min(doubled)!r}")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file; there is no third place."""
        del settings_cls, dotenv_settings, file_secret_settings
        return env_settings, init_settings

    @property
    def crowd(self) -> Literal["ai", "none"]:
        """Whose picks the ranking was learned from, as set or as the categories of arXiv say."""
        return self.ranking.crowd or ("ai" if mostly_ai(self.sources.arxiv.categories) else "none")

    @property
    def caps(self) -> dict[str, int]:
        """The cards of an issue that topics may have, by slug, where the owner has said so."""
        return {topic.slug: topic.cap for topic in self.topics if topic.cap is not None}

    def topic(self, slug: str) -> Topic:
        """The topic called *slug*; a bare one for a slug that the settings no longer know."""
        for topic in self.topics:
            if topic.slug == slug:
                return topic
        return Topic(slug=slug, name="其他", name_en="Other") if slug == "other" else Topic(slug=slug)

    def section(self, family: str, name: str) -> SettingsSection | None:
        """The section `[family.name]`, such as `[sources.mastodon]`; None where nothing is set."""
        part: SettingsSection | None = getattr(getattr(self, family), name, None)
        return part


@cache
def settings_model() -> type[Settings]:
    """`Settings` with the sections that installed plugins bring."""
    fields: dict[str, Any] = {}
    for family, added in sections().items():
        base: Any = Settings.model_fields[family].annotation
        more: dict[str, Any] = {name: (model | None, None) for name, model in added.items()}
        model = create_model(base.__name__, __base__=base, __module__=base.__module__, **more)
        fields[family] = (model, model())
    return create_model("Settings", __base__=Settings, **fields) if fields else Settings
