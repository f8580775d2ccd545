"""The feed of a site, from the address of any of its pages."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree, html

from weekly import isolated
from weekly.errors import FetchError, OverBudget, ParseError
from weekly.net.client import Answer, Client
from weekly.select.urls import joined
from weekly.sources.feed_format import parse, title_of
from weekly.text import one_line

_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"}) | {
    *("application/json", "application/xml", "text/xml"),
}
_USUAL = ("feed", "rss.xml", "atom.xml", "feed.xml", "index.xml", "rss")
"""Where feeds stand when no page names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFeed:
    """A feed that was read."""

    url: str
    title: str
    entries: int


def find_feed(client: Client, url: str) -> FoundFeed:
    """The feed at *url*, else the first that its page names, else one at the usual places.

    Raises a FetchError when the page cannot be read, ParseError when there is no feed.
    """
    fetcher = client.fetcher("feeds add")
    answer = fetcher.get(url, keep=False, tries=2)
    if found := _read(answer):
        return found
    places = [*_named(answer), *(joined(answer.url, f"/{name}") for name in _USUAL)]
    for place in dict.fromkeys(places):
        try:
            found = _read(fetcher.get(place, keep=False, tries=1))
        except FetchError:
            continue
        if found:
            return found
    raise ParseError(f"{url}: names no feed, and there is none at {', '.join(_USUAL)}: give the feed's own address")


def _read(answer: Answer) -> FoundFeed | None:
    try:
        rows, _ = parse(answer.body, answer.headers, answer.url)
        title = one_line(title_of(answer.body), 60)
    except (ParseError, FetchError, OverBudget):
        return None
    return FoundFeed(url=answer.moved_to or answer.url, title=title, entries=len(rows))


def _named(answer: Answer) -> list[str]:
    try:
        return isolated.call(named_feeds, answer.body, answer.url)
    except OverBudget:
        return []


def named_feeds(body: bytes, url: str) -> list[str]:
    """The feeds that the page at *url* names: https://html.spec.whatwg.org/multipage/links.html#rel-alternate."""
    try:
        page = html.fromstring(body, parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return []
    bases = page.xpath("//base/@href")[:1]
    start = joined(url, bases[0]) if bases else url
    found = (
        joined(start, link.get("href"))
        for link in page.xpath("//link[@href][@rel]")
        if "alternate" in link.get("rel").lower().split()
        and link.get("type", "").partition(";")[0].strip().lower() in _TYPES
    )
    return list(filter(None, found))[:10]
