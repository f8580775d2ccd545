"""Cards without a model: a frame of facts around the source's own sentences, marked as such."""

from __future__ import annotations

import re
from collections.abc import Sequence

from weekly.drafting import facts, glossary
from weekly.drafting.desk import Desk
from weekly.drafting.gather import Gathered, gather
from weekly.drafting.sections import is_chinese, sections
from weekly.drafting.sentences import chosen, shown
from weekly.models import Candidate, Card, Evidence, Fact, Kind, LinkKind
from weekly.render.markdown import escape
from weekly.text.latex import readable
from weekly.text.sentences import split

TAGS = 5
"""Tags of a card, at most."""
_POINT = 3
"""A point of release notes has more words than this; shorter ones are headings."""


def create(desk: Desk) -> Extract:
    """The drafter that needs no model."""
    return Extract(desk)


class Extract:
    """A `Drafter` that writes nothing of its own."""

    at_once = 1

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.language = desk.settings.newsletter.language
        self._template = desk.templates.get_template(f"card/summary.{self.language}.md.j2")

    def card(self, candidate: Candidate) -> Card:
        """The card of *candidate*."""
        return self.written(candidate, gather(candidate, self._desk))

    def written(self, candidate: Candidate, made: Gathered) -> Card:
        """The card of what was gathered about *candidate*."""
        lead, quotes = made.work.lead, quotes_of(made)
        frame = self.frame(made)
        summary = f"{frame}{self.quoted(shown(quotes))}" if quotes else frame
        return Card(
            id=made.work.id,
            kind=lead.kind,
            topic=candidate.topic,
            name=made.name,
            line=made.line,
            title=readable(lead.title),
            summary=summary.strip(),
            tags=self.tags(made, quotes),
            links=made.links,
            picture=made.picture,
            institutions=made.institutions,
            evidence=(*_facts(made, frame), *_named(made, quotes, frame), *_quotes(made, quotes)),
            notes=tuple(made.notes),
            keys=tuple(sorted(made.work.keys)),
            facts=(*made.facts, *facts.bibliographic(made.work)),
            sections=sections(made, frame, self.language) if self._desk.evergreen else (),
        )

    def frame(self, made: Gathered) -> str:
        """The sentence of facts that opens the card."""
        known = {fact.name: fact.value for fact in made.facts}
        shown = {link.kind for link in made.links}
        return self._template.render(
            name=escape(made.name),
            kind=made.work.lead.kind.value,
            topic=facts.running(made.topic) if self.language == "en" else made.topic,
            institutions=[escape(institution) for institution in made.institutions[:3]],
            more=len(made.institutions) > 3,  # noqa: PLR2004 - as many as a line takes
            date=made.work.lead.published,  # of a release; the papers of a week are of that week
            stars=known.get("stars", ""),
            licence=escape(known.get("licence", "")),
            venue=known.get("venue", ""),
            code=LinkKind.CODE in shown and made.work.lead.kind is Kind.PAPER,
            models=LinkKind.MODEL in shown,
            version=escape(made.work.lead.version),
        ).strip()

    def quoted(self, quotes: Sequence[str]) -> str:
        """The source's own sentences, marked as untranslated where readers read another language."""
        marker = {"zh": "英文摘录：", "en": " "}[self.language]
        text = " ".join(one if one[-1:] in ".!?。！？…" else f"{one.rstrip(';:')}." for one in quotes)
        text = re.sub(r"(?<=[。！？]) ", "", text)
        return (marker.replace("英文", "") if is_chinese(text) else marker) + escape(text)

    def tags(self, made: Gathered, quotes: Sequence[str]) -> tuple[str, ...]:
        """The topic, terms of the glossary, and the work's name if it is short enough to be one."""
        lead = made.work.lead
        terms = [made.topic] if made.topic else []
        terms += glossary.tags(
            f"{readable(lead.title)}. {made.line}", f"{' '.join(quotes)} {made.abstract}", self.language
        )
        own = [made.name] if len(made.name.split()) <= 2 and len(made.name) <= 24 else []  # noqa: PLR2004
        return tuple(dict.fromkeys(filter(None, map(tag, [*terms[: TAGS - 1], *own]))))


def quotes_of(made: Gathered) -> list[str]:
    """The sentences of the source that the card shows; of release notes, which are Markdown, the first points."""
    if made.work.lead.kind is not Kind.RELEASE:
        return chosen(made.abstract, name=made.name)
    points = [line.strip(" -*•") for line in made.abstract.splitlines()]
    return [point for point in points if len(point.split()) > _POINT][:4]


def tag(term: str) -> str:
    """Letters, digits and inner signs only: a tag ends at a blank."""
    return re.sub(r"[^\w.+-]+", "", term).strip("._+-")[:40]


def _facts(made: Gathered, frame: str) -> tuple[Evidence, ...]:
    """The facts that the opening sentence rests on, as quotes of where they were found."""
    shown: list[Fact] = [fact for fact in made.facts if fact.name in {"affiliation", "venue"}]
    where = {"comment": made.work.lead.url}
    return tuple(
        Evidence(
            quote=fact.value,
            url=_address(where.get(fact.origin, fact.origin), made),
            origin=fact.name,
            supports=(frame,),
        )
        for fact in shown
    )


def _named(made: Gathered, quotes: Sequence[str], frame: str) -> tuple[Evidence, ...]:
    """The sentence that gives the work its name, when neither its title nor the extract does."""
    if made.name in f"{readable(made.work.lead.title)} {' '.join(quotes)}":
        return ()
    first = next((one for one in split(made.abstract) if made.name in one), "")
    return (Evidence(quote=first, url=made.work.lead.url, origin="abstract", supports=(frame,)),) if first else ()


def _address(origin: str, made: Gathered) -> str:
    return origin if "://" in origin else made.work.lead.url


def _quotes(made: Gathered, quotes: Sequence[str]) -> tuple[Evidence, ...]:
    part = {Kind.PAPER: "abstract", Kind.PROJECT: "description", Kind.RELEASE: "release notes", Kind.POST: "post"}
    lead = made.work.lead
    return tuple(
        Evidence(quote=quote, url=lead.url, origin=part[lead.kind], supports=(sentence,))
        for quote, sentence in zip(quotes, shown(quotes), strict=True)
    )
