"""Which works come first, as a sum of parts that an editor can read; the unit is log-odds of being picked.

Papers are weighed by what was learned from papers that people picked. Other works, which nobody has labelled, get by on
what is known of them; everything an owner watches for adds to either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import exp, log10
from typing import Literal

from weekly.models import Candidate, Kind, ScorePart, TopicScore, Work
from weekly.select.choose import separate_duplicates
from weekly.select.near import near_groups
from weekly.select.selection_weights import GLANCE, UNTOLD, WORDING, SelectionWeights, packaged_weights
from weekly.select.signs import signs

OTHER = "other"
FITS, FITS_NONE = 1.0, -1.0
"""What a work gains that fits a topic without doubt, and what one loses that fits none."""
AUTHOR, INSTITUTION = 1.5, 1.0
"""What a watched author and a watched institution add."""
STARS, GROWTH = 0.3, 0.5
"""What a tenfold number of stars adds, and of stars gained a day."""
RIPENS = 2.0
"""Days in which a work gets about two thirds of its votes; the votes of younger works are counted up."""
PICKED, VOTES = 1.5, 0.5
"""What being picked by a community adds, and a tenfold number of its votes."""
SPOKEN = 5000
"""Candidates whose words are told; nobody reads on so far."""
SEEN_BEFORE = -1.5
"""What a work loses that resembles something published."""
DIGITS = 4
"""Of a part and of a score, behind the point: so that the same parts add up to the same score everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interests:
    """What the newsletter looks out for."""

    authors: frozenset[str] = frozenset()
    institutions: frozenset[str] = frozenset()
    community: frozenset[str] = frozenset()
    """Sources whose entries are somebody's picks."""
    crowd: Literal["ai", "none"] = "ai"
    """Whose picks the weights of papers were learned from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What is known about a work beyond its entries."""

    gained: float = 0
    """Stars that its repository gains a day."""
    voted: float | None = None
    """The days that it has had for votes; None when it has had all that it will get."""
    published_like: str = ""
    """Title of something published that it resembles; empty when it is new."""


NOTHING = Signals()


def rank(candidates: Iterable[Candidate], weights: SelectionWeights | None = None) -> list[Candidate]:
    """*candidates*, best first; equal scores in the order of their ids, near-duplicates not side by side.

    What nearly repeats the title of a better one scores less. *weights*, those of the package if not given, tell the
    words that spoke for the best.
    """
    weights = weights or packaged_weights()
    best = _sort(candidates)
    groups = near_groups([one.work.lead.title for one in best])
    leaders = {one.work.id: best[groups[place]].work.id for place, one in enumerate(best)}
    again = _sort(_demote_repetition(one, leaders[one.work.id]) for one in best)
    ranked = separate_duplicates(again, [leaders[one.work.id] for one in again])
    return [*(_with_wording(one, weights) for one in ranked[:SPOKEN]), *ranked[SPOKEN:]]


def _sort(candidates: Iterable[Candidate]) -> list[Candidate]:
    return sorted(candidates, key=lambda candidate: (-candidate.score, candidate.work.id))


def _with_wording(candidate: Candidate, weights: SelectionWeights) -> Candidate:
    """*candidate* with the words that spoke for it, where they are not told yet."""
    if not any(part.name == WORDING and part.reason == UNTOLD for part in candidate.parts):
        return candidate
    parts = tuple(
        replace(part, reason=weights.telling(candidate.work)) if part.name == WORDING else part
        for part in candidate.parts
    )
    return replace(candidate, parts=parts)


def _demote_repetition(candidate: Candidate, leader: str) -> Candidate:
    """A candidate with less of a score where it nearly repeats the title of the better one called *leader*."""
    if leader == candidate.work.id:
        return candidate
    reason = f"nearly the title of {leader}, which stands above"
    part = ScorePart(name="repetition", value=SEEN_BEFORE, reason=reason)
    return replace(candidate, score=round(candidate.score + part.value, DIGITS), parts=(*candidate.parts, part))


def score_work(
    work: Work,
    topics: tuple[TopicScore, ...],
    weights: SelectionWeights,
    interests: Interests,
    signals: Signals = NOTHING,
    *,
    telling: bool = False,
) -> Candidate:
    """*work* with its score and every part of it, the largest first; with *telling* its words are named at once."""
    parts_by_name: dict[str, ScorePart] = {}
    for part in _parts(work, topics, weights, interests, signals, telling=telling):
        known = parts_by_name.get(part.name)
        parts_by_name[part.name] = _add_parts(known, part) if known else part
    parts = tuple(
        sorted((part for part in parts_by_name.values() if part.value), key=lambda part: (-part.value, part.name))
    )
    return Candidate(work=work, topics=topics, score=round(sum(part.value for part in parts), DIGITS), parts=parts)


def _parts(
    work: Work,
    topics: tuple[TopicScore, ...],
    weights: SelectionWeights,
    interests: Interests,
    signals: Signals,
    *,
    telling: bool,
) -> Iterator[ScorePart]:
    yield _topic(topics)
    if work.lead.kind is Kind.PAPER:
        yield from weights.parts(work, topics, telling=telling)
    else:
        yield from (
            ScorePart(name=sign.name, value=GLANCE[sign.name], reason=sign.reason)
            for sign in signs(work)
            if sign.name in GLANCE
        )
    yield from _watchlist_parts(work, interests)
    yield from _stars(work, signals)
    yield from _community(work, interests, signals)
    if signals.published_like:
        yield ScorePart(
            name="novelty", value=SEEN_BEFORE, reason=f"resembles {signals.published_like[:80]}, published before"
        )


def _topic(topics: Sequence[TopicScore]) -> ScorePart:
    best = topics[0]
    if best.topic == OTHER:
        return ScorePart(name="topic", value=FITS_NONE, reason="fits none of the topics")
    return ScorePart(name="topic", value=round(FITS * best.score, DIGITS), reason=f"{best.topic} ({best.reason})")


def _watchlist_parts(work: Work, interests: Interests) -> Iterator[ScorePart]:
    if not (interests.authors or interests.institutions):
        return
    people = {name.casefold() for entry in work.entries for name in entry.authors}
    for name in sorted(interests.authors):
        if name.casefold() in people:
            yield ScorePart(name="watched", value=AUTHOR, reason=f"by {name}")
    places = {place.casefold() for entry in work.entries for place in entry.affiliations}
    for name in sorted(filter(None, interests.institutions)):
        if any(name.casefold() in place for place in places):
            yield ScorePart(name="watched", value=INSTITUTION, reason=f"from {name}")


def _stars(work: Work, signals: Signals) -> Iterator[ScorePart]:
    stars = max(0, *(entry.stars or 0 for entry in work.entries))
    if stars:
        yield ScorePart(name="stars", value=round(STARS * log10(1 + stars), DIGITS), reason=f"{stars:,} stars")
    if gained := round(max(0, signals.gained), 1):
        value = round(GROWTH * log10(1 + gained), DIGITS)
        yield ScorePart(name="growth", value=value, reason=f"{gained:,g} stars a day")


def _community(work: Work, interests: Interests, signals: Signals) -> Iterator[ScorePart]:
    pickers = sorted({entry.source for entry in work.entries if entry.picked or entry.source in interests.community})
    votes = max(0, *(entry.votes or 0 for entry in work.entries))
    if pickers or votes:
        days = "" if signals.voted is None else f" in {signals.voted:.0f} days"
        told = [*(f"picked by {name}" for name in pickers), *([f"{votes:,} votes{days}"] if votes else [])]
        value = (PICKED if pickers else 0.0) + VOTES * log10(1 + _ripe(votes, signals.voted))
        yield ScorePart(name="community", value=round(value, DIGITS), reason=", ".join(told))


def _ripe(votes: int, days: float | None) -> float:
    """The votes that a work will have, by those that it has and its days: a Friday's are as good as a Monday's."""
    return votes if days is None else votes / (1 - exp(-(max(days, 0.0) + 0.5) / RIPENS))


def _add_parts(part: ScorePart, other: ScorePart) -> ScorePart:
    return ScorePart(
        name=part.name, value=round(part.value + other.value, DIGITS), reason=f"{part.reason}; {other.reason}"
    )
