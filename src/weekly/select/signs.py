"""What can be seen of a work at a glance: its links, its form, where it appears; each sign in words for the editor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import log
from typing import NamedTuple

from weekly.models import Work

LONGEST = 20_000
"""Characters of abstract, comment and links together that are looked at."""

_CODE = tuple(f"{host}.{end}/" for host in ("github", "gitlab", "gitee", "codeberg") for end in ("com", "org"))
_HUBS = ("huggingface.co/", "modelscope.cn/")
_PAGE = re.compile(r"\.(?:github|gitlab)\.io|project ?(?:web)?(?:page|site)|home ?page")
_ADDRESSES = ("http://", "https://", "this https url")
_HOME = re.compile(r"[\w-]\.github\.io")
_RELEASED = re.compile(
    r"open[- ]?sourc|publicly (?:available|releas)|(?:we|is|are|be|been) releas|code (?:is|and|will)|made available"
)
_RELEASE_STARTS = ("sourc", "publicly ", " releas", "code ", "made available")
_FIGURE = re.compile(r"\d(?:\.\d{1,3})?\s?(?:%|\\%|[x×]\b)")
_VENUE = re.compile(
    r"\b(?:CVPR|ICCV|ECCV|NeurIPS|ICML|ICLR|ACL|EMNLP|NAACL|SIGGRAPH|AAAI|IJCAI|CoRL|RSS|ICRA|IROS|Interspeech|ICASSP"
    r"|KDD|WWW|CHI|TPAMI|TMLR|COLM|COLING|USENIX|CCS|NDSS|FSE|ICSE)\b"
)


class Sign(NamedTuple):
    """Something seen, how much of it (1 for what is there or not), and how to say it."""

    name: str
    amount: float
    reason: str


def signs(work: Work) -> Iterator[Sign]:
    """What is seen of *work*; a sign that is not there does not come."""
    yield from _links(work)
    yield from _title(work.lead.title)
    yield from _text(work.lead.text)
    yield from _people(work.lead.authors)
    for place, category in enumerate(work.lead.categories[:10]):
        yield Sign(f"in {category}", 1.0, f"in {category}")
        if place == 0:
            yield Sign(f"first in {category}", 1.0, f"first in {category}")
    if match := _VENUE.search(work.lead.comment[:LONGEST]):
        yield Sign("venue", 1.0, f"{match[0]} in the comment")


def _links(work: Work) -> Iterator[Sign]:
    text = " ".join(
        f"{entry.text[:LONGEST]} {entry.comment[:LONGEST]} {' '.join(entry.links)[:LONGEST]}" for entry in work.entries
    )
    text = text.lower()
    # Each is looked for in the text as a whole before any expression is tried: a hundred thousand works come by here.
    if any(place in text for place in _CODE):
        yield Sign("code", 1.0, "names its code")
    if any(place in text for place in _HUBS):
        yield Sign("hub", 1.0, "names weights or data on a hub")
    if (".git" in text or "page" in text or "site" in text) and _PAGE.search(text):
        yield Sign("page", 1.0, "names a project page")
    if any(place in text for place in _ADDRESSES) or (".github.io" in text and _HOME.search(text)):
        yield Sign("link", 1.0, "names an address")
    if any(start in text for start in _RELEASE_STARTS) and _RELEASED.search(text):
        yield Sign("released", 1.0, "speaks of a release")


def _title(title: str) -> Iterator[Sign]:
    title = title[:500]
    name, colon, _ = title.partition(":")
    if colon:
        yield Sign("colon", 1.0, "a title in two parts")
        if len(name.split()) <= 2:  # noqa: PLR2004
            yield Sign("named", 1.0, f"has a name: {name.strip()}")
    if "?" in title:
        yield Sign("question", 1.0, "asks a question")
    yield Sign("long title", len(title.split()) / 10, f"{len(title.split())} words in the title")


def _text(text: str) -> Iterator[Sign]:
    if text:
        yield Sign("long abstract", min(len(text), 2500) / 1000, "a full abstract")
    if "benchmark" in text[:LONGEST].lower():
        yield Sign("benchmark", 1.0, "speaks of a benchmark")
    if figures := len(_FIGURE.findall(text[:LONGEST])):
        yield Sign("figures", min(figures, 10) / 5, f"{figures} figures in the abstract")


def _people(authors: tuple[str, ...]) -> Iterator[Sign]:
    # A list that a source cut short says nothing about how many they were.
    if authors and "et al." not in authors:
        yield Sign("many authors", log(min(len(authors), 50)), f"{len(authors)} authors")
