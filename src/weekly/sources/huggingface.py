"""The papers that the community of Hugging Face picks every day, with the votes that they got so far.

https://huggingface.co/papers; its API: https://huggingface.co/docs/hub/api. Nothing is picked at weekends.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from weekly.context import PluginContext
from weekly.errors import FetchError, SuspiciousEmpty
from weekly.models import Entry, Kind, LeftOut, Omission, Window
from weekly.net.client import Answer, Client, Fetcher
from weekly.select.urls import arxiv_id
from weekly.settings import Settings
from weekly.sources import Report
from weekly.sources.dates import parse_date
from weekly.sources.feed_entries import web_address
from weekly.text import one_line, paragraphs

PER_DAY = 100
_HUB = {"linkedModels": "https://huggingface.co/", "linkedSpaces": "https://huggingface.co/spaces/"}
_SILENT = 3
"""Weekdays without any picked paper that cannot be."""
_LINKED = 5
"""Models and spaces of a paper that are named."""


def create(context: PluginContext) -> Sequence[HuggingFace]:
    """The source, if it is switched on."""
    settings = context.settings
    return [HuggingFace(settings, context.client)] if settings.sources.huggingface.enabled else []


class HuggingFace:
    """The daily papers of the days of a window."""

    name = "huggingface"

    def __init__(self, settings: Settings, client: Client) -> None:
        self._api_url = settings.sources.huggingface.api_url
        self._zone = settings.newsletter.zone
        self.fetcher: Fetcher = client.fetcher(self.name)
        self.report = Report()

    def collect(self, window: Window) -> Iterator[Sequence[Entry]]:
        """The papers of each day, a batch a day; a day that cannot be read is a gap.

        Raises the first FetchError when no day could be read, SuspiciousEmpty when no day had any.
        """
        failures: list[FetchError] = []
        answered, shown, empty = False, 0, 0
        for day in _days(window.start.astimezone(self._zone).date(), window.end.astimezone(self._zone)):
            try:
                rows = self._rows(day)
            except FetchError as error:
                failures.append(error)
                if error.status is None and not answered:
                    break
                continue
            answered, shown, empty = True, shown + len(rows), empty + (not rows)
            yield [one for row in rows if (one := self._entry(row, day, window)) is not None]
        if failures and not answered:
            raise failures[0]
        if not shown and empty >= _SILENT:
            raise SuspiciousEmpty(f"{self._api_url}: nothing was picked on {empty} days", url=self._api_url, status=200)
        self.report.gaps += map(str, failures)

    def _rows(self, day: date) -> list[Any]:
        address = f"{self._api_url}/daily_papers?{urlencode({'date': day.isoformat(), 'limit': PER_DAY})}"
        rows: list[Any] = json.loads(self.fetcher.get(address, broken=_broken, tries=3).body)
        return rows

    def _entry(self, row: Any, day: date, window: Window) -> Entry | None:
        paper = row.get("paper") if isinstance(row, dict) else None
        identifier = arxiv_id(f"https://arxiv.org/abs/{paper.get('id')}") if isinstance(paper, dict) else ""
        title = one_line(str(paper.get("title") or row.get("title") or ""), 500) if isinstance(paper, dict) else ""
        if not identifier or not title:
            self.report.left_out.append(_unusable(self.name, identifier, title))
            return None
        assert isinstance(paper, dict)  # noqa: S101 - without it there is no identifier
        published = parse_date(str(paper.get("publishedAt") or ""))
        authors: list[Any] = paper["authors"] if isinstance(paper.get("authors"), list) else []
        return Entry(
            source=self.name,
            key=identifier,
            kind=Kind.PAPER,
            title=title,
            url=f"https://huggingface.co/papers/{identifier}",
            text=paragraphs(str(paper.get("summary") or "")),
            authors=tuple(one_line(str(one["name"])) for one in authors if isinstance(one, dict) and one.get("name")),
            published=published,
            updated=datetime.combine(day, time(), UTC),
            links=tuple(dict.fromkeys(_links(paper))),
            picked=True,
            votes=_count(paper.get("upvotes")),
            remarks=_remarks(row, paper, day),
            late=f"picked on {day}" if published is not None and published < window.start else "",
        )


def _days(first: date, end: datetime) -> Iterator[date]:
    """The weekdays from *first* to the last that begins before *end*."""
    day = first
    while datetime.combine(day, time(), end.tzinfo) < end:
        if day.weekday() < 5:  # noqa: PLR2004 - Saturday
            yield day
        day += timedelta(days=1)


def _links(paper: Mapping[str, Any]) -> Iterator[str]:
    for name in ("githubRepo", "projectPage"):
        if found := web_address(str(paper.get(name) or "")):
            yield found
    for name, place in _HUB.items():
        listed = paper.get(name) if isinstance(paper.get(name), list) else []
        for one in (listed or [])[:_LINKED]:
            identifier = one.get("id") if isinstance(one, dict) else one
            if isinstance(identifier, str) and web_address(place + identifier) == place + identifier:
                yield place + identifier


def _remarks(row: Mapping[str, Any], paper: Mapping[str, Any], day: date) -> str:
    """When and by whom it was picked, and how much was said about it."""
    by = paper.get("submittedOnDailyBy") or row.get("submittedBy")
    name = (
        one_line(str(by.get("fullname") or by.get("name") or by.get("user") or ""), 60) if isinstance(by, dict) else ""
    )
    comments = _count(row.get("numComments"))
    return f"picked {day}" + (f" by {name}" if name else "") + (f", {comments} comments" if comments else "")


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _unusable(source: str, identifier: str, title: str) -> LeftOut:
    reason = "no title" if identifier else "no arXiv number"
    return LeftOut(source=source, key=identifier or title[:400] or "-", omission=Omission.UNUSABLE, reason=reason)


def _broken(answer: Answer) -> FetchError | None:
    try:
        rows = json.loads(answer.body)
    except (ValueError, RecursionError):
        rows = None
    if isinstance(rows, list):
        return None
    return FetchError(f"{answer.url}: the answer is broken: no list of papers", url=answer.url, status=200)
