"""Everything that the sources hold about one work, gathered before a word is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from weekly.claims import Sources
from weekly.drafting import facts, fetched, injection
from weekly.drafting.arxiv_page import ArxivPage
from weekly.drafting.context import DraftingContext
from weekly.drafting.kind_noun import KindNoun, kind_noun
from weekly.drafting.links import links_of
from weekly.drafting.sentence_roles import opening, usable_sentences
from weekly.drafting.work_name import name_and_line, without_address
from weekly.models import Candidate, Evidence, Fact, Kind, Link, LinkKind, Picture, Work
from weekly.render.markdown import to_text
from weekly.text.latex import readable

_OWN = ("title", "abstract", "comment", "authors")
"""What every entry has."""
_SHOWN = frozenset({LinkKind.PROJECT, LinkKind.CODE, LinkKind.POST})
"""Pages that may show a picture of the work."""
_CARRIED = 12_000
"""Characters of a page's sections and a README that a card carries: each revision of a draft stores them."""


@dataclass(kw_only=True)
class SourceMaterial:
    """What a drafter writes from."""

    work: Work
    topic: str
    """The topic's name for readers, empty for `other`."""
    name: str
    line: str
    facts: tuple[Fact, ...]
    links: tuple[Link, ...]
    institutions: tuple[str, ...] = ()
    """Under the names that readers know."""
    page: ArxivPage = field(default_factory=ArxivPage)
    readme: str = ""
    picture: Picture | None = None
    notes: list[str] = field(default_factory=list)

    @cached_property
    def abstract(self) -> str:
        """The lead's text, readable; of release notes, which are Markdown, the words."""
        lead = self.work.lead
        if lead.kind is Kind.PROJECT:
            return without_address(lead.text)
        if lead.kind is Kind.RELEASE:
            return to_text(lead.text)
        return re.sub(r"(?<=[a-z)]\.)(?=[A-Z][a-z]+ )", " ", readable(lead.text))  # some forget the blank

    @cached_property
    def noun(self) -> KindNoun | None:
        """What sort of thing a paper proposes; None for other works, and where no sentence says."""
        sentences = usable_sentences(self.abstract) if self.work.lead.kind is Kind.PAPER else ()
        if not sentences:
            return None
        return kind_noun(readable(self.work.lead.title), sentences, opening(sentences, self.name), self.name)

    @cached_property
    def sources(self) -> Sources:
        """Everything that was gathered, to hold texts against."""
        return Sources(map(injection.without_orders, self._texts()), [link.url for link in self.links])

    @cached_property
    def gathered(self) -> tuple[Evidence, ...]:
        """The sources' texts, each with its place; of a page and a README as much as a card may carry."""
        texts = [one for one in self._passages() if one.quote.strip()]
        left, kept = _CARRIED, []
        for one in texts:
            quote = one.quote if one.origin in _OWN else one.quote[:left]
            left -= 0 if one.origin in _OWN else len(quote)
            kept += [replace(one, quote=quote)] if quote else []
        return tuple(kept)

    def _texts(self) -> Iterator[str]:
        yield from (one.quote for one in self._passages())
        yield from (fact.value for fact in self.facts)

    def _passages(self) -> Iterator[Evidence]:
        for entry in self.work.entries:
            own = (entry.title, entry.text, entry.comment, ", ".join((*entry.authors, *entry.affiliations)))
            for origin, text in zip(_OWN, own, strict=True):
                yield Evidence(quote=text, url=entry.url, origin=origin)
        for part, text in self.page.sections:
            yield Evidence(quote=text, url=self.page.url, origin=part)
        yield Evidence(quote=self.readme, url=self.work.lead.url, origin="readme")


def gather(candidate: Candidate, context: DraftingContext) -> SourceMaterial:
    """What is known of *candidate*. What cannot be had (a page, a README, a picture) is a note, never an error."""
    work, settings = candidate.work, context.settings
    language = settings.newsletter.language
    topic = "" if candidate.topic == "other" else settings.topic(candidate.topic).label(language)
    name, line = name_and_line(work)
    material = SourceMaterial(
        work=work, topic=topic, name=name, line=line, facts=facts.facts(work, topic), links=links_of(work)
    )
    material.page = fetched.page(work, context, material.notes)
    material.readme, more = fetched.readme(work, context, material.notes)
    found = [*((url, material.page.url) for url in material.page.links), *more]
    material.links = links_of(work, found) if found else material.links
    material.facts += tuple(_affiliations(material))
    written = [fact.value for fact in material.facts if fact.name == "affiliation"]
    material.institutions = facts.institution_labels(
        [re.sub(r" \(\S+\.com\S*\)$", "", one) for one in written], language
    )
    if injection.gives_orders(material.abstract):
        material.notes.append("the source speaks to language models (“ignore …”): those sentences are left out")
    material.picture = fetched.picture(
        work, material.page, [link.url for link in material.links if link.kind in _SHOWN], name, context, material.notes
    )
    return material


def _affiliations(material: SourceMaterial) -> Iterator[Fact]:
    """Those of the page; without any the owner of the repository or project page, when that is an institution's own."""
    known = {fact.value for fact in material.facts if fact.name == "affiliation"}
    for name in material.page.institutions:
        if name not in known:
            yield Fact(name="affiliation", value=name, origin=material.page.url)
    if known or material.page.institutions or material.work.lead.kind is Kind.RELEASE:
        return
    for link in material.links:
        if owner := facts.owner_of(link.url):
            yield Fact(name="affiliation", value=f"{owner[0].en} ({owner[1]})", origin=link.url)
            return
