"""Everything that the sources hold about one work, gathered before a word is written."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from weekly.claims import Sources, institutions
from weekly.drafting import facts, page, sentences
from weekly.drafting.desk import Desk
from weekly.drafting.pictures import UnfitPicture
from weekly.errors import FetchError, NotRecorded
from weekly.models import Candidate, Fact, Kind, Link, LinkKind, Picture, Work
from weekly.render.markdown import to_text
from weekly.select.urls import arxiv_id, find_urls, repository
from weekly.text import from_html, paragraphs
from weekly.text.latex import readable

NOT_FOUND = 404


@dataclass(kw_only=True)
class Gathered:
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
    page: page.Page = field(default_factory=page.Page)
    readme: str = ""
    picture: Picture | None = None
    notes: list[str] = field(default_factory=list)

    @cached_property
    def abstract(self) -> str:
        """The lead's text, readable; of release notes, which are Markdown, the words."""
        lead = self.work.lead
        if lead.kind is Kind.PROJECT:
            return facts.described(lead.text)
        return to_text(lead.text) if lead.kind is Kind.RELEASE else readable(lead.text)

    @cached_property
    def sources(self) -> Sources:
        """Everything that was gathered, to hold texts against."""
        return Sources(map(sentences.obedient, self._texts()), [link.url for link in self.links])

    def _texts(self) -> Iterator[str]:
        for entry in self.work.entries:
            yield from (entry.title, entry.text, entry.comment)
        yield from (fact.value for fact in self.facts)
        yield from (text for _, text in self.page.sections)
        yield self.readme


def gather(candidate: Candidate, desk: Desk) -> Gathered:
    """What is known of *candidate*. What cannot be had (a page, a README, a picture) is a note, never an error."""
    work, settings = candidate.work, desk.settings
    language = settings.newsletter.language
    topic = "" if candidate.topic == "other" else settings.topic(candidate.topic).label(language)
    name, line = facts.name_and_line(work)
    made = Gathered(
        work=work, topic=topic, name=name, line=line, facts=facts.facts(work, topic), links=facts.links(work)
    )
    made.page = _page(work, desk, made.notes)
    made.readme, more = _readme(work, desk, made.notes)
    found = [*((url, made.page.url) for url in made.page.links), *more]
    made.links = facts.links(work, found) if found else made.links
    made.facts += tuple(_affiliations(made))
    written = [fact.value for fact in made.facts if fact.name == "affiliation"]
    made.institutions = facts.known_as([re.sub(r" \(github\.com/.*\)$", "", one) for one in written], language)
    if sentences.hostile(made.abstract):
        made.notes.append("the source speaks to language models (“ignore …”): those sentences are left out")
    made.picture = _picture(made, desk)
    return made


def _affiliations(made: Gathered) -> Iterator[Fact]:
    """Those of the page; without any the owner of the repository, when the account is an institution's own."""
    known = {fact.value for fact in made.facts if fact.name == "affiliation"}
    for name in made.page.institutions:
        if name not in known:
            yield Fact(name="affiliation", value=name, origin=made.page.url)
    if known or made.page.institutions or made.work.lead.kind is Kind.RELEASE:
        return
    for link in made.links:
        login = repository(link.url).partition("/")[0]
        if login and (named := institutions.owner(login)):
            yield Fact(name="affiliation", value=f"{named.en} (github.com/{login})", origin=link.url)
            return


def _page(work: Work, desk: Desk, notes: list[str]) -> page.Page:
    identifier = arxiv_id(work.lead.url) if work.lead.kind is Kind.PAPER else ""
    if not identifier or desk.arxiv is None:
        return page.Page()
    version = f"v{work.lead.version}" if work.lead.version else ""
    url = f"{desk.settings.sources.arxiv.html_url}/{identifier}{version}"
    try:
        answer = desk.arxiv.get(url)
    except FetchError as error:
        notes.append(f"no page with figures and affiliations: {error}")
        return page.Page()
    return page.read(answer.body, answer.url)


def _readme(work: Work, desk: Desk, notes: list[str]) -> tuple[str, Sequence[tuple[str, str]]]:
    """The README of a project as plain text, with the addresses of its head; papers have an abstract instead."""
    name = repository(work.lead.url) if work.lead.kind is Kind.PROJECT else ""
    if not name or desk.web is None:
        return "", ()
    url = f"{desk.settings.sources.github.api_url}/repos/{name}/readme"
    try:
        body = json.loads(desk.web.get(url).body)
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


def _picture(made: Gathered, desk: Desk) -> Picture | None:
    """The paper's first figure, else what the project page shows of itself where it is linked to."""
    if desk.pictures is None:
        return None
    zh = desk.settings.newsletter.language == "zh"
    alt = f"{made.name} Teaser 图" if zh else f"{made.name}: teaser figure"
    if made.page.figure and desk.arxiv is not None:
        if made.page.caption:
            alt = f"{alt}：{made.page.caption}" if zh else f"{made.name}: {made.page.caption}"
        try:
            return desk.pictures.fetch(desk.arxiv, made.page.figure, alt)
        except UnfitPicture as unfit:
            made.notes.append(str(unfit))
    return _preview(made, desk, alt)


def _preview(made: Gathered, desk: Desk, alt: str) -> Picture | None:
    pages = [link.url for link in made.links if link.kind in {LinkKind.PROJECT, LinkKind.CODE, LinkKind.POST}]
    if desk.web is None or desk.pictures is None or made.work.lead.kind is Kind.RELEASE:
        return None
    for url in pages[:2]:
        try:
            answer = desk.web.get(url)
            if shown := page.preview(answer.body, answer.url):
                return desk.pictures.fetch(desk.web, shown, alt)
        except NotRecorded:
            continue
        except (FetchError, UnfitPicture) as error:
            made.notes.append(f"no picture from {url}: {error}" if isinstance(error, FetchError) else str(error))
    return None
