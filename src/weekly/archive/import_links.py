"""Counts what a newsletter linked to before it came here as published."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from weekly.archive.posts import EarlierPost, PostedLink, post_files, posted_links, read_posts
from weekly.errors import ParseError
from weekly.select.identity import address_keys, preferred_key
from weekly.select.titles import title_key
from weekly.workspace import Workspace

_THREAD = re.compile(
    r"github\.com/[^/?#]+/[^/?#]+/(?:pull|issues|discussions|commit|compare|wiki|security)\b", re.IGNORECASE
)
"""Pages of a repository that are about something else than the whole of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedWork:
    """A paper, repository or page that an earlier post made known."""

    id: str
    keys: frozenset[str]
    """Every identity that its links gave it."""
    link: PostedLink
    """The first that leads to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedFile:
    """A file of earlier posts."""

    path: str
    posts: int
    drafts: int
    """Posts among them that were never published, and so announced nothing."""
    works: tuple[LinkedWork, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkReport:
    """What the links of an earlier newsletter lead to."""

    files: tuple[LinkedFile, ...]
    faults: tuple[str, ...]
    """`FILE: what is wrong`."""


def read_links(paths: Sequence[Path]) -> LinkReport:
    """The works that files and folders of earlier posts link to; what cannot be read is a fault, the rest is kept."""
    files, faults = [], []
    for path in paths:
        try:
            for file, content in post_files(path):
                try:
                    files.append(_read(file, content, path))
                except ParseError as error:
                    faults.append(f"{file}: {error}")
        except ParseError as error:
            faults.append(str(error))
    return LinkReport(files=tuple(files), faults=tuple(faults))


def count_as_published(workspace: Workspace, files: Iterable[LinkedFile]) -> None:
    """Writes the works of *files* down as published on their days, today where nothing says when.

    Counting again changes nothing.
    """
    now = workspace.now()
    for file in files:
        days: dict[datetime, list[LinkedWork]] = {}
        for work in file.works:
            days.setdefault(min(work.link.at or now, now), []).append(work)
        with workspace.store.write() as tx:
            for at, works in days.items():
                rows = [(work.id, work.link.label, work.keys) for work in works]
                tx.published_works.add(rows, f"import:{Path(file.path).name}"[:200], at)


def linked_works(links: Iterable[PostedLink]) -> Iterator[LinkedWork]:
    """The works that *links* lead to, each once, in the order in which they come."""
    first: dict[str, PostedLink] = {}
    keys: dict[str, set[str]] = {}
    for link in links:
        for found in _identities(link.url):
            identifier = preferred_key(found)
            first.setdefault(identifier, link)
            keys.setdefault(identifier, set()).update(found, filter(None, [title_key(link.label)]))
    for identifier, link in first.items():
        yield LinkedWork(id=identifier, keys=frozenset(keys[identifier]), link=link)


def _identities(url: str) -> list[frozenset[str]]:
    """The identities of each work that an address makes known: a pull request is one, its repository another."""
    found = address_keys(url)
    whole = frozenset(key for key in found if key.startswith("github:"))
    if whole and _THREAD.search(url):
        return [found - whole, whole]
    return [found] if found else []


def _read(file: Path, content: bytes, top: Path) -> LinkedFile:
    name = file.relative_to(top.parent).as_posix() if file != top else file.name
    posts = list(read_posts(name, content))
    published: list[EarlierPost] = [post for post in posts if post.published]
    works = tuple(linked_works(link for post in published for link in posted_links(post)))
    return LinkedFile(path=str(file), posts=len(posts), drafts=len(posts) - len(published), works=works)
