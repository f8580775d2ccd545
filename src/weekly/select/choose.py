"""The week's selection: the best first, no topic crowding out the others, nothing said twice."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from weekly.models import Candidate
from weekly.select.near import near_groups
from weekly.select.tokens import EMPTY, plain, words

OTHER = "other"
SHARE, LEAST = 4, 3
"""Without a cap of its own a topic gets one card in SHARE, or LEAST where that is more."""
NEIGHBOURS = 3
"""Cards of one kind that stand side by side, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The candidates that make an issue, in their order, and what variety did."""

    taken: tuple[Candidate, ...]
    reasons: Mapping[str, str]
    """By the id of a work: why it was passed over although worse ones were taken, or stands where it does."""


def usual_cap(count: int) -> int:
    """The cards of one topic in an issue of *count*, where the owner has set no cap."""
    return max(LEAST, -(-count // SHARE))


def choose(candidates: Sequence[Candidate], *, count: int, caps: Mapping[str, int]) -> Choice:
    """The first *count* of *candidates*, which come best first, with no more than three neighbours of one kind.

    At most caps[topic] of a topic are taken: an issue stays short rather than break a cap. Where *caps* says nothing,
    `usual_cap` holds as long as there is anything else. What fits no topic is no topic: there the cap holds for works
    whose titles share a pair of words. Of near-duplicates only the first is taken.
    """
    groups = near_groups([candidate.work.lead.title for candidate in candidates])
    soft = usual_cap(count)
    places: list[int] = []
    reasons: dict[str, str] = {}
    filed: Counter[str] = Counter()
    crowds: Counter[str] = Counter()
    seen: set[int] = set()
    for within_soft in (True, False):
        for place, (candidate, group) in enumerate(zip(candidates, groups, strict=True)):
            if len(places) >= count:
                break
            if group in seen or place in places:
                continue
            hard = caps.get(candidate.topic)
            if hard is not None and filed[candidate.topic] >= hard:
                reasons[candidate.work.id] = f"{hard} on {candidate.topic} stand above, its cap"
                continue
            alike = list(_crowds(candidate))
            fullest = max(alike, key=lambda crowd: crowds[crowd], default="")
            if within_soft and hard is None and crowds[fullest] >= soft:
                reasons[candidate.work.id] = f"{soft} on {fullest} stand above"
                continue
            places.append(place)
            reasons.pop(candidate.work.id, None)
            filed[candidate.topic] += 1
            crowds.update(alike)
            seen.add(group)
    taken = [candidates[place] for place in sorted(places)]
    order = spread(taken)
    for before, (place, candidate) in zip(taken, enumerate(order), strict=True):
        if before is not candidate and taken.index(candidate) > place:
            reasons[candidate.work.id] = f"moved up between works on {kind(order[place - 1])}"
    return Choice(taken=tuple(order), reasons=reasons)


def spread(candidates: Sequence[Candidate]) -> list[Candidate]:
    """All of *candidates* in their order, but at most NEIGHBOURS of one kind side by side while others are left."""
    waiting, placed = list(candidates), list[Candidate]()
    while waiting:
        run = {kind(one) for one in placed[-NEIGHBOURS:]}
        full = len(placed) >= NEIGHBOURS and len(run) == 1
        fit = next((place for place, one in enumerate(waiting) if not full or kind(one) not in run), 0)
        placed.append(waiting.pop(fit))
    return placed


def kind(candidate: Candidate) -> str:
    """What a reader takes a card to be about: its topic; for what fits none, its field."""
    if candidate.topic != OTHER:
        return candidate.topic
    return next(iter(candidate.work.lead.categories), candidate.work.lead.kind.value)


def _crowds(candidate: Candidate) -> Iterator[str]:
    """What it may be one too many of: its topic; for what fits none, each pair of words of its title."""
    if candidate.topic != OTHER:
        yield candidate.topic
        return
    title = words(plain(candidate.work.lead.title))
    yield from dict.fromkeys(f"{one} {two}" for one, two in itertools.pairwise(title) if EMPTY.isdisjoint((one, two)))


def separate_duplicates(candidates: Sequence[Candidate], groups: Sequence[object] | None = None) -> list[Candidate]:
    """All of *candidates* in their order, but no near-duplicates side by side as long as others can stand between.

    *groups* are the same for near-duplicates; they are found where not given.
    """
    groups = near_groups([candidate.work.lead.title for candidate in candidates]) if groups is None else groups
    queue = list(zip(candidates, groups, strict=True))
    if len(set(groups)) == len(groups):
        return list(candidates)
    placed: list[Candidate] = []
    waiting: list[tuple[Candidate, object]] = []
    last: object = None
    for candidate, group in queue:
        if group == last:
            waiting.append((candidate, group))
            continue
        placed.append(candidate)
        last = group
        ready = next((place for place, (_, held) in enumerate(waiting) if held != last), None)
        if ready is not None:
            held_back, last = waiting.pop(ready)
            placed.append(held_back)
    return [*placed, *(candidate for candidate, _ in waiting)]
