"""arXiv by its feeds: https://info.arxiv.org/help/rss.html. One announcement day, the last; none on the weekend.

It is the second way, for when the API is down. It knows neither when a paper was submitted nor its comments and DOI;
entries say so in `unknown`, and give way to what the API tells later.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from weekly.errors import FetchError, ParseError
from weekly.models import Entry, Kind, LeftOut, Omission, Window
from weekly.net.client import Answer, Fetcher
from weekly.select.urls import arxiv_id
from weekly.sources.feed_format import date_of, parse
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
        self.unusable = 0
        """How many of its rows could not be read."""
        self.left_out: list[LeftOut] = []
        """Rows of other days, and new versions of papers that nobody watches."""

    def entries(self, window: Window) -> list[Entry]:
        """The papers that were announced within the window; raises a FetchError when the feed cannot be read either.

        A replacement is given only if the paper is watched: it is no new work.
        """
        self._read()
        dated = [(row, when) for row in self._rows if (when := date_of(row))]
        self.days = ", ".join(sorted({when.date().isoformat() for _, when in dated}))
        read = [(row, when, one) for row, when in dated if (one := _entry(row))]
        self.unusable = len(self._rows) - len(read)
        wanted = []
        for row, when, one in read:
            if not window.start <= when < window.end:
                self._leave_out(one, f"announced {when:%Y-%m-%d}")
            elif _is_replacement(row) and f"arxiv:{one.key}" not in window.watch:
                self._leave_out(one, "a new version of a paper that was not published here")
            else:
                wanted.append(one)
        return wanted

    def announced(self, window: Window) -> list[Entry]:
        """The papers that the feed announces as new or as cross-listed, late where they are cross-listed.

        Raises a FetchError when it cannot be read.
        """
        self._read()
        read = [(row, one) for row in self._rows if (one := _entry(row))]
        self.unusable = len(self._rows) - len(read)
        wanted = []
        for row, one in read:
            if _is_replacement(row):
                self._leave_out(one, "a new version, which is no announcement")
            elif (one.updated or window.now) > window.now:
                self._leave_out(one, "announced later")
            else:
                wanted.append(replace(one, late=_cross_listed(one)) if _announced_as(row) == "cross" else one)
        return wanted

    def _leave_out(self, entry: Entry, reason: str) -> None:
        self.left_out.append(
            LeftOut(source=entry.source, key=entry.key, omission=Omission.OUTSIDE, reason=reason, title=entry.title)
        )

    def _read(self) -> None:
        self._fetcher.get(self._url, broken=self._answer_fault, tries=TRIES)

    def _answer_fault(self, answer: Answer) -> FetchError | None:
        try:
            self._rows, fault = parse(answer.body, answer.headers, answer.url)
        except ParseError as error:
            return FetchError(str(error), url=answer.url, status=200)
        return FetchError(f"{answer.url}: {fault}", url=answer.url, status=200) if fault else None


def _announced_as(row: Mapping[str, Any]) -> str:
    """`new`, `cross`, `replace` or `replace-cross`."""
    return str(row.get("arxiv_announce_type") or "new")


def _is_replacement(row: Mapping[str, Any]) -> bool:
    return _announced_as(row).startswith("replace")


def _cross_listed(entry: Entry) -> str:
    return f"cross-listed, announced {entry.updated:%Y-%m-%d}" if entry.updated else "cross-listed"


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
        updated=date_of(row),
        version=version[1] if version else "",
        unknown=UNKNOWN,
    )
