"""RSS, Atom and whatever else feedparser reads, fetched by our client."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from weekly.context import PluginContext
from weekly.errors import FetchError, Gone, ParseError, Refused
from weekly.models import Entry, Kind, LeftOut, Omission, Window
from weekly.net.client import Answer, Client, Fetcher, RequestPolicy
from weekly.settings import FeedSettings, secret
from weekly.sources import Listing, Report
from weekly.sources.feed_entries import entries_of, web_address
from weekly.sources.feed_format import date_of, parse
from weekly.text import one_line

ENTRIES = 500
"""Entries of one feed that are looked at."""
LATE = timedelta(days=2)
"""How long after its date a post may show up in its feed."""
_FOLLOWED = 50
"""Links of one run whose redirects are followed."""
_SECRET = re.compile(r"\$\{([A-Z][A-Z0-9_]{0,60})\}")
_REDIRECTORS = frozenset({"t.co", "bit.ly", "buff.ly", "lnkd.in", "tinyurl.com", "dlvr.it", "ift.tt", "hubs.ly"}) | {
    *("goo.gl", "ow.ly", "aka.ms", "feedproxy.google.com", "feeds.feedburner.com", "link.medium.com", "hf.co"),
}


def is_another(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> bool:
    """Whether two readings of a feed share no entry, by guid, address or title."""
    names = ("id", "link", "title")
    marks = [{str(row[name]) for row in rows for name in names if row.get(name)} for rows in (before, after)]
    return bool(after) and not marks[0] & marks[1]


def _passed_over(row: Mapping[str, Any], source: str) -> LeftOut:
    """A row that is none of the newest; it is not read, only named."""
    key, title, url = (one_line(str(row.get(name) or ""), 400) for name in ("id", "title", "link"))
    reason = f"not among the newest {ENTRIES} entries"
    return LeftOut(
        source=source, key=key or url or title or "-", omission=Omission.OUTSIDE, reason=reason, title=title, url=url
    )


def create(context: PluginContext) -> Sequence[FeedSource]:
    """A source for each [[sources.feeds]]."""
    return [FeedSource(feed, context.client) for feed in context.settings.sources.feeds]


class FeedSource:
    """One feed."""

    def __init__(self, feed: FeedSettings, client: Client) -> None:
        self._feed = feed
        self.name = f"feed:{feed.name}"
        self._secrets = {found[0]: secret(found[1]) for found in _SECRET.finditer(feed.url)}
        policy = RequestPolicy(
            secrets={name: value for name, value in self._secrets.items() if value},
            secret_origin=feed.url,
        )
        self.fetcher: Fetcher = client.fetcher(self.name, policy)
        self.report = Report()
        self._follows = _FOLLOWED
        self._parsed: tuple[list[Mapping[str, Any]], str] = ([], "")

    def collect(self, window: Window) -> Iterator[Sequence[Entry]]:
        """All that the feed shows; one without a date counts as news when it is first seen."""
        answer = self._answer(window.now)
        rows, fault = self._parsed
        report = self.report
        if answer.moved_to:
            sure = self.fetcher.moved(self._feed.url, answer.moved_to, window.now)
            then = f"asked there from now on: change its url, or 'weekly feeds undo {self._feed.name}'"
            report.notes.append(f"moved for good to {answer.moved_to}, {then if sure else 'believed if it stays so'}")
        if fault:
            report.gaps.append(fault)
        if len(rows) > ENTRIES:
            report.notes.append(f"{len(rows)} entries, the newest {ENTRIES} looked at")
            rows = sorted(rows, key=lambda row: date_of(row) or window.now, reverse=True)
            passed, rows = rows[ENTRIES:], rows[:ENTRIES]
            report.left_out += [_passed_over(row, self.name) for row in passed[:ENTRIES]]
            report.unnamed_outside = len(passed[ENTRIES:])
        report.settled = window.end - LATE
        read = entries_of(rows, self.name, Kind(self._feed.kind), answer.url)
        report.left_out += [one for one in read if isinstance(one, LeftOut)]
        entries = [one for one in read if isinstance(one, Entry)]
        if undated := sum(entry.published is None for entry in entries):
            report.notes.append(f"{undated} entries without a date that can be read")
        yield Listing(self._led(entries))

    def _answer(self, now: datetime) -> Answer:
        if missing := [name for name, value in self._secrets.items() if not value]:
            variable = missing[0].strip("${}")
            raise Refused(f"{self._feed.url}: {variable} is not set: set it in the environment", url=self._feed.url)
        try:
            return self.fetcher.get(self._feed.url, broken=self._answer_fault, tries=3)
        except Gone as error:
            then = "believed if it still says so tomorrow"
            if self.fetcher.retire(self._feed.url, now):
                then = f"retired: remove it from weekly.toml, or 'weekly feeds undo {self._feed.name}'"
            message = f"{self._feed.url}: gone for good (HTTP 410), {then}"
            raise Gone(message, url=error.url, status=error.status) from error

    def _answer_fault(self, answer: Answer) -> FetchError | None:
        try:
            self._parsed = parse(answer.body, answer.headers, answer.url)
        except ParseError as error:
            return FetchError(str(error), url=answer.url, status=200)
        kept = self.fetcher.kept(self._feed.url)
        if answer.moved_to and answer.moved_to != kept.moved_to and kept.body:
            before, _ = parse(kept.body, kept.headers, self._feed.url)
            if before and is_another(before, self._parsed[0]):
                message = f"moved to {answer.moved_to}, which has none of its entries: change its url if that is right"
                raise Refused(f"{self._feed.url}: {message}", url=self._feed.url)
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
            found = self.fetcher.final_address(entry.url)
        except FetchError:
            self._follows = 0  # the address serves as it is; the next run asks again
            return entry
        return replace(entry, url=found) if web_address(found) == found else entry
