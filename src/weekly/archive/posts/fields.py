"""What the fields of posts are called in front matter, in exports and in tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from weekly.sources.dates import parse_date
from weekly.text import one_line

TITLES = ("title", "subject", "headline", "name", "标题", "主题")
DATES = (
    *("date", "published_at", "publish_date", "published", "date_published", "publishdate", "pubdate", "post_date"),
    *("send_at", "sent_at", "started_at", "email_sent_at", "created", "created_at", "created time", "updated_at"),
    *("日期", "发布时间", "发布日期", "创建时间", "时间"),
)
TEXTS = (
    *("html", "content_html", "body", "content", "content_text", "plaintext", "lexical", "mobiledoc", "markdown"),
    *("body_html", "body_markdown", "text", "description", "altbody", "正文", "内容"),
)
_NOT_YET = frozenset({"draft", "scheduled", "paused", "imported", "about_to_send", "草稿"})
_YES, _NO = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})


def title_of(fields: Mapping[str, Any]) -> str:
    """The title among *fields*, in one line; empty where there is none."""
    return one_line(next((value for value in _values(fields, TITLES) if isinstance(value, str)), ""))


def date_of(fields: Mapping[str, Any]) -> datetime | None:
    """When the post with these *fields* was published."""
    moments = (parse_date(str(value)) for value in _values(fields, DATES) if not isinstance(value, bool))
    return next((moment for moment in moments if moment), None)


def is_published(fields: Mapping[str, Any]) -> bool:
    """Whether nothing among *fields* says that the post is a draft."""
    lower = {str(name).lower(): str(value).strip().lower() for name, value in fields.items()}
    drafted = lower.get("draft") in _YES or lower.get("status") in _NOT_YET
    return not drafted and lower.get("published") not in _NO and lower.get("is_published") not in _NO


def texts_of(fields: Mapping[str, Any]) -> list[str]:
    """What the post with these *fields* says, in each of the forms that it is kept in."""
    return [value for value in _values(fields, TEXTS) if isinstance(value, str)]


def _values(fields: Mapping[str, Any], names: tuple[str, ...]) -> list[Any]:
    """The values of those *fields* that are called so, in the order of *names*."""
    lower = {str(name).strip().lower(): value for name, value in fields.items()}
    return [lower[name] for name in names if lower.get(name)]
