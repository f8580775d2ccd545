"""Where on a collection a new entry goes: where the page's own order has a place for it, else behind the last one."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Sequence
from itertools import pairwise

from weekly.formats.collection.model import CollectionEntry

SEQUENCE = re.compile(r"\A(\d{1,9})([.、．][ \t]*)(?!\d)")
"""The number of an entry that is counted."""
_DATE = re.compile(r"(?<!\d)(\d{4})[-./年](\d{1,2})(?:[-./月](\d{1,2}))?(?!\d)")
_DOWNWARDS = 3
"""Entries that show that the newest stands first."""
_ALPHABETICAL = 5
"""Entries whose titles stand in this order by chance on one page of 120."""


def groups(entries: Sequence[CollectionEntry]) -> dict[str, range]:
    """The headings that hold nothing but entries below them, each with the indices of these."""
    found = {}
    for index, entry in enumerate(entries):
        below = index + 1
        while below < len(entries) and entries[below].level > entry.level:
            below += 1
        if entry.title and below > index + 1 and not (entry.intro or entry.sections or entry.links):
            found[entry.title] = range(index + 1, below)
    return found


def find_place(entries: Sequence[CollectionEntry], title: str, group: str = "") -> tuple[int, range]:
    """The index of the entry that one called *title* goes in front of, and the indices of those that it stands among.

    A page that counts down or has its newest date first gets it in front, one in the order of the alphabet at its
    letter, any other behind the last one. *group* is the heading whose entries it joins; on a page that has groups, but
    not this one, or that counts through all of them, those are the last.
    """
    found = groups(entries)
    last = [each for each in found.values() if each.stop == len(entries)][-1:] or [range(len(entries))]
    among = found.get(group, last[0])
    if _number(entries[among[-1]].title) and any(
        _number(each.title) == _number(entries[among[-1]].title) + 1 for each in entries[among.stop :]
    ):
        among = last[0]
    titles = [entries[index].title for index in among]
    if is_counted_down(titles) or _newest_first(titles):
        return among.start, among
    keys = [each.casefold() for each in titles]
    if len(keys) >= _ALPHABETICAL and keys == sorted(set(keys)) and all(map(_is_latin, (*titles, title))):
        return among.start + bisect(keys, title.casefold()), among
    return among.stop, among


def _number(title: str) -> int:
    match = SEQUENCE.match(title)
    return int(match[1]) if match else 0


def is_counted_down(titles: Sequence[str]) -> bool:
    """Whether each of *titles* has a number, one less than the title before it has."""
    numbers = [number for title in titles if (number := _number(title))]
    down = all(before == after + 1 for before, after in pairwise(numbers))
    return down and len(numbers) == len(titles) >= _DOWNWARDS


def _newest_first(titles: Sequence[str]) -> bool:
    dates = [tuple(int(part or 0) for part in match.groups()) for title in titles if (match := _DATE.search(title))]
    down = all(before >= after for before, after in pairwise(dates))
    return down and len(dates) == len(titles) >= _DOWNWARDS and dates[0] > dates[-1]


def _is_latin(title: str) -> bool:
    return title[:1].isascii() and title[:1].isalpha()
