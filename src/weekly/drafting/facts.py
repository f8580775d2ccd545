"""What is known of a work before anything is written about it; every fact remembers where it was found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from weekly.claims import institutions
from weekly.drafting.venue import venue
from weekly.models import Fact, Kind, Work
from weekly.select.star_growth import stars_per_day
from weekly.select.urls import arxiv_id, repository

_PEOPLE = 100
"""Authors that a card carries along; a collaboration has thousands."""


def facts(work: Work, topic: str = "") -> tuple[Fact, ...]:
    """Date, version, venue, licence and stars of the work, and the *topic* that it was filed under."""
    return tuple(_facts(work, topic))


def bibliographic(work: Work) -> tuple[Fact, ...]:
    """Who wrote it and the category that its authors chose: what a citation needs and no sentence tells."""
    lead = work.lead
    people = tuple(Fact(name="author", value=name, origin=lead.source) for name in lead.authors[:_PEOPLE])
    if len(lead.authors) > _PEOPLE:
        people += (Fact(name="author", value="et al.", origin=lead.source),)
    filed = lead.categories[:1] if lead.kind is Kind.PAPER else ()
    if len(lead.authors) > 1:
        people += (Fact(name="authors", value=f"{len(lead.authors)} authors", origin=lead.source),)
    if identifier := arxiv_id(lead.url):
        people += (Fact(name="arxiv", value=identifier, origin=lead.source),)
    return (*people, *(Fact(name="category", value=value, origin=lead.source) for value in filed))


def _facts(work: Work, topic: str) -> Iterator[Fact]:
    lead = work.lead
    if lead.published:
        yield Fact(name="date", value=f"{lead.published:%Y-%m-%d}", origin=lead.source)
    if lead.version:
        yield Fact(name="version", value=lead.version, origin=lead.source)
    if named := venue(lead.comment):
        yield Fact(name="venue", value=named, origin="comment")
    for affiliation in lead.affiliations:
        yield Fact(name="affiliation", value=affiliation, origin=lead.source)
    for entry in work.entries:
        if entry.licence and entry.licence != "NOASSERTION":
            yield Fact(name="licence", value=entry.licence, origin=entry.source)
    yield from _stars(work)
    if voted := next((entry for entry in work.entries if entry.votes), None):
        yield Fact(name="votes", value=f"{voted.votes:,}", origin=voted.source)
    if topic:
        yield Fact(name="topic", value=topic, origin="classification")


def _stars(work: Work) -> Iterator[Fact]:
    """Those of the first entry that has any, and how many it gains a day."""
    entry = next((one for one in work.entries if one.stars), None)
    if entry is None or entry.stars is None:
        return
    yield Fact(name="stars", value=f"{entry.stars:,}", origin=entry.source)
    if gained := round(stars_per_day(entry)):
        yield Fact(name="growth", value=f"{gained:,}", origin=entry.source)


def institution_labels(affiliations: Sequence[str], language: str) -> tuple[str, ...]:
    """Affiliations under the names that readers know; one that the table does not have stays as it is written.

    Without repetitions, and without a name that another one holds: "AMAP, Alibaba Group" says "Alibaba Group".
    """
    names = []
    for written in dict.fromkeys(affiliations):
        known = institutions.find(re.sub(r"^[Tt]he ", "", written)) or institutions.find(written)
        names.append((written if known is None else known.en, known.label(language) if known else written))
    full = [english for english, _ in names]
    kept = [label for english, label in names if not any(english != other and english in other for other in full)]
    return tuple(dict.fromkeys(kept))


def owner_of(url: str) -> tuple[institutions.Institution, str] | None:
    """The institution that an address is an own one of, with the part that says so: its account, or its research pages.

    Most accounts are people's, and most hosts are everybody's: those have none.
    """
    login = repository(url).partition("/")[0]
    pages = re.match(r"https?://(research\.([\w-]+)\.com)/", url)
    place = f"github.com/{login}" if login else pages[1] if pages else ""
    named = institutions.owner(login or (pages[2] if pages else ""))
    return (named, place) if named else None
