"""Whether two parts of a page are about one work: by the ids that their links lead to, else by their names."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from weekly.formats.insert import ORDINAL
from weekly.select.urls import find_urls

_ARXIV = re.compile(
    r"(?:https?://)?(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/(\d{4}\.\d{4,5}|[a-z.-]+/\d{7})", re.IGNORECASE
)
_REPOSITORY = re.compile(
    r"(?:https?://)?(?:www\.)?(github\.com|gitlab\.com|huggingface\.co)/([^/\s?#]+/[^/\s?#]+)/?\Z", re.IGNORECASE
)
_TELLING_APART = {"arxiv", "github.com", "gitlab.com"}
"""A work has one of these each; of models and data sets it may have many."""
_NAME = re.compile(r"[^\W_]+|(?<=\w)[+#]+|(?<=\d)\.(?=\d)|(?<=[a-z0-9])-(?=[a-z0-9])")
"""What of a name tells it from others: C, C# and C++, Qwen2.5 and Qwen25, R1-V and R1V are six."""

Id = tuple[str, str]
"""Where a work is kept, and what it is called there."""


def ids(urls: Iterable[str]) -> set[Id]:
    """The ids of the works that *urls* lead to, whatever their versions: of arXiv, of repositories."""
    return {found for url in urls if (found := _id(url))}


def _id(url: str) -> Id | None:
    if match := _ARXIV.match(url):
        return "arxiv", match[1].lower()
    match = _REPOSITORY.match(url)
    return (match[1].lower(), match[2].removesuffix(".git").lower()) if match else None


def own_ids(text: str) -> set[Id]:
    """The ids of the work that *text* is about: where it names several of a kind, nobody knows which is its own."""
    named = ids(find_urls(text))
    return {(kind, name) for kind, name in named if sum(other == kind for other, _ in named) == 1}


def names(title: str) -> set[str]:
    """What *title* may be recognized by: with and without the number that a page gives it."""
    bare = html.unescape(title.strip(" \t"))
    return {"".join(_NAME.findall(each.casefold())) or each for each in (bare, ORDINAL.sub("", bare, count=1))} - {""}


def is_same(title: str, own: set[Id], other_title: str, others: set[Id]) -> bool:
    """Whether two titles with the ids beside them are of one work: one id is enough, different ids outrank one name."""
    if own & others:
        return True
    comparable = {kind for kind, _ in own} & {kind for kind, _ in others} & _TELLING_APART
    return not comparable and bool(names(title) & names(other_title))
