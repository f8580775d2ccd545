"""What can be seen of a work at a glance: its links, its form, where it appears; each sign in words for the editor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import log
from typing import NamedTuple

from weekly.models import Work

LONGEST = 20_000
"""Characters of abstract, comment and links together that are looked at."""

_CODE = re.compile(r"(?:github|gitlab|gitee|codeberg)\.(?:com|org)/", re.IGNORECASE)
_HUB = re.compile(r"(?:huggingface\.co|modelscope\.cn)/", re.IGNORECASE)
_PAGE = re.compile(r"\.(?:github|gitlab)\.io|project ?(?:web)?(?:page|site)|home ?page", re.IGNORECASE)
_LINK = re.compile(r"https?://|this https url|[\w-]{1,60}\.github\.io", re.IGNORECASE)
_RELEASED = re.compile(
    r"open[- ]?sourc|publicly (?:available|releas)|(?:we|is|are|be|been) releas|code (?:is|and|will)|made available"
)
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
    if found := _VENUE.search(work.lead.comment[:LONGEST]):
        yield Sign("venue", 1.0, f"{found[0]} in the comment")


def _links(work: Work) -> Iterator[Sign]:
    said = " ".join(
        f"{entry.text[:LONGEST]} {entry.comment[:LONGEST]} {' '.join(entry.links)[:LONGEST]}" for entry in work.entries
    )
    for name, pattern, reason in (
        ("code", _CODE, "names its code"),
        ("hub", _HUB, "names weights or data on a hub"),
        ("page", _PAGE, "names a project page"),
        ("link", _LINK, "names an address"),
        ("released", _RELEASED, "speaks of a release"),
    ):
        if pattern.search(said.lower() if name == "released" else said):
            yield Sign(name, 1.0, reason)


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
