"""GitHub by its REST API: searches for repositories and the releases of watched ones.

https://docs.github.com/en/rest/search/search#search-repositories
https://docs.github.com/en/rest/releases/releases#list-releases
https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from weekly.errors import FetchError, ParseError, Throttled
from weekly.models import Entry, Kind, Window
from weekly.net.client import Answer, Client, Fetcher, RequestPolicy
from weekly.settings import Settings, secret
from weekly.sources import Report
from weekly.sources.feed_format import moment, parse
from weekly.text import from_html, one_line, paragraphs

PAGES = 10
"""GitHub gives a thousand results of a search at most, a hundred a page."""
_DATED = re.compile(r"(?:^|\s)(?:created|pushed):")
_NEXT = re.compile(r'<([^<>]{1,2000})>;\s{0,5}rel="next"')
_RELEASE = re.compile(r"https://github\.com/([\w.-]{1,100})/([\w.-]{1,100})/releases/")
_BEFORE_RELEASE = re.compile(r"(?i)(?:[\d._-]|\b)(?:a|b|c|rc|alpha|beta|dev|pre|preview|nightly|canary)[._-]?\d{0,10}$")


def create(settings: Settings, client: Client) -> Sequence[GitHub]:
    """The GitHub source, unless it is switched off or asked for nothing."""
    wanted = settings.sources.github
    return [GitHub(settings, client)] if wanted.enabled and (wanted.queries or wanted.repositories) else []


def throttling(status: int, headers: Mapping[str, str]) -> bool:
    """Whether a limit was hit: a used-up one answers 403 or 429 with remaining 0, a secondary one with Retry-After."""
    limited = "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"
    return status in {429, 503} or (status == 403 and limited)  # noqa: PLR2004


class GitHub:
    """The searches and the watched repositories that the settings name."""

    name = "github"

    def __init__(self, settings: Settings, client: Client) -> None:
        self._settings = settings.sources.github
        self.fetcher: Fetcher = client.fetcher(self.name, RequestPolicy(throttling=throttling))
        self.report = Report()
        self._headers = {"accept": "application/vnd.github+json", "x-github-api-version": "2022-11-28"}
        if token := secret("WEEKLY_GITHUB_TOKEN", "GITHUB_TOKEN"):
            self._headers["authorization"] = f"Bearer {token}"
        self._answered = False

    def collect(self, window: Window) -> Iterator[Sequence[Entry]]:
        """New repositories of each search, then the releases of each watched repository.

        What fails is noted and passed over. A limit ends the searches, or the asking of the API for releases, which
        have a limit of their own; releases are then read from `releases.atom`. Raises the first failure when nothing
        has answered.
        """
        failures: list[FetchError] = []
        for batches in (self._searches(window, failures), self._releases(window, failures)):
            yield from batches
        if failures and not self._answered:
            raise failures[0]
        self.report.gaps += [str(failure) for failure in failures]

    def _searches(self, window: Window, failures: list[FetchError]) -> Iterator[Sequence[Entry]]:
        wanted = self._settings
        for words in wanted.queries:
            asked = _search(words, wanted.min_stars, wanted.created_days, window)
            parts = {"q": asked, "sort": "stars", "order": "desc", "per_page": 100, "page": 1}
            try:
                yield from self._search(f"{wanted.api_url}/search/repositories?{urlencode(parts)}", words)
            except FetchError as error:
                failures.append(error)
                if isinstance(error, Throttled) or not self._answered:
                    return

    def _search(self, address: str, words: str) -> Iterator[Sequence[Entry]]:
        for page in range(PAGES):
            answer = self._get(address)
            body = json.loads(answer.body)
            if not isinstance(body, dict) or not isinstance(body.get("items"), list):
                raise FetchError(f"{address}: answered something else than search results", url=address, status=200)
            yield [repository(item) for item in body["items"] if isinstance(item, dict) and item.get("full_name")]
            if page == 0:
                self._remark(body, words)
            following = _NEXT.search(answer.headers.get("link", ""))
            if not following or urlsplit(following[1]).netloc != urlsplit(address).netloc:
                return
            address = following[1]

    def _remark(self, body: Mapping[str, Any], words: str) -> None:
        if body.get("incomplete_results"):
            self.report.gaps.append(f"{words!r}: GitHub gave up the search before its end")
        if isinstance(total := body.get("total_count"), int) and total > 100 * PAGES:
            self.report.notes.append(f"{words!r} finds {total:,} repositories, the first {100 * PAGES:,} are read")

    def _releases(self, window: Window, failures: list[FetchError]) -> Iterator[Sequence[Entry]]:
        by_api = True
        for name in self._settings.repositories:
            entries: list[Entry] | None = None
            if by_api:
                try:
                    entries = self._by_api(name)
                except FetchError as error:
                    by_api = not isinstance(error, Throttled) and error.status is not None
                    if by_api:
                        failures.append(error)  # this repository alone: renamed, deleted, made private
                        continue
                    self.report.notes.append(f"releases from releases.atom instead, pre-releases guessed: {error}")
            try:
                entries = self._by_atom(name) if entries is None else entries
            except FetchError as error:
                failures.append(error)
                if error.status is None:
                    return
                continue
            yield [entry for entry in entries if entry.published and window.start <= entry.published < window.end]

    def _by_api(self, name: str) -> list[Entry]:
        """The newest releases of a repository: thirty reach beyond any week."""
        address = f"{self._settings.api_url}/repos/{quote(name)}/releases?per_page=30"
        body = json.loads(self._get(address).body)
        if not isinstance(body, list):
            raise FetchError(f"{address}: answered something else than releases", url=address, status=200)
        return [release(item) for item in body if isinstance(item, dict) and self._is_wanted(item)]

    def _by_atom(self, name: str) -> list[Entry]:
        """The same by the feed that everybody may read without a limit; it does not say what is a pre-release."""
        address = f"{self._settings.web_url}/{quote(name)}/releases.atom"
        answer = self.fetcher.get(address, tries=3)
        self._answered = True
        try:
            rows, _ = parse(answer.body, answer.headers, answer.url)
        except ParseError as error:
            raise FetchError(str(error), url=address, status=200) from error
        entries = [entry for row in rows if (entry := _from_atom(row)) is not None]
        return [entry for entry in entries if self._settings.prereleases or not _BEFORE_RELEASE.search(entry.version)]

    def _get(self, address: str) -> Answer:
        answer = self.fetcher.get(address, headers=self._headers, broken=_answer_fault)
        self._answered = True
        return answer

    def _is_wanted(self, item: Mapping[str, Any]) -> bool:
        return not item.get("draft") and (self._settings.prereleases or not item.get("prerelease"))


def _search(words: str, min_stars: int, created_days: int, window: Window) -> str:
    """The owner's words, with stars and dates unless they name their own."""
    query = words
    if "stars:" not in query and min_stars:
        query += f" stars:>={min_stars}"
    if not _DATED.search(query):
        first = (window.start - timedelta(days=created_days)).date()
        query += f" created:{first}..{(window.end - timedelta(seconds=1)).date()}"
    return query


def repository(item: Mapping[str, Any]) -> Entry:
    """A repository as the search gives it."""
    full_name = one_line(str(item.get("full_name") or ""), 200)
    homepage = str(item.get("homepage") or "")
    licence = item.get("license") or {}
    topics = item.get("topics")
    return Entry(
        source="github",
        key=full_name.lower(),
        kind=Kind.PROJECT,
        title=full_name,
        url=f"https://github.com/{quote(full_name)}",
        text=paragraphs(str(item.get("description") or "")),
        authors=(full_name.partition("/")[0],),
        categories=tuple(one_line(str(topic), 60) for topic in (topics if isinstance(topics, list) else ())),
        published=_time(item.get("created_at")),
        updated=_time(item.get("pushed_at")),
        links=(homepage,) if re.fullmatch(r"https?://[^\s<>\"]{3,500}", homepage) else (),
        stars=item["stargazers_count"] if isinstance(item.get("stargazers_count"), int) else None,
        licence=one_line(str(licence.get("spdx_id") or ""), 60) if isinstance(licence, dict) else "",
    )


def release(item: Mapping[str, Any]) -> Entry:
    """A release of a watched repository; its notes are Markdown and stay so."""
    tag = one_line(str(item.get("tag_name") or ""), 100)
    return _release(
        url=str(item.get("html_url") or ""),
        tag=tag,
        title=one_line(str(item.get("name") or tag)),
        text=paragraphs(str(item.get("body") or "")),
        published=_time(item.get("published_at")),
    )


def _from_atom(row: Mapping[str, Any]) -> Entry | None:
    url = str(row.get("link") or "")
    _, mark, tag = url.partition("/releases/tag/")
    if not mark or not _RELEASE.match(url):
        return None
    contents = row.get("content") or [{"value": row.get("summary") or ""}]
    return _release(
        url=url,
        tag=one_line(tag, 100),
        title=one_line(from_html(str(row.get("title") or tag))),
        text=from_html(str(contents[0].get("value") or "")),
        published=moment(row.get("updated_parsed") or row.get("published_parsed")),
    )


def _release(*, url: str, tag: str, title: str, text: str, published: datetime | None) -> Entry:
    match = _RELEASE.match(url)
    owner, name = match.groups() if match else ("", "")
    return Entry(
        source="github",
        key=f"{owner}/{name}@{tag}".lower(),
        kind=Kind.RELEASE,
        title=title if name.lower() in title.lower() else f"{name} {title}".strip(),
        url=url if match else "",
        text=text,
        authors=(owner,) if owner else (),
        published=published,
        version=tag,
        links=(f"https://github.com/{owner}/{name}",) if match else (),
    )


def _answer_fault(answer: Answer) -> FetchError | None:
    try:
        json.loads(answer.body)
    except (ValueError, RecursionError):
        return FetchError(f"{answer.url}: the answer is broken: not JSON", url=answer.url, status=200)
    return None


def _time(text: Any) -> datetime | None:
    try:
        when = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
