"""arXiv by its API: https://info.arxiv.org/help/api/user-manual.html.

The `arxiv` package builds the queries and parses the answers; our client carries them, because the package has no
timeout, ignores Retry-After and takes an empty first page for an empty week. Where the API fails, the RSS of
`weekly.sources.arxiv_rss` gives what it can.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from itertools import islice
from typing import Any
from xml.parsers import expat

import arxiv

from weekly.context import PluginContext
from weekly.errors import FetchError, SuspiciousEmpty
from weekly.models import Entry, Kind, LeftOut, Omission, Verdict, Window
from weekly.net.client import Answer, Client, Fetcher, RequestPolicy
from weekly.settings import ArxivSearch, Settings
from weekly.sources import Report
from weekly.sources.arxiv_days import announced_until
from weekly.sources.arxiv_gate import GATE, throttling
from weekly.sources.arxiv_queries import interest, query
from weekly.sources.arxiv_rss import Rss
from weekly.sources.arxiv_withdrawal import is_withdrawn
from weekly.text import one_line, paragraphs

WATCHED = 300
"""Published papers, the latest, that are looked up for new versions."""
_EMPTY_TRIES = 3
_RSS_LASTS = timedelta(days=4)
"""How long an announcement may stand in the RSS."""
_TOTAL = re.compile(rb"<opensearch:totalResults[^>]{0,200}>\s{0,20}(\d{1,9})\s{0,20}</opensearch:totalResults>")
_START = re.compile(rb"<opensearch:startIndex[^>]{0,200}>\s{0,20}(\d{1,9})\s{0,20}</opensearch:startIndex>")
_ERROR = re.compile(rb"<id>https?://arxiv\.org/api/errors#([^<]{0,200})")


def create(context: PluginContext) -> Sequence[Arxiv]:
    """The arXiv source, unless it is switched off."""
    return [Arxiv(context.settings, context.client)] if context.settings.sources.arxiv.enabled else []


class Arxiv:
    """The papers of the categories that the settings name."""

    name = "arxiv"

    def __init__(self, settings: Settings, client: Client) -> None:
        self._settings = settings.sources.arxiv
        policy = RequestPolicy(gate=GATE, pace=self._settings.pace, throttling=throttling, limit=50 * 1024 * 1024)
        self.fetcher: Fetcher = client.fetcher(self.name, policy)
        self.report = Report()
        self._given: set[str] = set()
        watched = settings.ranking.authors
        self._searches = [*self._settings.searches, *_watched(watched)]

    def collect(self, window: Window) -> Iterator[Sequence[Entry]]:
        """The papers of the window, those that show up late, and new versions of papers that were published lately.

        Late are papers that moderation held, that were revised before they were announced, or that were listed under
        our categories only since.
        """
        known_until = announced_until(window.now)
        self.report.settled = min(window.end, known_until)
        try:
            yield from self._papers(window, announced=known_until > window.start)
        except FetchError as error:
            yield from self._by_rss(window, error)
            return
        for search in self._searches:
            yield from self._of_interest(search, window)
        if window.since is not None and window.end > window.now - _RSS_LASTS:
            yield from self._listed_since(window)
        yield from self._later_versions(window)

    def _papers(self, window: Window, *, announced: bool) -> Iterator[Sequence[Entry]]:
        """Oldest first: newcomers cannot shift the pages while we read."""
        search = _search(query(self._settings.categories, window))
        session = _Session(self.fetcher, empty_tries=_EMPTY_TRIES if announced else 1)
        count = 0
        for page in self._pages(search, session):
            count += len(page)
            yield self._take(page, window)
        if not count and announced:
            message = f"{self._settings.api_url}: nothing at all for {window.week}, although arXiv announced papers"
            raise SuspiciousEmpty(f"{message}: are the categories right?", url=self._settings.api_url, status=200)
        if not count:
            self.report.verdict = Verdict.NO_ANNOUNCEMENT
            self.report.notes.append("arXiv has announced nothing yet that was submitted in these days")
        if count < session.total:
            self.report.unnamed_unusable += session.total - count
            self.report.gaps.append(f"{count} of {session.total} papers came")

    def _of_interest(self, search: ArxivSearch, window: Window) -> Iterator[Sequence[Entry]]:
        """What one of the owner's searches finds; one that fails is a gap."""
        session = _Session(self.fetcher, empty_tries=1)
        found = 0
        try:
            for page in self._pages(_search(interest(search, window)), session):
                found += len(page)
                yield self._take(page, window)
        except FetchError as error:
            self.report.gaps.append(f"search {search.name!r}: {error}")
            return
        if found < session.total:
            self.report.unnamed_unusable += session.total - found
            self.report.gaps.append(f"search {search.name!r}: {found} of {session.total} papers came")

    def _take(self, page: Sequence[Entry], window: Window) -> Sequence[Entry]:
        """*page* without revisions of papers that are older than our reading of arXiv: they are nobody's news.

        One that was cross-listed since is taken all the same, from the announcement.
        """
        since = window.since
        kept = (
            page if since is None else [self._marked(one, window) for one in self._without_old_revisions(page, since)]
        )
        self._given.update(one.key for one in kept)
        return kept

    def _without_old_revisions(self, page: Sequence[Entry], since: datetime) -> list[Entry]:
        kept = []
        for one in page:
            if one.version == "1" or one.published is None or one.published >= since:
                kept.append(one)
            else:
                reason = f"version {one.version} of a paper from before {since:%Y-%m-%d}, when arXiv was first read"
                self.report.left_out.append(_outside(one.key, reason))
        return kept

    def _marked(self, one: Entry, window: Window) -> Entry:
        """*one* with a word of why it may come after its date, where its own category is none of ours.

        The API tells the categories of a paper and not since when, so this is all that can be said without a feed.
        """
        primary, *others = one.categories or ("",)
        is_late = one.published is not None and one.published < window.start
        if not is_late or self._is_ours(primary) or not any(map(self._is_ours, others)):
            return one
        dates = f"dated {one.published:%Y-%m-%d}, first seen {window.now:%Y-%m-%d}"
        return replace(one, late=f"{dates}: cross-listed from {primary} since, or held by moderation")

    def _is_ours(self, category: str) -> bool:
        return any(fnmatchcase(category, pattern) for pattern in self._settings.categories)

    def _listed_since(self, window: Window) -> Iterator[Sequence[Entry]]:
        """What the last announcement lists and the search did not give: two requests, a failure is no great loss."""
        rss = Rss(self._settings.rss_url, self._settings.categories, self.fetcher)
        try:
            listed = {one.key: one for one in rss.announced(window) if one.key not in self._given}
            self.report.left_out += rss.left_out
            self.report.unnamed_unusable += rss.unusable
            search = arxiv.Search(id_list=sorted(listed), max_results=len(listed))
            for page in self._pages(search, _Session(self.fetcher, empty_tries=1)) if listed else ():
                known = {one.key: one for one in page if one.published and one.published < window.end}
                reason = "submitted after the days asked for"
                self.report.left_out += [_outside(one.key, reason) for one in page if one.key not in known]
                yield [replace(one, late=listed[key].late) for key, one in known.items() if key in listed]
        except FetchError as error:
            self.report.notes.append(f"the last announcement was not looked through for cross-lists: {error}")

    def _later_versions(self, window: Window) -> Iterator[Sequence[Entry]]:
        """What has become of the papers that were published lately; one request, and a failure is no great loss."""
        ids = sorted([key.removeprefix("arxiv:") for key in window.watch if key.startswith("arxiv:")][:WATCHED])
        if not ids:
            return
        search = arxiv.Search(id_list=ids, max_results=len(ids))
        try:
            for page in self._pages(search, _Session(self.fetcher, empty_tries=1)):
                changed = [one for one in page if one.withdrawn or (one.updated and one.updated >= window.start)]
                self.report.unnamed_outside += len(page) - len(changed)
                yield changed
        except FetchError as error:
            self.report.notes.append(f"new versions of published papers were not looked for: {error}")

    def papers(self, identifiers: Sequence[str]) -> list[Entry]:
        """Those of the papers that arXiv has, asked for some at a time; raises a FetchError when it does not answer."""
        found: list[Entry] = []
        for first in range(0, len(identifiers), WATCHED):
            some = sorted(identifiers[first : first + WATCHED])
            search = arxiv.Search(id_list=some, max_results=len(some))
            for page in self._pages(search, _Session(self.fetcher, empty_tries=1)):
                found += page
        return found

    def paper(self, identifier: str) -> Entry:
        """The paper of that identifier; raises a FetchError when arXiv has none or does not answer."""
        search = arxiv.Search(id_list=[identifier], max_results=1)
        for found in self._pages(search, _Session(self.fetcher, empty_tries=1)):
            return found[0]
        url = f"https://arxiv.org/abs/{identifier}"
        raise FetchError(f"{url}: arXiv has no such paper: correct the address", url=url)

    def _pages(self, search: arxiv.Search, session: _Session) -> Iterator[Sequence[Entry]]:
        reader = arxiv.Client(page_size=self._settings.page_size, delay_seconds=0, num_retries=0)
        reader.query_url_format = self._settings.api_url + "?{}"
        reader._session = session  # noqa: SLF001 - the package has no other door; tests pin this one
        results = reader.results(search)
        failure: FetchError | None = None
        while failure is None:
            page, failure = _page(results, self._settings.page_size)
            if page:
                yield page
            if failure is None and len(page) < self._settings.page_size:
                return
        raise failure

    def _by_rss(self, window: Window, error: FetchError) -> Iterator[Sequence[Entry]]:
        """What the RSS has of the window; raises *error* when that is nothing."""
        rss = Rss(self._settings.rss_url, self._settings.categories, self.fetcher)
        try:
            entries = rss.entries(window)
        except FetchError as second:
            self.report.notes.append(f"nor did the RSS help: {second}")
            raise error from second
        if not entries:
            self.report.notes.append(f"the RSS has only {rss.days or 'an empty day'}, none of the days asked for")
            raise error
        self.report.gaps.append(
            f"{error}: of these days the RSS gave {rss.days}, without comments and submission times"
        )
        self.report.unnamed_unusable += rss.unusable
        self.report.left_out += rss.left_out
        yield entries


def _search(words: str) -> arxiv.Search:
    """All that is found, oldest first; the package's default is a hundred, without a word."""
    by, order = arxiv.SortCriterion.SubmittedDate, arxiv.SortOrder.Ascending
    return arxiv.Search(query=words, max_results=None, sort_by=by, sort_order=order)


def _outside(key: str, reason: str) -> LeftOut:
    return LeftOut(source=Arxiv.name, key=key, omission=Omission.OUTSIDE, reason=reason)


def _watched(authors: Sequence[str]) -> list[ArxivSearch]:
    """The search for watched authors, whatever category they publish in; their institutions arXiv does not know."""
    return [ArxivSearch(name="watched authors", authors=tuple(authors))] if authors else []


def _page(results: Iterator[Any], size: int) -> tuple[list[Entry], FetchError | None]:
    """The next *size* papers, fewer at the end of the list or before a failure, and that failure."""
    page: list[Entry] = []
    try:
        page.extend(map(entry, islice(results, size)))
    except arxiv.UnexpectedEmptyPageError:
        return page, None  # entries that the package cannot read: the count tells
    except arxiv.ArxivError as error:
        return page, FetchError(f"arXiv: {error}", url=error.url)
    except FetchError as error:
        return page, error
    return page, None


def entry(result: Any) -> Entry:
    """A paper as the API gives it."""
    identifier, _, version = result.get_short_id().rpartition("v")
    if not identifier or not version.isdigit():
        identifier, version = result.get_short_id(), ""
    comment = one_line(result.comment or "", 1000)
    abstract = paragraphs(result.summary)
    others = [category for category in result.categories if category != result.primary_category]
    affiliations = (one_line(name) for author in result.authors for name in getattr(author, "affiliation", ()) or ())
    return Entry(
        source="arxiv",
        key=identifier,
        kind=Kind.PAPER,
        title=one_line(result.title, 500),
        url=f"https://arxiv.org/abs/{identifier}",
        text=abstract,
        authors=tuple(one_line(author.name) for author in result.authors),
        affiliations=tuple(dict.fromkeys(affiliations)),
        categories=tuple(filter(None, [result.primary_category, *others])),
        published=_time(result.published),
        updated=_time(result.updated),
        version=version,
        comment=comment,
        links=(f"https://doi.org/{result.doi}",) if result.doi else (),
        withdrawn=is_withdrawn(version, comment, one_line(result.journal_ref or "", 300), abstract),
    )


def _time(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None


def page_fault(answer: Answer) -> FetchError | None:
    """What is wrong with a page of results: cut off, not XML, or empty in the middle of a list."""
    url, body = answer.url, answer.body
    if not body.rstrip().endswith(b"</feed>"):
        return FetchError(f"{url}: the answer is broken: not a whole Atom feed", url=url, status=200)
    try:
        expat.ParserCreate().Parse(body, True)
    except expat.ExpatError as error:
        return FetchError(f"{url}: the answer is broken: not XML: {error}", url=url, status=200)
    total, start = total_results(body), _START.search(body)
    if match := _ERROR.search(body):
        return FetchError(f"{url}: refused by arXiv: {one_line(match[1].decode('utf-8', 'replace'), 120)}", url=url)
    if b"<entry>" not in body and start and total > int(start[1]):
        return SuspiciousEmpty(f"{url}: an empty page although there are {total} results", url=url, status=200)
    return None


def total_results(body: bytes) -> int:
    """How many results the whole list has, according to one of its pages."""
    match = _TOTAL.search(body)
    return int(match[1]) if match else 0


@dataclass(frozen=True)
class _Response:
    status_code: int
    content: bytes


class _Session:
    """What `arxiv.Client` uses of a requests session."""

    def __init__(self, fetcher: Fetcher, *, empty_tries: int) -> None:
        """An empty list is believed when it was seen *empty_tries* times."""
        self._fetcher = fetcher
        self._empty_tries = empty_tries
        self.total = 0

    def get(self, url: str, headers: Mapping[str, str]) -> _Response:
        """The page at *url*; the package's own user agent gives way to ours."""
        del headers
        body = self._fetcher.get(url, broken=self._answer_fault).body
        self.total = max(self.total, total_results(body))
        return _Response(200, body)

    def _answer_fault(self, answer: Answer) -> FetchError | None:
        fault = page_fault(answer)
        if fault is None and not total_results(answer.body) and self._empty_tries > 1:
            self._empty_tries -= 1
            return SuspiciousEmpty(f"{answer.url}: an empty list", url=answer.url, status=200)
        return fault
