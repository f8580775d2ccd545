"""Works put together and taken apart by hand, where clustering was wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from weekly.models import Work
from weekly.select.identity import keys, preferred_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Regrouping:
    """What an editor decided about works: that another is the same as *work*, or that an entry of it is not."""

    work: str
    other: str = ""
    """The id of the work that is the same."""
    entry: tuple[str, str] = ("", "")
    """Source and key of the entry that is another work."""


def merged(work: Work, other: Work) -> Work:
    """*work* with the entries and identities of *other*."""
    claims = (work.claims | other.claims) - work.keys - other.keys
    return replace(work, keys=work.keys | other.keys, entries=(*work.entries, *other.entries), claims=claims)


def parted(work: Work, source: str, key: str) -> tuple[Work, Work] | None:
    """*work* without an entry of it, and the work that this entry is by itself.

    None when it has no such entry besides the one that leads, or when both would be the same thing by their identities.
    """
    gone = next((entry for entry in work.entries[1:] if (entry.source, entry.key) == (source, key)), None)
    if gone is None:
        return None
    rest = tuple(entry for entry in work.entries if entry is not gone)
    own, left = keys(gone), frozenset[str]().union(*map(keys, rest))
    if own & left or not own:
        return None
    new = Work(id=preferred_key(own), keys=own, entries=(gone,))
    return replace(work, keys=left, entries=rest, claims=work.claims - own), new


def regrouped(works: Sequence[Work], decisions: Iterable[Regrouping]) -> tuple[Work, ...]:
    """*works* as editors have put them together and taken them apart, in the order in which they did."""
    known = {work.id: work for work in works}
    for one in decisions:
        work = known.get(one.work)
        if work is None:
            continue
        if one.other in known and one.other != one.work:
            known[work.id] = merged(work, known.pop(one.other))
        elif parts := parted(work, *one.entry):
            known[work.id] = parts[0]
            known.setdefault(parts[1].id, parts[1])
    return tuple(sorted(known.values(), key=lambda work: work.id))
