"""Stories of Hacker News, by its search (https://hn.algolia.com/api), with their points as votes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from pydantic import Field

from weekly.context import PluginContext
from weekly.models import Entry, Kind, Window
from weekly.plugins import configured_by
from weekly.settings import SettingsSection
from weekly.sources import Report
from weekly.text import from_html, one_line

API = "https://hn.algolia.com/api/v1/search_by_date"


class HackerNewsSettings(SettingsSection):
    """[sources.hackernews]."""

    queries: tuple[str, ...] = ("llm",)
    points: int = Field(default=50, ge=0)
    """Stories with fewer are not asked for."""


@configured_by(HackerNewsSettings)
def create(context: PluginContext) -> Sequence[HackerNews]:
    """The source, where weekly.toml has its section."""
    return [HackerNews(context)] if context.section else []


class HackerNews:
    """A `Source`."""

    name = "hackernews"

    def __init__(self, context: PluginContext) -> None:
        self._settings = context.section
        self.fetcher = context.client.fetcher(self.name)
        self.report = Report()

    def collect(self, window: Window) -> Iterator[Sequence[Entry]]:
        """The stories of the window, a batch for each query."""
        span = f"created_at_i>={window.start.timestamp():.0f},created_at_i<{window.end.timestamp():.0f}"
        for query in self._settings.queries:
            wanted = {"query": query, "tags": "story", "numericFilters": f"{span},points>={self._settings.points}"}
            answer = self.fetcher.get(f"{API}?{urlencode({**wanted, 'hitsPerPage': 100})}")
            yield [_entry(hit) for hit in json.loads(answer.body)["hits"] if hit.get("url")]


def _entry(hit: dict[str, Any]) -> Entry:
    return Entry(
        source=HackerNews.name,
        key=str(hit["objectID"]),
        kind=Kind.POST,
        title=one_line(from_html(hit["title"])),
        url=hit["url"],
        text=from_html(hit.get("story_text") or ""),
        published=datetime.fromisoformat(hit["created_at"]),
        votes=hit["points"],
    )
