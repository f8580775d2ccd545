"""RSS, Atom and whatever else feedparser reads, fetched by our client."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from weekly.errors import FetchError, Gone, ParseError
from weekly.models import Entry, Kind, Window
from weekly.net.client import Answer, Client, Fetcher
from weekly.select.urls import arxiv_id, repository
from weekly.settings import FeedSettings, Settings
from weekly.sources import Report
from weekly.sources.feed_format import moment, parse
from weekly.text import from_html, one_line

ENTRIES = 500
"""Entries of one feed that are looked at."""
LATE = timedelta(days=2)
"""How long after its date a post may show up in its feed."""
_FOLLOWED = 50
"""Links of one run whose redirects are followed."""
_REDIRECTORS = frozenset({"t.co", "bit.ly", "buff.ly", "lnkd.in", "tinyurl.com", "dlvr.it", "ift.tt", "hubs.ly"}) | {
    *("goo.gl", "ow.ly", "aka.ms", "feedproxy.google.com", "feeds.feedburner.com", "link.medium.com", "hf.co"),
}
_HREF = re.compile(r'href="(https?://[^"\s<>]{1,500})"')


def create(settings: Settings, client: Client) -> Sequence[FeedSource]:
    """A source for each [[sources.feeds]]."""
    return [FeedSource(feed, client) for feed in settings.sources.feeds]


class FeedSource:
    """One feed."""

    def __init__(self, feed: FeedSettings, client: Client) -> None:
        self._feed = feed
        self.name = f"feed:{feed.name}"
        self.fetcher: Fetcher = client.fetcher(self.name)
        self.report = Report()
        self._follows = _FOLLOWED
        self._parsed: tuple[list[Mapping[str, Any]], str] = ([], "")

    def collect(self, window: Window) -> Iterator[Sequence[Entry]]:
        """The feed's entries of the window; one without a date counts as news when it is first seen."""
        answer = self._answer()
        rows, fault = self._parsed
        if answer.moved_to:
            self.fetcher.moved(self._feed.url, answer.moved_to)
            self.report.notes.append(f"moved for good to {answer.moved_to}, asked there from now on: change its url")
        if fault:
            self.report.gaps.append(fault)
        if len(rows) > ENTRIES:
            self.report.notes.append(f"{len(rows)} entries, the first {ENTRIES} looked at")
        self.report.settled = window.end - LATE
        entries = [entry for row in rows[:ENTRIES] if (entry := self._entry(row))]
        wanted = [one for one in entries if one.published is None or window.start <= one.published < window.end]
        yield [replace(one, url=self._destination(one.url)) for one in wanted]

    def _answer(self) -> Answer:
        try:
            return self.fetcher.get(self._feed.url, broken=self._answer_fault, tries=3)
        except Gone as error:
            self.fetcher.retire(self._feed.url)
            message = f"{self._feed.url}: gone for good (HTTP 410), retired: remove it from weekly.toml"
            raise Gone(message, url=error.url, status=error.status) from error

    def _answer_fault(self, answer: Answer) -> FetchError | None:
        try:
            self._parsed = parse(answer.body, answer.headers, answer.url)
        except ParseError as error:
            return FetchError(str(error), url=answer.url, status=200)
        return None

    def _entry(self, row: Mapping[str, Any]) -> Entry | None:
        url = str(row.get("feedburner_origlink") or row.get("link") or "").strip()
        title = one_line(from_html(str(row.get("title") or "")))
        if not _web(url) or not title:
            return None
        key = one_line(str(row.get("id") or url), 450)
        contents = row.get("content") or [{"value": row.get("summary") or ""}]
        markup = str(contents[0].get("value") or "")
        return Entry(
            source=self.name,
            key=key,
            kind=Kind(self._feed.kind),
            title=title,
            url=url,
            text=from_html(markup),
            authors=tuple(one_line(from_html(str(a["name"]))) for a in row.get("authors") or () if a.get("name")),
            categories=tuple(one_line(str(t["term"]), 60) for t in row.get("tags") or () if t.get("term")),
            published=moment(row.get("published_parsed") or row.get("updated_parsed")),
            links=tuple(dict.fromkeys(filter(_web, _HREF.findall(markup)))),
        )

    def _destination(self, url: str) -> str:
        """Where a link leads that a tracker, a shortener or the feed's own counter stands before."""
        parts = urlsplit(url)
        if arxiv_id(url) or repository(url) or self._follows <= 0:
            return url
        if parts.hostname not in _REDIRECTORS and parts.netloc != urlsplit(self._feed.url).netloc:
            return url
        self._follows -= 1
        try:
            address = self.fetcher.final_address(url)
        except FetchError:
            self._follows = 0  # the address serves as it is; the next run asks again
            return url
        return address if _web(address) else url


def _web(url: str) -> bool:
    """Whether *url* can be given to a reader as a link."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    safe = url.isprintable() and not re.search(r"[\s<>\"'`\\{}|^]", url)
    return safe and parts.scheme in {"http", "https"} and bool(parts.hostname) and len(url) <= 2000  # noqa: PLR2004
