"""Identity keys of entries: those that an entry *is*, and those of works that it *names*."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from weekly.models import Entry, Kind
from weekly.select.ownership import own_addresses
from weekly.select.urls import (
    acl_doi,
    arxiv_id,
    arxiv_ids,
    canonical,
    find_urls,
    release_tag,
    repository,
    unwrapped,
)

_LONGEST = 200
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|mp4|bmp)$", re.IGNORECASE)
_FRONT_DOORS = frozenset({"arxiv.org", "github.com", "huggingface.co", "youtube.com", "zhihu.com", "bilibili.com"})
_HOMES = (".github.io", ".gitlab.io", ".pages.dev", ".netlify.app", ".vercel.app")
"""Hosts whose every name belongs to a project."""
_REPOSITORY_ITSELF = re.compile(r"github\.com/[^/]+/[^/]+(?:/tree/(?:main|master))?")
_DOI = re.compile(
    r"^(?:https?://(?:dx\.|www\.)?doi\.org/|doi:|https?://[^/\s]+/doi/(?:\w+/){0,2})(10\.\d{4,9}/[^\s?#]+)",
    re.IGNORECASE,
)
"""A DOI: by its own address, or in that of its publisher."""
_ORDER = ("arxiv:", "github:", "release:", "doi:", "url:", "entry:", "title:")


def keys(entry: Entry) -> frozenset[str]:
    """Every identity of the thing that the entry announces; versions and mirrors of it share them.

    `arxiv:2504.02160`, `github:owner/name`, `release:owner/name@tag`, `doi:10.…`, `url:host/path`; what shares its
    address with others of its source has `entry:source key` in its place. Numbers that a
    source gives for ever, such as those of a repository, come beside: `github-id:123`.
    """
    if entry.kind is Kind.RELEASE:
        name, tag = repository(entry.url), release_tag(entry.url) or entry.version
        return frozenset({_key("release:", f"{name}@{tag}") if name and tag else _page(entry.url), *entry.ids})
    keys = {_address(entry.url)}
    if entry.shares_address:
        keys = {key for key in keys if not key.startswith("url:")} or {_key("entry:", f"{entry.source} {entry.key}")}
    keys |= set(entry.ids)
    if entry.kind is Kind.PAPER:
        keys |= {_key("doi:", doi) for link in entry.links if (doi := _doi(link))}
    return frozenset(filter(None, keys))


def identities_in(text: str) -> frozenset[str]:
    """The identities that a person may mean by *text*: an arXiv id, owner/name, owner/name@tag, an address, a key."""
    text = text.strip()
    if text.startswith(_ORDER):
        return frozenset({text})
    if "://" in text:
        tag = release_tag(text)
        return frozenset(filter(None, {_address(text), _key("release:", f"{repository(text)}@{tag}") if tag else ""}))
    if paper := arxiv_id(f"https://arxiv.org/abs/{text.removeprefix('arXiv:')}"):
        return frozenset({f"arxiv:{paper}"})
    name, mark, tag = text.partition("@")
    if re.fullmatch(r"[\w-]+/[\w.-]+", name, re.ASCII):
        return frozenset({_key("release:", f"{name.lower()}@{tag}") if mark else _key("github:", name.lower())})
    return frozenset({_key("doi:", text.lower())}) if re.match(r"10\.\d{4,9}/", text) else frozenset()


def preferred_key(identities: frozenset[str]) -> str:
    """The key that a work is called by: the paper's, else the repository's, else the first."""
    return min(identities, key=lambda key: (_rank(key), key))


def named_repositories(entry: Entry) -> tuple[str, ...]:
    """The repositories that the entry's own words and fields lead to."""
    urls = (*find_urls(f"{entry.text}\n{entry.comment}"), *entry.links)
    return tuple(dict.fromkeys(filter(None, map(repository, urls))))


def named_papers(entry: Entry) -> tuple[str, ...]:
    """The arXiv papers that the entry's own words and fields lead to."""
    linked = filter(None, map(arxiv_id, entry.links))
    return tuple(dict.fromkeys([*arxiv_ids(f"{entry.text}\n{entry.comment}"), *linked]))


def own_repositories_and_pages(entry: Entry) -> frozenset[str]:
    """The repositories and pages that the entry gives for its work's own, as keys."""
    urls = own_addresses(entry)
    return frozenset({*(f"github:{name}" for name in filter(None, map(repository, urls))), *_pages(urls)})


def named_pages(entry: Entry) -> tuple[str, ...]:
    """The pages of its own that the entry leads to, as keys: neither paper, repository nor DOI, nor a mere host."""
    return _pages((*find_urls(f"{entry.text}\n{entry.comment}"), *entry.links))


def _pages(urls: Sequence[str]) -> tuple[str, ...]:
    pages = (canonical(url) for url in urls if not (arxiv_id(url) or repository(url) or _doi(url)))
    own = (page for page in pages if "/" in page or page.endswith(_HOMES))
    return tuple(dict.fromkeys(_key("url:", page) for page in own))


def short_name(title: str) -> str:
    """The name that a title gives its work: `UNO` of "UNO: A Universal …"; empty when it gives none."""
    head, mark, _ = re.sub(r"\s+", " ", title.strip()).replace("：", ":").partition(":")
    if mark and 0 < len(head) <= 40 and len(head.split()) <= 4:  # noqa: PLR2004 - longer heads are clauses
        return head.strip()
    return ""


def _address(url: str) -> str:
    if found := arxiv_id(url):
        return f"arxiv:{found}"
    if (name := repository(url)) and _REPOSITORY_ITSELF.fullmatch(re.split("[?#]", canonical(url))[0]):
        return _key("github:", name)
    if doi := _doi(url):
        return _key("doi:", doi)
    return _page(url)


def _page(url: str) -> str:
    page = canonical(url, anchors=True)
    return _key("url:", page) if page else ""


def _doi(link: str) -> str:
    """https://www.doi.org/doi-handbook/HTML/index.html: DOIs compare without case."""
    if acl := acl_doi(link):
        return acl
    found = _DOI.match(link.strip())
    return "" if not found or found[1].lower().startswith("10.48550/") else found[1].lower()


def _key(prefix: str, rest: str) -> str:
    """Keys have a bounded length, whatever a feed sends."""
    if len(rest) > _LONGEST:
        rest = rest[: _LONGEST - 65] + "~" + hashlib.sha256(rest.encode()).hexdigest()
    return prefix + rest


def _rank(key: str) -> int:
    return next((rank for rank, prefix in enumerate(_ORDER) if key.startswith(prefix)), len(_ORDER))


def address_keys(url: str) -> frozenset[str]:
    """Every identity that an address makes known: of the page itself and of the repository that it lies in.

    Empty for pictures and for the front doors that everything stands behind.
    """
    url = unwrapped(url)
    page = canonical(url)
    if not page or _PICTURE.search(page) or page in _FRONT_DOORS:
        return frozenset()
    name, tag, itself = repository(url), release_tag(url), _address(url)
    whole = _key("url:", page) if itself.startswith("url:") and not name else ""
    release = _key("release:", f"{name}@{tag}") if tag else ""
    return frozenset(filter(None, {itself, whole, release, _key("github:", name) if name else ""}))
