"""Everything that the sources hold about one work, gathered before a word is written."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from weekly.claims import Sources
from weekly.drafting import arxiv_page, facts, injection
from weekly.drafting.arxiv_page import ArxivPage
from weekly.drafting.context import DraftingContext
from weekly.drafting.kind_noun import KindNoun, kind_noun
from weekly.drafting.links import links_of
from weekly.drafting.pictures import UnfitPicture, preview_address
from weekly.drafting.sentence_roles import opening, usable_sentences
from weekly.drafting.work_name import name_and_line, without_address
from weekly.errors import FetchError, NotRecorded
from weekly.models import Candidate, Evidence, Fact, Kind, Link, LinkKind, Picture, Work
from weekly.render.markdown import to_text
from weekly.select.urls import arxiv_id, find_urls, repository
from weekly.text import from_html, paragraphs
from weekly.text.latex import readable
from weekly.text.vocabulary import vocabulary

NOT_FOUND = 404
_OWN = ("title", "abstract", "comment", "authors")
"""What every entry has."""
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
    material.page = _page(work, context, material.notes)
    material.readme, more = _readme(work, context, material.notes)
    found = [*((url, material.page.url) for url in material.page.links), *more]
    material.links = links_of(work, found) if found else material.links
    material.facts += tuple(_affiliations(material))
    written = [fact.value for fact in material.facts if fact.name == "affiliation"]
    material.institutions = facts.institution_labels(
        [re.sub(r" \(\S+\.com\S*\)$", "", one) for one in written], language
    )
    if injection.gives_orders(material.abstract):
        material.notes.append("the source speaks to language models (“ignore …”): those sentences are left out")
    material.picture = _picture(material, context)
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


def _page(work: Work, context: DraftingContext, notes: list[str]) -> ArxivPage:
    identifier = arxiv_id(work.lead.url) if work.lead.kind is Kind.PAPER else ""
    if not identifier or context.arxiv is None:
        return ArxivPage()
    version = f"v{work.lead.version}" if work.lead.version else ""
    url = f"{context.settings.sources.arxiv.html_url}/{identifier}{version}"
    try:
        answer = context.arxiv.get(url)
    except FetchError as error:
        notes.append(f"no page with figures and affiliations: {error}")
        return ArxivPage()
    return arxiv_page.read(answer.body, answer.url)


def _readme(work: Work, context: DraftingContext, notes: list[str]) -> tuple[str, Sequence[tuple[str, str]]]:
    """The README of a project as plain text, with the addresses of its head; papers have an abstract instead."""
    name = repository(work.lead.url) if work.lead.kind is Kind.PROJECT else ""
    if not name or context.web is None:
        return "", ()
    url = f"{context.settings.sources.github.api_url}/repos/{name}/readme"
    try:
        body = json.loads(context.web.get(url).body)
        text = base64.b64decode(body["content"]).decode("utf-8", "replace")
    except FetchError as error:
        if not isinstance(error, NotRecorded) and error.status != NOT_FOUND:
            notes.append(f"no README: {error}")
        return "", ()
    except (ValueError, TypeError, LookupError, RecursionError, binascii.Error):
        notes.append(f"no README: {url}: not the JSON that GitHub sends")
        return "", ()
    marked = paragraphs(re.sub(r"<!--.*?-->", "", text[:60_000], flags=re.DOTALL))
    head = [(link, url) for link in find_urls(marked[:4000]) if _telling(link)]
    return from_html(to_text(marked))[:8000], head


def _telling(url: str) -> bool:
    """Whether an address in a README's head leads to the work itself: a paper's page, a model, a project page."""
    return bool(re.search(r"//(?:[\w-]+\.github\.io/|huggingface\.co/[\w-]+/[\w.-]+)", url))


def _picture(material: SourceMaterial, context: DraftingContext) -> Picture | None:
    """The paper's first figure, else what the project page shows of itself where it is linked to."""
    if context.pictures is None:
        return None
    words = vocabulary(context.settings.newsletter.language)
    alt = words.picture % material.name
    if material.page.figure and context.arxiv is not None:
        if material.page.caption:
            alt = f"{alt}{words.colon}{material.page.caption}"
        try:
            return context.pictures.fetch(context.arxiv, material.page.figure, alt)
        except UnfitPicture as unfit:
            material.notes.append(str(unfit))
    return _preview(material, context, alt)


def _preview(material: SourceMaterial, context: DraftingContext, alt: str) -> Picture | None:
    pages = [link.url for link in material.links if link.kind in {LinkKind.PROJECT, LinkKind.CODE, LinkKind.POST}]
    if context.web is None or context.pictures is None or material.work.lead.kind is Kind.RELEASE:
        return None
    for url in pages[:2]:
        try:
            answer = context.web.get(url)
            if shown := preview_address(answer.body, answer.url):
                return context.pictures.fetch(context.web, shown, alt)
        except NotRecorded:
            continue
        except (FetchError, UnfitPicture) as error:
            material.notes.append(f"no picture from {url}: {error}" if isinstance(error, FetchError) else str(error))
    return None
