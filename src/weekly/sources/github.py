"""GitHub by its REST API: searches for repositories and the releases of watched ones.

https://docs.github.com/en/rest/search/search#search-repositories
https://docs.github.com/en/rest/releases/releases#list-releases
https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import httpx

from weekly.context import PluginContext
from weekly.errors import FetchError, ParseError, Throttled
from weekly.models import Entry, Kind, LeftOut, Omission, Window
from weekly.net.client import Answer, Client, Fetcher, RequestPolicy
from weekly.settings import Settings, secret
from weekly.sources import Listing, Report
from weekly.sources.feed_format import date_of, parse
from weekly.text import from_html, one_line, paragraphs, title_from_html

PAGES = 10
"""GitHub gives a thousand results of a search at most, a hundred a page; of releases no more pages are asked for."""
PER_PAGE, RELEASES_PER_PAGE = 100, 30
_TOKENS = ("WEEKLY_GITHUB_TOKEN", "GITHUB_TOKEN")
_DATED = re.compile(r"(?:^|\s)(?:created|pushed):")
_NEXT = re.compile(r'<([^<>]{1,2000})>;\s{0,5}rel="next"')
_RELEASE = re.compile(r"(https?://[\w.:-]{1,200})/([\w.-]{1,100})/([\w.-]{1,100})/releases/", re.ASCII)
_ATOM_ID = re.compile(r"tag:github\.com,2008:Repository/(\d{1,12})/")
_BEFORE_RELEASE = re.compile(r"(?i)(?:[\d._-]|\b)(?:a|b|c|rc|alpha|beta|dev|pre|preview|nightly|canary)[._-]?\d{0,10}$")


def create(context: PluginContext) -> Sequence[GitHub]:
    """The GitHub source, unless it is switched off or asked for nothing."""
    wanted = context.settings.sources.github
    return (
        [GitHub(context.settings, context.client)] if wanted.enabled and (wanted.queries or wanted.repositories) else []
    )


def throttling(status: int, headers: Mapping[str, str]) -> bool:
    """Whether a limit was hit: a used-up one answers 403 or 429 with remaining 0, a secondary one with Retry-After."""
    limited = "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"
    return status in {429, 503} or (status == 403 and limited)  # noqa: PLR2004


class GitHub:
    """The searches and the watched repositories that the settings name."""

    name = "github"

    def __init__(self, settings: Settings, client: Client) -> None:
        self._settings = settings.sources.github
        self.fetcher: Fetcher = client.fetcher(self.name, RequestPolicy(throttling=throttling, said=said))
        self.report = Report()
        self._headers = {"accept": "application/vnd.github+json", "x-github-api-version": "2022-11-28"}
        if token := secret(*_TOKENS):
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
            parts = {"q": asked, "sort": "stars", "order": "desc", "per_page": PER_PAGE, "page": 1}
            try:
                yield from self._search(f"{wanted.api_url}/search/repositories?{urlencode(parts)}", words)
            except FetchError as error:
                refused = error.status == httpx.codes.UNPROCESSABLE_ENTITY
                failures.append(_about(words, error) if refused else error)
                if isinstance(error, Throttled) or not (self._answered or refused):
                    return

    def _search(self, address: str, words: str) -> Iterator[Sequence[Entry]]:
        read = wanted = 0
        for page in range(1, PAGES + 1):
            answer = self._get(address)
            body = json.loads(answer.body)
            if not isinstance(body, dict) or not isinstance(body.get("items"), list):
                raise FetchError(f"{address}: answered something else than search results", url=address, status=200)
            items = body["items"]
            found = [repository(item) for item in items if isinstance(item, dict) and item.get("full_name")]
            self.report.unnamed_unusable += len(items) - len(found)
            yield found
            if page == 1:
                wanted = self._wanted_results(body, words)
            read += len(items)
            following = _following(answer, address, page, more=bool(items) and read < wanted)
            if not following:
                break
            address = following
        if read < wanted:
            self.report.unnamed_unusable += wanted - read
            self.report.gaps.append(f"{words!r}: {read} of {wanted} repositories came")

    def _wanted_results(self, body: Mapping[str, Any], words: str) -> int:
        """How many results there are to read, with a word where that is not all."""
        if body.get("incomplete_results"):
            self.report.gaps.append(f"{words!r}: GitHub gave up the search before its end")
        total, most = body.get("total_count"), PER_PAGE * PAGES
        if not isinstance(total, int):
            return 0
        if total > most:
            self.report.unnamed_outside += total - most
            self.report.notes.append(f"{words!r} finds {total:,} repositories, the first {most:,} are read")
        return min(total, most)

    def _releases(self, window: Window, failures: list[FetchError]) -> Iterator[Sequence[Entry]]:
        by_api = True
        for name in self._settings.repositories:
            entries: list[Entry] | None = None
            if by_api:
                try:
                    entries = self._by_api(name, window)
                except FetchError as error:
                    closed = error.status in {None, httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}
                    by_api = not (isinstance(error, Throttled) or closed)
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
            if entries:  # one that never had a release is not suddenly empty
                yield Listing(entries)

    def _by_api(self, name: str, window: Window) -> list[Entry]:
        """The newest releases of a repository, back to the window's start; its tags where it has no releases."""
        address = f"{self._settings.api_url}/repos/{quote(name)}/releases?per_page={RELEASES_PER_PAGE}"
        found: list[Entry] = []
        for page in range(1, PAGES + 1):
            answer = self._get(address)
            body = json.loads(answer.body)
            if not isinstance(body, list):
                raise FetchError(f"{address}: answered something else than releases", url=address, status=200)
            items = [item for item in body if isinstance(item, dict)]
            releases = [release(item) for item in items]
            self.report.unnamed_unusable += len(body) - len(items)
            found += [one for one, item in zip(releases, items, strict=True) if self._is_wanted(one, item)]
            # In the order in which they were begun: one that is old may stand among the new.
            oldest = next((one.published for one in reversed(releases) if one.published), None)
            following = _following(answer, address, page, more=len(body) >= RELEASES_PER_PAGE)
            if not following or (oldest is not None and oldest < window.start):
                break
            address = following
        return found if found or page > 1 or body else self._tags(name)

    def _tags(self, name: str) -> list[Entry]:
        """What `releases.atom` shows of a repository that has no releases; nothing where there is no such feed."""
        try:
            return self._by_atom(name)
        except FetchError as error:
            if error.status is None:
                raise
            return []

    def _by_atom(self, name: str) -> list[Entry]:
        """The same by the feed that everybody may read without a limit; it does not say what is a pre-release."""
        address = f"{self._settings.web_url}/{quote(name)}/releases.atom"
        answer = self.fetcher.get(address, tries=3)
        self._answered = True
        try:
            rows, _ = parse(answer.body, answer.headers, answer.url)
        except ParseError as error:
            raise FetchError(str(error), url=address, status=200) from error
        found = [one for row in rows if (one := _from_atom(row)) is not None]
        self.report.unnamed_unusable += len(rows) - len(found)
        return [one for one in found if self._is_wanted(one, {"prerelease": _BEFORE_RELEASE.search(one.version)})]

    def named(self, name: str) -> Entry:
        """The repository `owner/name`; raises a FetchError when there is none or GitHub does not answer."""
        return self._look_up(f"/repos/{quote(name)}", repository)

    def tagged(self, name: str) -> Entry:
        """The release `owner/name@tag`; raises as `named` does."""
        place, _, tag = name.partition("@")
        return self._look_up(f"/repos/{quote(place)}/releases/tags/{quote(tag, safe='')}", release)

    def _look_up(self, place: str, read: Callable[[Mapping[str, Any]], Entry]) -> Entry:
        address = f"{self._settings.api_url}{place}"
        try:
            item = json.loads(self._get(address).body)
        except (ValueError, RecursionError) as error:
            raise FetchError(f"{address}: the answer is broken: not JSON", url=address, status=200) from error
        found = read(item) if isinstance(item, dict) else None
        if found is None or not found.title or not found.url:
            raise FetchError(f"{address}: nothing that could be read: correct the address", url=address, status=200)
        return found

    def _get(self, address: str) -> Answer:
        try:
            answer = self.fetcher.get(address, headers=self._headers, broken=_answer_fault)
        except FetchError as error:
            if error.status != httpx.codes.UNAUTHORIZED or not self._headers.pop("authorization", ""):
                raise
            self.report.notes.append(
                f"GitHub refuses the token of {_TOKENS[0]} or {_TOKENS[1]} (HTTP 401): renew it; asked without it"
            )
            answer = self.fetcher.get(address, headers=self._headers, broken=_answer_fault)
        self._answered = True
        return answer

    def _is_wanted(self, entry: Entry, item: Mapping[str, Any]) -> bool:
        """Whether a release is out and of the kind that the owner asked for; what is not may be so later."""
        if item.get("draft") or not entry.published or not entry.url:
            reason = "a draft" if item.get("draft") else "no release's address" if entry.published else "not published"
        elif item.get("prerelease") and not self._settings.prereleases:
            reason = "a pre-release, which [sources.github] prereleases leaves out"
        else:
            return True
        omission = Omission.OUTSIDE if entry.url else Omission.UNUSABLE
        self.report.left_out.append(
            LeftOut(source=self.name, key=entry.key, omission=omission, reason=reason, title=entry.title, url=entry.url)
        )
        return False


def _following(answer: Answer, address: str, page: int, *, more: bool) -> str:
    """The address of the page after *page*: the one that GitHub names on the same host, else by number if *more*."""
    named = _NEXT.search(answer.headers.get("link", ""))
    if named and urlsplit(named[1]).netloc == urlsplit(address).netloc:
        return named[1]
    if not more:
        return ""
    parts = urlsplit(address)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name != "page"]
    return parts._replace(query=urlencode([*kept, ("page", page + 1)])).geturl()


def said(body: bytes) -> str:
    """GitHub's reason for a refusal: its message and those of the single faults."""
    try:
        reply = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(reply, dict):
        return ""
    faults = reply.get("errors") if isinstance(reply.get("errors"), list) else []
    parts = [reply.get("message"), *(one.get("message") if isinstance(one, dict) else one for one in faults or ())]
    return one_line("; ".join(part for part in parts if isinstance(part, str)), 200)


def _about(words: str, error: FetchError) -> FetchError:
    return FetchError(f"{words!r}: correct this query: {error}", url=error.url, status=error.status)


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
        url=(url := _place(item, full_name)),
        text=paragraphs(str(item.get("description") or "")),
        authors=(full_name.partition("/")[0],),
        categories=tuple(one_line(str(topic), 60) for topic in (topics if isinstance(topics, list) else ())),
        published=_time(item.get("created_at")),
        updated=_time(item.get("pushed_at")),
        links=(homepage,) if re.fullmatch(r"https?://[^\s<>\"]{3,500}", homepage) else (),
        stars=item["stargazers_count"] if isinstance(item.get("stargazers_count"), int) else None,
        ids=_ids("github-id", item.get("id"), url),
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
        ids=_ids("github-release", item.get("id"), str(item.get("html_url") or "")),
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
        title=title_from_html(str(row.get("title") or tag)),
        text=from_html(str(contents[0].get("value") or "")),
        published=date_of(row, "updated", "published"),
        ids=tuple(f"github-tag:{found[1]}@{tag}" for found in [_ATOM_ID.match(str(row.get("id") or ""))] if found),
    )


def _place(item: Mapping[str, Any], full_name: str) -> str:
    """The page of a repository: on github.com, or on the host of an enterprise that the answer names."""
    named = str(item.get("html_url") or "")
    own = re.fullmatch(rf"https?://[\w.-]{{1,200}}(?::\d{{1,5}})?/{re.escape(full_name)}", named, re.ASCII)
    return named if own else f"https://github.com/{quote(full_name)}"


def _ids(name: str, number: Any, url: str) -> tuple[str, ...]:
    """The host's number of a thing, which stays when its owner or its name changes."""
    host = urlsplit(url).netloc.lower()
    where = "" if host in {"", "github.com"} else f"{host}/"
    return (f"{name}:{where}{number}",) if isinstance(number, int) else ()


def _release(*, url: str, tag: str, title: str, text: str, published: datetime | None, ids: tuple[str, ...]) -> Entry:
    found = _RELEASE.match(url)
    host, owner, name = found.groups() if found else ("", "", "")
    return Entry(
        source="github",
        key=f"{owner}/{name}@{tag}".lower(),
        kind=Kind.RELEASE,
        title=title if name.lower() in title.lower() else f"{name} {title}".strip(),
        url=url if found else "",
        text=text,
        authors=(owner,) if owner else (),
        published=published,
        version=tag,
        ids=ids,
        links=(f"{host}/{owner}/{name}",) if found else (),
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
