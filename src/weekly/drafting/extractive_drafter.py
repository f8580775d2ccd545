"""Cards without a model: a frame of facts around the source's own sentences, marked as such."""

from __future__ import annotations

import re
from collections.abc import Sequence

from weekly.drafting import facts, glossary
from weekly.drafting.context import DraftingContext
from weekly.drafting.material import SourceMaterial, gather
from weekly.drafting.sections import is_chinese, sections
from weekly.drafting.sentence_roles import choose, for_display
from weekly.models import Candidate, Card, Evidence, Fact, Kind, LinkKind
from weekly.render.markdown import escape
from weekly.text.latex import readable
from weekly.text.sentences import split

TAGS = 5
"""Tags of a card, at most."""
_POINT = 3
"""A point of release notes has more words than this; shorter ones are headings."""


def create(context: DraftingContext) -> ExtractiveDrafter:
    """The drafter that needs no model."""
    return ExtractiveDrafter(context)


class ExtractiveDrafter:
    """A `Drafter` that writes nothing of its own."""

    at_once = 1

    def __init__(self, context: DraftingContext) -> None:
        self._context = context
        self.language = context.settings.newsletter.language
        self._template = context.templates.get_template(f"card/summary.{self.language}.md.j2")

    def card(self, candidate: Candidate) -> Card:
        """The card of *candidate*."""
        return self.card_of(candidate, gather(candidate, self._context))

    def card_of(self, candidate: Candidate, material: SourceMaterial) -> Card:
        """The card of what was gathered about *candidate*."""
        lead, quotes = material.work.lead, source_quotes(material)
        frame = self.frame(material)
        summary = f"{frame}{self.quotation(for_display(quotes))}" if quotes else frame
        return Card(
            id=material.work.id,
            kind=lead.kind,
            topic=candidate.topic,
            name=material.name,
            line=material.line,
            title=readable(lead.title),
            summary=summary.strip(),
            tags=self.tags(material, quotes),
            links=material.links,
            picture=material.picture,
            institutions=material.institutions,
            evidence=(
                *_fact_evidence(material, frame),
                *_name_evidence(material, quotes, frame),
                *_quote_evidence(material, quotes),
            ),
            gathered=material.gathered,
            notes=tuple(material.notes),
            keys=tuple(sorted(material.work.keys)),
            facts=(*material.facts, *facts.bibliographic(material.work)),
            sections=sections(material, frame, self.language) if self._context.evergreen else (),
        )

    def frame(self, material: SourceMaterial) -> str:
        """The sentence of facts that opens the card."""
        known = {fact.name: fact.value for fact in material.facts}
        shown = {link.kind for link in material.links}
        return self._template.render(
            name=escape(material.name),
            kind=material.work.lead.kind.value,
            topic=facts.running_label(material.topic) if self.language == "en" else material.topic,
            institutions=[escape(institution) for institution in material.institutions[:3]],
            more=len(material.institutions) > 3,  # noqa: PLR2004 - as many as a line takes
            date=material.work.lead.published,  # of a release; the papers of a week are of that week
            stars=known.get("stars", ""),
            licence=escape(known.get("licence", "")),
            venue=known.get("venue", ""),
            code=LinkKind.CODE in shown and material.work.lead.kind is Kind.PAPER,
            models=LinkKind.MODEL in shown,
            version=escape(material.work.lead.version),
        ).strip()

    def quotation(self, quotes: Sequence[str]) -> str:
        """The source's own sentences, marked as untranslated where readers read another language."""
        marker = {"zh": "英文摘录：", "en": " "}[self.language]
        text = " ".join(one if one[-1:] in ".!?。！？…" else f"{one.rstrip(';:')}." for one in quotes)
        text = re.sub(r"(?<=[。！？]) ", "", text)
        return (marker.replace("英文", "") if is_chinese(text) else marker) + escape(text)

    def tags(self, material: SourceMaterial, quotes: Sequence[str]) -> tuple[str, ...]:
        """The topic, terms of the glossary, and the work's name if it is short enough to be one."""
        lead = material.work.lead
        terms = [material.topic] if material.topic else []
        terms += glossary.tags(
            f"{readable(lead.title)}. {material.line}", f"{' '.join(quotes)} {material.abstract}", self.language
        )
        own = [material.name] if len(material.name.split()) <= 2 and len(material.name) <= 24 else []  # noqa: PLR2004
        return tuple(dict.fromkeys(filter(None, map(tag, [*terms[: TAGS - 1], *own]))))


def source_quotes(material: SourceMaterial) -> list[str]:
    """The sentences of the source that the card shows; of release notes, which are Markdown, the first points."""
    if material.work.lead.kind is not Kind.RELEASE:
        return choose(material.abstract, name=material.name)
    points = [line.strip(" -*•") for line in material.abstract.splitlines()]
    return [point for point in points if len(point.split()) > _POINT][:4]


def tag(term: str) -> str:
    """Letters, digits and inner signs only: a tag ends at a blank."""
    return re.sub(r"[^\w.+-]+", "", term).strip("._+-")[:40]


def _fact_evidence(material: SourceMaterial, frame: str) -> tuple[Evidence, ...]:
    """The facts that the opening sentence rests on, as quotes of where they were found."""
    shown: list[Fact] = [fact for fact in material.facts if fact.name in {"affiliation", "venue"}]
    where = {"comment": material.work.lead.url}
    return tuple(
        Evidence(
            quote=fact.value,
            url=_address(where.get(fact.origin, fact.origin), material),
            origin=fact.name,
            supports=(frame,),
        )
        for fact in shown
    )


def _name_evidence(material: SourceMaterial, quotes: Sequence[str], frame: str) -> tuple[Evidence, ...]:
    """The sentence that gives the work its name, when neither its title nor the extract does."""
    if material.name in f"{readable(material.work.lead.title)} {' '.join(quotes)}":
        return ()
    first = next((one for one in split(material.abstract) if material.name in one), "")
    return (Evidence(quote=first, url=material.work.lead.url, origin="abstract", supports=(frame,)),) if first else ()


def _address(origin: str, material: SourceMaterial) -> str:
    return origin if "://" in origin else material.work.lead.url


def _quote_evidence(material: SourceMaterial, quotes: Sequence[str]) -> tuple[Evidence, ...]:
    part = {Kind.PAPER: "abstract", Kind.PROJECT: "description", Kind.RELEASE: "release notes", Kind.POST: "post"}
    lead = material.work.lead
    return tuple(
        Evidence(quote=quote, url=lead.url, origin=part[lead.kind], supports=(sentence,))
        for quote, sentence in zip(quotes, for_display(quotes), strict=True)
    )
