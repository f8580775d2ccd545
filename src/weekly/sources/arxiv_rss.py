"""arXiv by its feeds: https://info.arxiv.org/help/rss.html. One announcement day, the last; none on the weekend.

It is the second way, for when the API is down. It knows neither when a paper was submitted nor its comments and DOI;
entries say so in `unknown`, and give way to what the API tells later.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from weekly.errors import FetchError, ParseError
from weekly.models import Entry, Kind, Window
from weekly.net.client import Answer, Fetcher
from weekly.select.urls import arxiv_id
from weekly.sources.feed_format import moment, parse
from weekly.text import one_line, paragraphs

TRIES = 2
UNKNOWN = ("published", "comment", "links", "affiliations")
_VERSION = re.compile(r"v(\d{1,3})$")
_ABSTRACT = re.compile(r"^.{0,200}?\bAbstract:\s*", re.DOTALL)


class Rss:
    """The feed of the last announcement day."""

    def __init__(self, url: str, categories: Sequence[str], fetcher: Fetcher) -> None:
        self._url = f"{url}/{'+'.join(categories)}"
        self._fetcher = fetcher
        self._rows: list[Mapping[str, Any]] = []
        self.days = ""
        """The announcement days that the feed has."""

    def entries(self, window: Window) -> list[Entry]:
        """The papers that were announced within the window; raises a FetchError when the feed cannot be read either.

        A replacement is given only if the paper is watched: it is no new work.
        """
        self._fetcher.get(self._url, broken=self._answer_fault, tries=TRIES)
        dated = [(row, when) for row in self._rows if (when := moment(row.get("published_parsed")))]
        self.days = ", ".join(sorted({when.date().isoformat() for _, when in dated}))
        within = [row for row, when in dated if window.start <= when < window.end]
        return [entry for row in within if (entry := _entry(row)) and _is_in_window(row, entry, window)]

    def _answer_fault(self, answer: Answer) -> FetchError | None:
        try:
            self._rows, fault = parse(answer.body, answer.headers, answer.url)
        except ParseError as error:
            return FetchError(str(error), url=answer.url, status=200)
        return FetchError(f"{answer.url}: {fault}", url=answer.url, status=200) if fault else None


def _is_in_window(row: Mapping[str, Any], entry: Entry, window: Window) -> bool:
    if str(row.get("arxiv_announce_type") or "new").startswith("replace"):
        return f"arxiv:{entry.key}" in window.watch
    return True


def _entry(row: Mapping[str, Any]) -> Entry | None:
    identifier = arxiv_id(str(row.get("link") or ""))
    if not identifier:
        return None
    version = _VERSION.search(str(row.get("id") or ""))
    authors = ", ".join(str(author.get("name") or "") for author in row.get("authors") or ())
    return Entry(
        source="arxiv",
        key=identifier,
        kind=Kind.PAPER,
        title=one_line(str(row.get("title") or ""), 500),
        url=f"https://arxiv.org/abs/{identifier}",
        text=paragraphs(_ABSTRACT.sub("", str(row.get("summary") or ""), count=1)),
        authors=tuple(filter(None, (one_line(name) for name in authors.split(",")))),
        categories=tuple(one_line(str(tag["term"]), 60) for tag in row.get("tags") or () if tag.get("term")),
        updated=moment(row.get("published_parsed")),
        version=version[1] if version else "",
        unknown=UNKNOWN,
    )
