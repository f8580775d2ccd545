"""Everything an owner can set, a module for each part of weekly.toml."""

from __future__ import annotations

from weekly.settings.destinations import ButtondownSettings, GitSettings, ListmonkSettings
from weekly.settings.llm import LlmSettings
from weekly.settings.loading import FILE, find_workspace, load, origins, read_file, secret
from weekly.settings.mail import DkimSettings, PerDomainSettings, SmtpSettings
from weekly.settings.newsletter import NewsletterSettings, Topic, default_topics
from weekly.settings.review import ReviewSettings, ScheduleSettings
from weekly.settings.root import PREFIX, Settings
from weekly.settings.section import Hook, HttpAddress, Language, SettingsSection, is_loopback
from weekly.settings.sources import FeedSettings, HttpSettings

__all__ = [
    "FILE",
    "PREFIX",
    "ButtondownSettings",
    "DkimSettings",
    "FeedSettings",
    "GitSettings",
    "Hook",
    "HttpAddress",
    "HttpSettings",
    "Language",
    "ListmonkSettings",
    "LlmSettings",
    "NewsletterSettings",
    "PerDomainSettings",
    "ReviewSettings",
    "ScheduleSettings",
    "Settings",
    "SettingsSection",
    "SmtpSettings",
    "Topic",
    "default_topics",
    "find_workspace",
    "is_loopback",
    "load",
    "origins",
    "read_file",
    "secret",
]
