"""What of a listing is news: told by what the source has shown before, not by dates alone."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlsplit

from weekly.models import Entry, Kind, LeftOut, Omission, Window
from weekly.select.near import near_groups
from weekly.select.urls import canonical

FIRST = 10
"""Undated or long past entries of a listing that are taken at once, the first ones: an archive is no news."""
LONG_PAST = timedelta(days=14)
"""How long before its window an entry may lie and still be taken as late, however many there are."""
REMEMBERED = 1000
"""Entries of a source, the latest, that a listing is held against beside those of its own keys."""
_TOMORROW = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """What is taken of a listing, and what is left out."""

    taken: tuple[Entry, ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class _Memory:
    """What a source has shown before, taken or not."""

    title: str
    url: str
    key: str
    older: bool = False
    """It was there before the source was first read."""


def sift(listing: Sequence[Entry], window: Window, stored: Sequence[Entry], left_out: Sequence[LeftOut]) -> Sifted:
    """The news and the known of *listing*, held against what the source gave (*stored*) and was not taken before.

    A listing that has nothing in common with them is a first contact, or that of another place under the old name:
    only what is dated within the window is news then, and the first few of what has no date.
    """
    older = [one for one in left_out if one.omission is Omission.OLDER]
    memory = {one.key: _Memory(one.title, one.url, one.key, older=True) for one in older}
    memory |= {one.key: _Memory(one.title, one.url, one.key) for one in stored}
    entries = [_dated(entry, window) for entry in _own_addresses(_settled_keys(listing, memory), memory)]
    shown = memory.keys() | {one.key for one in left_out}
    contact = any(entry.key in shown for entry in entries) or (not memory and window.since is not None)
    unseen = [entry for entry in entries if entry.key not in memory]
    archive = [entry.key for entry in unseen if _is_archive(entry, window, contact=contact)]
    refused = {entry.key: _refused(entry, window, contact=contact) for entry in unseen}
    refused |= dict.fromkeys(archive[FIRST:], (Omission.OLDER, f"not among the first {FIRST} of an archive"))
    there_before = [key for key, one in memory.items() if one.older]
    refused |= dict.fromkeys(there_before, (Omission.OLDER, "there before the source was first read"))
    return Sifted(
        taken=tuple(
            entry if entry.key in memory else marked_late(entry, window)
            for entry in entries
            if not refused.get(entry.key)
        ),
        left_out=tuple(_left_out(entry, *why) for entry in entries if (why := refused.get(entry.key))),
    )


def keys_of(listing: Sequence[Entry]) -> frozenset[str]:
    """The keys under which something of *listing* may be known."""
    return frozenset(key for entry in listing for key in (entry.key, _longer(entry)))


def _is_archive(entry: Entry, window: Window, *, contact: bool) -> bool:
    """Whether it may have stood there for years."""
    return not contact if entry.published is None else entry.published < window.start - LONG_PAST


def _refused(entry: Entry, window: Window, *, contact: bool) -> tuple[Omission, str] | None:
    """Why it is no news, None when it is."""
    if entry.published is None or window.start <= entry.published < window.end:
        return None
    if entry.published >= window.end:
        return Omission.OUTSIDE, f"dated {entry.published:%Y-%m-%d}, after the days asked for"
    return None if contact else (Omission.OLDER, f"dated {entry.published:%Y-%m-%d}, before the source was first read")


def _dated(entry: Entry, window: Window) -> Entry:
    """*entry* without a date that cannot be true."""
    ahead = entry.published is not None and entry.published > window.now + _TOMORROW
    return replace(entry, published=None) if ahead else entry


def marked_late(entry: Entry, window: Window) -> Entry:
    """*entry* with a word of why it comes after its date, if it does; a repository is news whenever it was made."""
    if entry.published is None or entry.published >= window.start or entry.kind is Kind.PROJECT:
        return entry
    return replace(entry, late=entry.late or f"dated {entry.published:%Y-%m-%d}, first seen {window.now:%Y-%m-%d}")


def _left_out(entry: Entry, omission: Omission, reason: str) -> LeftOut:
    return LeftOut(
        source=entry.source, key=entry.key, omission=omission, reason=reason, title=entry.title, url=entry.url
    )


def _settled_keys(listing: Sequence[Entry], memory: Mapping[str, _Memory]) -> list[Entry]:
    """*listing* with one key for each thing: a key that was used again gets the address behind it.

    A feed may give all its posts one guid, or an old guid to a new post; one that moves may give all posts new ones.
    """
    often = Counter(entry.key for entry in listing)
    by_title: dict[str, list[_Memory]] = {}
    by_address: dict[str, list[_Memory]] = {}
    for one in memory.values():
        by_title.setdefault(one.title.casefold(), []).append(one)
        by_address.setdefault(_address(one.url), []).append(one)
    listed = set(often)
    settled = []
    for entry in listing:
        known, longer = memory.get(entry.key), _longer(entry)
        key = entry.key
        if longer in memory or (known is None and often[key] > 1) or (known is not None and not _same(entry, known)):
            key = longer
        elif known is None:
            moved = [one.key for one in by_title.get(entry.title.casefold(), ()) if _moved(entry, one)]
            moved += [one.key for one in by_address.get(_address(entry.url), ()) if _reworded(entry, one)]
            key = next((one for one in moved if one not in listed), key)
        settled.append(replace(entry, key=key) if key != entry.key else entry)
    return settled


def _same(entry: Entry, known: _Memory) -> bool:
    """Whether *entry* is what stood under its key before: a new title or a new address alone is an edit."""
    return entry.title.casefold() == known.title.casefold() or _address(entry.url) == canonical(known.url, anchors=True)


def _moved(entry: Entry, known: _Memory) -> bool:
    """Whether the same path led to the same title before, on whatever host."""
    new, old = urlsplit(entry.url), urlsplit(known.url)
    return (new.path.rstrip("/"), new.query) == (old.path.rstrip("/"), old.query) and len(new.path) > 1


def _reworded(entry: Entry, known: _Memory) -> bool:
    """Whether the title at an address was only mended: some sites make the guid of it."""
    return near_groups([known.title, entry.title])[1] == 0


def _address(url: str) -> str:
    return canonical(url, anchors=True)


def _longer(entry: Entry) -> str:
    return f"{entry.key[:400]} {hashlib.sha256(_address(entry.url).encode()).hexdigest()[:16]}"


def _own_addresses(entries: Sequence[Entry], memory: Mapping[str, _Memory]) -> list[Entry]:
    """*entries*, those marked whose address other entries of the source have too: it does not tell them apart."""
    users: dict[str, set[str]] = {}
    for url, key in (*((one.url, one.key) for one in entries), *((one.url, one.key) for one in memory.values())):
        users.setdefault(_address(url), set()).add(key)
    return [replace(entry, shares_address=True) if len(users[_address(entry.url)]) > 1 else entry for entry in entries]
