"""JSON Feed 1.1, https://www.jsonfeed.org/version/1.1/, as rows of the shape that feedparser gives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any

_VERSION = "jsonfeed.org/version/"


def rows_of(body: bytes) -> list[Mapping[str, Any]] | None:
    """The items of a JSON Feed; None when *body* is none."""
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return None
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if (
        not isinstance(feed, dict)
        or _VERSION not in str(feed.get("version"))
        or not isinstance(feed.get("items"), list)
    ):
        return None
    return [_row(item if isinstance(item, dict) else {}) for item in feed["items"]]


def title_of(body: bytes) -> str:
    """The title of the JSON Feed *body*."""
    return str(json.loads(body).get("title") or "")


def _row(item: Mapping[str, Any]) -> Mapping[str, Any]:
    text = item.get("content_html") or escape(str(item.get("content_text") or item.get("summary") or ""))
    return {
        # Numbers for identifiers are forbidden, and met with.
        "id": "" if item.get("id") is None else str(item["id"]),
        "link": item.get("url") or item.get("external_url") or "",
        "title": escape(str(item.get("title") or ""), quote=False),
        "content": [{"value": str(text)}],
        "published": item.get("date_published") or "",
        "updated": item.get("date_modified") or "",
        "authors": [one for one in _listed(item, "authors") or [item.get("author")] if isinstance(one, dict)],
        "tags": [{"term": str(one)} for one in _listed(item, "tags")],
        "enclosures": [{"href": one.get("url")} for one in _listed(item, "attachments") if isinstance(one, dict)],
    }


def _listed(item: Mapping[str, Any], name: str) -> list[Any]:
    found = item.get(name)
    return found if isinstance(found, list) else []
