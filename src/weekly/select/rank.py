"""Which works come first, as a sum of parts that an editor can read; the unit is log-odds of being picked.

Papers are weighed by what was learned from papers that people picked. Other works, which nobody has labelled, get by on
what is known of them; everything an owner watches for adds to either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import exp, log10

from weekly.models import Candidate, Kind, Part, TopicScore, Work
from weekly.select.choose import apart
from weekly.select.learned import WORDING, Learned, packaged
from weekly.select.near import near_groups
from weekly.select.signs import signs

OTHER = "other"
FITS, FITS_NONE = 1.0, -1.0
"""What a work gains that fits a topic without doubt, and what one loses that fits none."""
AUTHOR, INSTITUTION = 1.5, 1.0
"""What a watched author and a watched institution add."""
STARS, GROWTH = 0.3, 0.5
"""What a tenfold number of stars adds, and of stars gained while it was looked at."""
HUGGINGFACE = "huggingface"
RIPENS = 2.0
"""Days in which a work gets about two thirds of its votes; the votes of younger works are counted up."""
PICKED, VOTES = 1.5, 0.5
"""What being picked by a community adds, and a tenfold number of its votes."""
SPOKEN = 5000
"""Candidates whose words are told; nobody reads on so far."""
SEEN_BEFORE = -1.5
"""What a work loses that resembles something published."""
GLANCE = {"code": 0.5, "page": 0.3, "released": 0.3}
"""What is worth something in a work that no weights were learned for."""
DIGITS = 4
"""Of a part and of a score, behind the point: so that the same parts add up to the same score everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """What the newsletter looks out for."""

    authors: frozenset[str] = frozenset()
    institutions: frozenset[str] = frozenset()
    community: frozenset[str] = frozenset({HUGGINGFACE})
    """Sources whose entries are somebody's picks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What is known about a work beyond its entries."""

    gained: int = 0
    """Stars that its repository has gained since it was first seen."""
    votes: int = 0
    """Votes that a community gave it."""
    voted: float | None = None
    """The days that it has had for that; None when it has had all that it will get."""
    published_like: str = ""
    """Title of something published that it resembles; empty when it is new."""


NOTHING = Signals()


def rank(candidates: Iterable[Candidate], weights: Learned | None = None) -> list[Candidate]:
    """*candidates*, best first; equal scores in the order of their ids, near-duplicates not side by side.

    What nearly repeats the title of a better one scores less. *weights*, those of the package if not given, tell the
    words that spoke for the best.
    """
    weights = weights or packaged()
    best = _sorted(candidates)
    groups = near_groups([one.work.lead.title for one in best])
    leaders = {one.work.id: best[groups[place]].work.id for place, one in enumerate(best)}
    again = _sorted(_told_apart(one, leaders[one.work.id]) for one in best)
    ranked = apart(again, [leaders[one.work.id] for one in again])
    return [*(_spoken(one, weights) for one in ranked[:SPOKEN]), *ranked[SPOKEN:]]


def _sorted(candidates: Iterable[Candidate]) -> list[Candidate]:
    return sorted(candidates, key=lambda one: (-one.score, one.work.id))


def _spoken(candidate: Candidate, weights: Learned) -> Candidate:
    """*candidate* with the words that spoke for it."""
    parts = tuple(
        replace(part, reason=weights.telling(candidate.work)) if part.name == WORDING else part
        for part in candidate.parts
    )
    return replace(candidate, parts=parts)


def _told_apart(one: Candidate, leader: str) -> Candidate:
    """A candidate with less of a score where it nearly repeats the title of the better one called *leader*."""
    if leader == one.work.id:
        return one
    said = f"nearly the title of {leader}, which stands above"
    part = Part(name="repetition", value=SEEN_BEFORE, reason=said)
    return replace(one, score=round(one.score + part.value, DIGITS), parts=(*one.parts, part))


def weighed(
    work: Work, topics: tuple[TopicScore, ...], weights: Learned, taste: Taste, signals: Signals = NOTHING
) -> Candidate:
    """*work* with its score and every part of it, the largest first."""
    found: dict[str, Part] = {}
    for part in _parts(work, topics, weights, taste, signals):
        known = found.get(part.name)
        found[part.name] = _together(known, part) if known else part
    parts = tuple(sorted((part for part in found.values() if part.value), key=lambda part: (-part.value, part.name)))
    return Candidate(work=work, topics=topics, score=round(sum(part.value for part in parts), DIGITS), parts=parts)


def _parts(
    work: Work, topics: tuple[TopicScore, ...], weights: Learned, taste: Taste, signals: Signals
) -> Iterator[Part]:
    yield _topic(topics)
    if work.lead.kind is Kind.PAPER:
        yield from weights.parts(work, topics)
    else:
        yield from (
            Part(name=sign.name, value=GLANCE[sign.name], reason=sign.reason)
            for sign in signs(work)
            if sign.name in GLANCE
        )
    yield from _watched(work, taste)
    yield from _stars(work, signals)
    yield from _community(work, taste, signals)
    if signals.published_like:
        yield Part(
            name="novelty", value=SEEN_BEFORE, reason=f"resembles {signals.published_like[:80]}, published before"
        )


def _topic(topics: Sequence[TopicScore]) -> Part:
    best = topics[0]
    if best.topic == OTHER:
        return Part(name="topic", value=FITS_NONE, reason="fits none of the topics")
    return Part(name="topic", value=round(FITS * best.score, DIGITS), reason=f"{best.topic} ({best.reason})")


def _watched(work: Work, taste: Taste) -> Iterator[Part]:
    if not (taste.authors or taste.institutions):
        return
    people = {name.casefold() for entry in work.entries for name in entry.authors}
    for name in sorted(taste.authors):
        if name.casefold() in people:
            yield Part(name="watched", value=AUTHOR, reason=f"by {name}")
    places = {place.casefold() for entry in work.entries for place in entry.affiliations}
    for name in sorted(filter(None, taste.institutions)):
        if any(name.casefold() in place for place in places):
            yield Part(name="watched", value=INSTITUTION, reason=f"from {name}")


def _stars(work: Work, signals: Signals) -> Iterator[Part]:
    stars = max(0, *(entry.stars or 0 for entry in work.entries))
    if stars:
        yield Part(name="stars", value=round(STARS * log10(1 + stars), DIGITS), reason=f"{stars:,} stars")
    if gained := max(0, signals.gained):
        value = round(GROWTH * log10(1 + gained), DIGITS)
        yield Part(name="growth", value=value, reason=f"{gained:,} stars gained since it was first seen")


def _community(work: Work, taste: Taste, signals: Signals) -> Iterator[Part]:
    pickers = sorted({entry.source for entry in work.entries} & taste.community)
    votes = max(0, signals.votes)
    if pickers or votes:
        days = "" if signals.voted is None else f" in {signals.voted:.0f} days"
        said = ", ".join([*(f"picked by {name}" for name in pickers), *([f"{votes:,} votes{days}"] if votes else [])])
        yield Part(name="community", value=round(PICKED + VOTES * log10(1 + _ripe(signals)), DIGITS), reason=said)


def _ripe(signals: Signals) -> float:
    """The votes that a work will have, by those that it has and its days: a Friday's are as good as a Monday's."""
    votes = max(0, signals.votes)
    return votes if signals.voted is None else votes / (1 - exp(-(max(signals.voted, 0.0) + 0.5) / RIPENS))


def _together(one: Part, other: Part) -> Part:
    return Part(name=one.name, value=round(one.value + other.value, DIGITS), reason=f"{one.reason}; {other.reason}")
