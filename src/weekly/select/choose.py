"""The week's selection: the best first, no topic crowding out the others, nothing said twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from weekly.models import Candidate
from weekly.select.near import near_groups


def choose(
    candidates: Sequence[Candidate], *, count: int, caps: Mapping[str, int], cap: int = 3
) -> tuple[Candidate, ...]:
    """The first *count* of *candidates*, which come best first, in their order.

    At most caps[topic] of a topic are taken, or *cap* where *caps* says nothing; of near-duplicates only the first.
    An issue stays short rather than break a cap.
    """
    groups = near_groups([candidate.work.lead.title for candidate in candidates])
    taken: list[Candidate] = []
    filed: Counter[str] = Counter()
    seen: set[int] = set()
    for candidate, group in zip(candidates, groups, strict=True):
        if len(taken) >= count:
            break
        if group in seen or filed[candidate.topic] >= caps.get(candidate.topic, cap):
            continue
        taken.append(candidate)
        filed[candidate.topic] += 1
        seen.add(group)
    return tuple(taken)


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
