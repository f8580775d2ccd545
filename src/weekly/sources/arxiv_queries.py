"""What arXiv's API is asked: https://info.arxiv.org/help/api/user-manual.html#query_details."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from weekly.models import Window
from weekly.settings import ArxivSearch

LATE = timedelta(days=14)
"""How long after its submission a paper may appear: moderation takes up to ten days, a weekend and a holiday more."""


def query(categories: Sequence[str], window: Window) -> str:
    """The search for papers of *categories* submitted in the window, or late: submitted before, or updated since."""
    return f"({_any('cat', categories)}) AND {dates(window)}"


def interest(search: ArxivSearch, window: Window) -> str:
    """The same for papers of interest, whatever their category unless *search* names some."""
    parts = list(_parts(search))
    without = [f"{field}:{_quoted(word)}" for word in search.without for field in _FIELDS[search.field]]
    excluded = f" ANDNOT ({' OR '.join(without)})" if without else ""
    return f"{' AND '.join(f'({part})' for part in parts)} AND {dates(window)}{excluded}"


def dates(window: Window) -> str:
    """The span of a question; at the first contact nothing is late. arXiv's ranges are inclusive minutes in GMT."""
    if window.since is None:
        return _range("submittedDate", window.start, window.end)
    reach = max(window.start - LATE, min(window.since, window.start))
    submitted, updated = _range("submittedDate", reach, window.end), _range("lastUpdatedDate", window.start, window.end)
    return f"({submitted} OR {updated})"


_FIELDS = {"anywhere": ("all",), "title": ("ti",), "abstract": ("abs",), "title or abstract": ("ti", "abs")}


def _parts(search: ArxivSearch) -> Iterator[str]:
    if search.authors:
        yield _any("au", search.authors)
    if search.words:
        yield " OR ".join(_any(field, search.words) for field in _FIELDS[search.field])
    if search.categories:
        yield _any("cat", search.categories)


def _any(field: str, values: Sequence[str]) -> str:
    return " OR ".join(f"{field}:{value if field == 'cat' else _quoted(value)}" for value in values)


def _quoted(words: str) -> str:
    """*words* as a phrase: signs of the query language in them mean nothing."""
    return '"' + " ".join(re.sub(r'["()\[\]:\\]', " ", words).split()) + '"'


def _range(field: str, start: datetime, end: datetime) -> str:
    first, last = (one.astimezone(UTC).strftime("%Y%m%d%H%M") for one in (start, end - timedelta(minutes=1)))
    return f"{field}:[{first} TO {last}]"
