"""Where a work's addresses lead, and which of them are its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from weekly.models import Entry, Kind, Link, LinkKind, Work
from weekly.select.ownership import own_addresses
from weekly.select.urls import arxiv_id, canonical, find_urls, repository

_OWN = {
    Kind.PAPER: LinkKind.PAPER,
    Kind.PROJECT: LinkKind.CODE,
    Kind.MODEL: LinkKind.MODEL,
    Kind.RELEASE: LinkKind.RELEASE,
    Kind.POST: LinkKind.POST,
}
_MODEL_HOSTS = frozenset({"huggingface.co", "hf.co", "modelscope.cn"})
_FORGES = frozenset({"gitlab.com", "codeberg.org", "gitee.com", "anonymous.4open.science", "bitbucket.org"})
_NOT_PAGES = frozenset({"creativecommons.org", "twitter.com", "x.com"})


def links_of(work: Work, more: Sequence[tuple[str, str]] = ()) -> tuple[Link, ...]:
    """The work's addresses: project page, code, models, paper, posts, each page once, in the order of the kinds.

    *more* are addresses found on its page or in its README, with the place.
    """
    found: dict[str, Link] = {}
    for entry in work.entries:
        for link in _links(entry):
            found.setdefault(canonical(link.url), link)
    for url, origin in more:
        if kind := _kind(url):
            found.setdefault(canonical(url), Link(kind=kind, url=url, origin=origin))
    order = list(LinkKind)
    return tuple(sorted(found.values(), key=lambda link: order.index(link.kind)))


def _links(entry: Entry) -> list[Link]:
    found = [Link(kind=_OWN[entry.kind], url=entry.url, origin=entry.source)] if entry.url else []
    if entry.kind is Kind.POST:
        return found  # a post's links lead to its subject and to the whole world; they serve identity only
    places = [("abstract", addresses(entry.text)), ("comment", addresses(entry.comment)), (entry.source, entry.links)]
    if entry.kind is Kind.RELEASE:
        places = places[2:]  # release notes link to contributors and issues
    own = set(filter(None, map(repository, own_addresses(entry)))) if entry.kind is Kind.PAPER else None
    for origin, urls in places:
        found += [Link(kind=kind, url=url, origin=origin) for url in urls if (kind := _kind(url)) and _is_own(url, own)]
    return found


def _is_own(url: str, own: set[str] | None) -> bool:
    """Whether a paper may show *url*: of repositories only its own, what it builds on is not its code."""
    return own is None or not repository(url) or repository(url) in own


@lru_cache(maxsize=32)
def addresses(text: str) -> tuple[str, ...]:
    """The web addresses in LaTeX: escaped underscores are theirs, dollars and braces are not."""
    plain = re.sub(r"\{?\\([_%#&~])\}?", r"\1", text) if "\\" in text else text
    if "www." in plain:
        plain = re.sub(r"(?<![/\w.@-])www\.(?=[\w-]+\.\w)", "https://www.", plain)
    return find_urls(plain)


def _kind(url: str) -> LinkKind | None:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    if arxiv_id(url):
        return None  # papers named in an abstract are other papers
    if repository(url) or host in _FORGES or host == "gist.github.com":
        return LinkKind.CODE
    if host in _MODEL_HOSTS:
        return LinkKind.MODEL
    if host in {"doi.org", "dx.doi.org"}:
        return None
    return None if not host or host in _NOT_PAGES or host.endswith("arxiv.org") else LinkKind.PROJECT
