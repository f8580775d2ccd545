"""RSS, Atom and whatever else feedparser reads, fetched by our client."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from weekly.errors import FetchError, Gone, ParseError
from weekly.models import Entry, Kind, LeftOut, Window
from weekly.net.client import Answer, Client, Fetcher
from weekly.settings import FeedSettings, Settings
from weekly.sources import Listing, Report
from weekly.sources.feed_entries import entry_of, web_address
from weekly.sources.feed_format import date_of, parse

ENTRIES = 500
"""Entries of one feed that are looked at."""
LATE = timedelta(days=2)
"""How long after its date a post may show up in its feed."""
_FOLLOWED = 50
"""Links of one run whose redirects are followed."""
_REDIRECTORS = frozenset({"t.co", "bit.ly", "buff.ly", "lnkd.in", "tinyurl.com", "dlvr.it", "ift.tt", "hubs.ly"}) | {
    *("goo.gl", "ow.ly", "aka.ms", "feedproxy.google.com", "feeds.feedburner.com", "link.medium.com", "hf.co"),
}


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
        """All that the feed shows; one without a date counts as news when it is first seen."""
        answer = self._answer()
        rows, fault = self._parsed
        report = self.report
        if answer.moved_to:
            self.fetcher.moved(self._feed.url, answer.moved_to)
            report.notes.append(f"moved for good to {answer.moved_to}, asked there from now on: change its url")
        if fault:
            report.gaps.append(fault)
        if len(rows) > ENTRIES:
            report.notes.append(f"{len(rows)} entries, the newest {ENTRIES} looked at")
            report.unnamed_outside = len(rows) - ENTRIES
            rows = sorted(rows, key=lambda row: date_of(row) or window.now, reverse=True)[:ENTRIES]
        report.settled = window.end - LATE
        read = [entry_of(row, self.name, Kind(self._feed.kind), answer.url) for row in rows]
        report.left_out += [one for one in read if isinstance(one, LeftOut)]
        entries = [one for one in read if isinstance(one, Entry)]
        if undated := sum(entry.published is None for entry in entries):
            report.notes.append(f"{undated} entries without a date that can be read")
        yield Listing(self._led(entries))

    def _answer(self) -> Answer:
        try:
            return self.fetcher.get(self._feed.url, broken=self._broken, tries=3)
        except Gone as error:
            self.fetcher.retire(self._feed.url)
            message = f"{self._feed.url}: gone for good (HTTP 410), retired: remove it from weekly.toml"
            raise Gone(message, url=error.url, status=error.status) from error

    def _broken(self, answer: Answer) -> FetchError | None:
        try:
            self._parsed = parse(answer.body, answer.headers, answer.url)
        except ParseError as error:
            return FetchError(str(error), url=answer.url, status=200)
        return None

    def _led(self, entries: Sequence[Entry]) -> list[Entry]:
        """*entries* with the addresses that shorteners stand before; where several lead to one place, they stay."""
        led = [self._destination(entry) for entry in entries]
        often = Counter(entry.url for entry in led)
        return [one if often[one.url] == 1 else entry for one, entry in zip(led, entries, strict=True)]

    def _destination(self, entry: Entry) -> Entry:
        if urlsplit(entry.url).hostname not in _REDIRECTORS or self._follows <= 0:
            return entry
        self._follows -= 1
        try:
            found = self.fetcher.leads_to(entry.url)
        except FetchError:
            self._follows = 0  # the address serves as it is; the next run asks again
            return entry
        return replace(entry, url=found) if web_address(found) == found else entry
