"""Entries that announce the same work become one work, which keeps all their links."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from weekly.models import Entry, Kind, Work
from weekly.select import identity
from weekly.select.ownership import is_official, says_official
from weekly.select.titles import title_key

_OPENING = re.compile(
    r"(?:(?:introducing|announcing|presenting|releasing|open-?sourcing|meet|inside|understanding|explaining|exploring|all|about"
    r"|what|is|how|why|the|our|new|model|paper|code|a|look|deep|dive|into|of|for|at|first|impressions|we|release[sd]?|present"
    r"|say|hello|to|welcome|hands-on|介绍|发布|开源|解读|详解|论文|推出|一文|读懂|速读|重磅|新|模型|什么是)(?![a-z])|[\W_])*",
    re.IGNORECASE,
)
"""What may stand before the name of what a title is about."""
_FOLLOWS = re.compile(
    r"[-+]?\d|\+|-[a-z]|\W{0,3}(?:vs\b|versus\b|alternatives?\b|rivals?\b|killers?\b|clones?\b|ports?\b|plug-?ins?\b|对比|与|和|之外)",
    re.IGNORECASE,
)
"""What follows a name that is part of another's, or is held against another."""
_ALIKE = 10
"""Papers of one title that are compared: hostile input cannot make it quadratic."""
_ARTIFACTS = frozenset({Kind.PROJECT, Kind.MODEL})
"""What may be a paper's code or its weights."""
_LEADS = (Kind.PAPER, Kind.PROJECT, Kind.MODEL, Kind.RELEASE, Kind.POST)


def cluster(entries: Iterable[Entry]) -> tuple[Work, ...]:
    """The works that *entries* announce, in the order of their ids, whatever the order of the entries.

    Entries with a common identity are one work; so are papers of one title and a common author, unless arXiv numbers
    both. A repository joins the paper that alone gives it or its home page for
    its own, or the paper whose code it says it is; a page joins the paper that alone gives it for its own; a post joins
    the one paper or repository that it names, if it is titled after that.
    """
    ordered = sorted(entries, key=lambda entry: (_LEADS.index(entry.kind), entry.source, entry.key))
    groups = _Groups(len(ordered))
    owned = [identity.keys(entry) for entry in ordered]
    first: dict[str, int] = {}
    for index, own in enumerate(owned):
        for key in own:
            groups.join(first.setdefault(key, index), index)
    _join_same_title(ordered, owned, groups)
    claims = _claims(ordered, groups)
    _join_claimed(ordered, claims, first, groups)
    _join_named(ordered, first, groups)
    members: dict[int, list[int]] = defaultdict(list)
    for index in range(len(ordered)):
        members[groups.of(index)].append(index)
    works = (_work(group, ordered, owned, claims) for group in members.values())
    return tuple(sorted(works, key=lambda work: work.id))


def _work(
    group: Sequence[int], entries: Sequence[Entry], owned: Sequence[frozenset[str]], claims: Sequence[frozenset[str]]
) -> Work:
    keys = frozenset().union(*(owned[index] for index in group))
    claimed = frozenset().union(*(claims[index] for index in group))
    return Work(
        id=identity.preferred_key(keys),
        keys=keys,
        entries=tuple(entries[index] for index in group),
        claims=claimed - keys,
    )


def _join_same_title(entries: Sequence[Entry], owned: Sequence[frozenset[str]], groups: _Groups) -> None:
    """Joins a paper that a conference or a publisher shows to the one on arXiv."""
    by_title: dict[str, list[int]] = defaultdict(list)
    for index, entry in enumerate(entries):
        if entry.kind is Kind.PAPER and (title := title_key(entry.title)):
            by_title[title].append(index)
    for alike in by_title.values():
        for one, other in combinations(alike[:_ALIKE], 2):
            preprints = {key for key in owned[one] | owned[other] if key.startswith("arxiv:")}
            if len(preprints) < 2 and _families(entries[one]) & _families(entries[other]):  # noqa: PLR2004
                groups.join(one, other)


def _families(entry: Entry) -> frozenset[str]:
    """The last words of the authors' names."""
    return frozenset(author.casefold().split()[-1] for author in entry.authors if author.strip())


def _claims(entries: Sequence[Entry], groups: _Groups) -> list[frozenset[str]]:
    """What each entry alone names: of a repository or page that two papers name, neither is the owner."""
    named = [_named_keys(entry) for entry in entries]
    owners: dict[str, set[int]] = defaultdict(set)
    for index, keys in enumerate(named):
        if entries[index].kind is Kind.PAPER:
            for key in keys:
                owners[key].add(groups.of(index))
    return [
        frozenset(key for key in keys if entries[index].kind is not Kind.PAPER or len(owners[key]) == 1)
        for index, keys in enumerate(named)
    ]


def _named_keys(entry: Entry) -> frozenset[str]:
    """A paper's own repositories and pages; the one paper of a project that says it is its code."""
    if entry.kind is Kind.PAPER:
        return identity.own_repositories_and_pages(entry)
    papers = identity.named_papers(entry) if entry.kind is Kind.PROJECT and says_official(entry) else ()
    return frozenset(f"arxiv:{paper}" for paper in papers) if len(papers) == 1 else frozenset()


def _join_claimed(
    entries: Sequence[Entry], claims: Sequence[frozenset[str]], first: Mapping[str, int], groups: _Groups
) -> None:
    """Joins to a paper its own repository and page, and the repository with that home; a project to its paper."""
    homes: dict[str, set[int]] = defaultdict(set)
    for index, entry in enumerate(entries):
        if entry.kind is Kind.PROJECT:
            for page in identity.named_pages(entry):
                homes[page].add(groups.of(index))
    for index, claimed in enumerate(claims):
        for key in sorted(claimed):
            if key in first:
                groups.join(index, first[key])
            if len(homes[key]) == 1:
                groups.join(index, *homes[key])


def _join_named(entries: Sequence[Entry], first: Mapping[str, int], groups: _Groups) -> None:
    """Joins a project or a model to the one paper that it names and is of, a post to the one work in its title."""
    for index, entry in enumerate(entries):
        named = {groups.of(first[key]) for key in _names(entry) if key in first}
        if len(named) == 1 and _belongs(entry, entries[min(named)]):
            groups.join(named.pop(), index)


def _names(entry: Entry) -> list[str]:
    """The works that a project, a model or a post says it is about."""
    if entry.kind not in {*_ARTIFACTS, Kind.POST}:
        return []
    papers = [f"arxiv:{paper}" for paper in identity.named_papers(entry)]
    if entry.kind in _ARTIFACTS:
        return papers
    return papers + [f"github:{name}" for name in identity.named_repositories(entry)]


def _belongs(entry: Entry, work: Entry) -> bool:
    return is_official(entry, work) if entry.kind in _ARTIFACTS else _carries_name(entry, work)


def _carries_name(post: Entry, work: Entry) -> bool:
    """Whether the title of the post begins with the work's name, or with little more than a word that introduces it."""
    name = identity.short_name(work.title) if work.kind is Kind.PAPER else work.title.rpartition("/")[2]
    names = "|".join(map(re.escape, filter(None, (work.title, name))))
    found = re.search(rf"(?<![A-Za-z0-9_])(?:{names})(?![A-Za-z0-9_])", post.title, re.IGNORECASE) if names else None
    if found is None or _FOLLOWS.match(post.title, found.end()):
        return False
    return _OPENING.fullmatch(post.title[: found.start()]) is not None


class _Groups:
    """Disjoint sets of the numbers below *size*; the smallest member names its set."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def of(self, index: int) -> int:
        """The smallest member of the set that *index* is in."""
        while self._parent[index] != index:
            self._parent[index] = self._parent[self._parent[index]]
            index = self._parent[index]
        return index

    def join(self, one: int, other: int) -> None:
        """Makes one set of two."""
        low, high = sorted((self.of(one), self.of(other)))
        self._parent[high] = low
