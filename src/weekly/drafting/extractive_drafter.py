"""Cards without a model: a frame of facts around the source's own sentences, marked as such."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from weekly.drafting import facts, release_notes
from weekly.drafting.card_rows import card_meta, card_rows, kind_phrase
from weekly.drafting.context import DraftingContext
from weekly.drafting.figure_words import in_chinese
from weekly.drafting.figures import Figure, figures
from weekly.drafting.glossary import Glossary
from weekly.drafting.material import SourceMaterial, gather
from weekly.drafting.sections import quotation, sections
from weekly.drafting.sentence_roles import Role, choose_by_role, for_display, roles, usable_sentences
from weekly.models import Candidate, Card, Evidence, Fact, Kind, LinkKind
from weekly.render.markdown import escape
from weekly.render.opening import running_label
from weekly.select.ai_field import may_be_ai
from weekly.text import is_chinese
from weekly.text.latex import readable
from weekly.text.sentences import split
from weekly.text.tags import distinct_tags
from weekly.text.vocabulary import vocabulary

TAGS = 5
"""Tags of a card, at most."""
_TEXTS = {
    Kind.PAPER: "abstract",
    Kind.PROJECT: "description",
    Kind.MODEL: "model card",
    Kind.RELEASE: "release notes",
    Kind.POST: "post",
}
"""What the text of each kind of work is called."""


def create(context: DraftingContext) -> ExtractiveDrafter:
    """The drafter that needs no model."""
    return ExtractiveDrafter(context)


class ExtractiveDrafter:
    """A `Drafter` that writes nothing of its own."""

    at_once = 1

    def __init__(self, context: DraftingContext) -> None:
        self._context = context
        self.language = context.settings.newsletter.language
        self._templates = [
            context.templates.get_template(f"card/{name}.{self.language}.md.j2") for name in ("summary", "card")
        ]

    def card(self, candidate: Candidate) -> Card:
        """The card of *candidate*."""
        return self.card_of(candidate, gather(candidate, self._context))

    def card_of(self, candidate: Candidate, material: SourceMaterial) -> Card:
        """The card of what was gathered about *candidate*."""
        lead, quotes = material.work.lead, source_quotes(material)
        frame = self.frame(material)
        numbers, terms = _figures(material, quotes, self.language), self._terms(material)
        return Card(
            id=material.work.id,
            kind=lead.kind,
            topic=candidate.topic,
            name=material.name,
            line=material.line,
            title=readable(lead.title),
            summary=self._summary(material, quotes, frame, numbers),
            tags=_tags(material, terms),
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
            facts=(*material.facts, *self._stated(material, terms, numbers), *facts.bibliographic(material.work)),
            sections=sections(material, frame, self.language) if self._context.evergreen else (),
        )

    def frame(self, material: SourceMaterial) -> str:
        """The sentence of facts that opens the card."""
        lead = material.work.lead
        known = {fact.name: fact.value for fact in material.facts}
        shown = {link.kind for link in material.links}
        noun = material.noun
        return (
            self._templates[0]
            .render(
                name=escape(material.name),
                named=lead.kind is not Kind.PAPER or bool(material.line),
                kind=lead.kind.value,
                noun=kind_phrase(material, self._glossary(material), self.language),
                verb=noun.verb if noun else "发布" if lead.kind is not Kind.PAPER else "发表",
                topic=running_label(material.topic) if self.language == "en" else material.topic,
                institutions=[escape(institution) for institution in material.institutions[:3]],
                more=len(material.institutions) > 3,  # noqa: PLR2004 - as many as a line takes
                author=escape(lead.authors[0]) if lead.authors else "",
                authors=len(lead.authors),
                date=lead.published,  # of a release; the papers of a week are of that week
                stars=known.get("stars", ""),
                growth=known.get("growth", ""),
                licence=escape(known.get("licence", "")),
                venue=known.get("venue", ""),
                code=LinkKind.CODE in shown and lead.kind is Kind.PAPER,
                models=LinkKind.MODEL in shown,
                version=escape(lead.version),
            )
            .strip()
        )

    def _summary(
        self, material: SourceMaterial, quotes: Sequence[tuple[Role, str]], frame: str, numbers: Sequence[Figure]
    ) -> str:
        """The whole card by the owner's template: rows by role for a paper, running text for anything else."""
        texts = for_display([sentence for _, sentence in quotes])
        paper = material.work.lead.kind is Kind.PAPER and not is_chinese(" ".join(texts))
        roles_of = [role for role, _ in quotes]
        return self._rendered(
            material,
            frame=frame,
            quote="" if paper or not texts else quotation(texts, self.language),
            rows=card_rows(roles_of, texts, self._glossary(material), self.language) if paper else [],
            figures=numbers if paper else (),
        )

    def around(self, text: str, material: SourceMaterial) -> str:
        """The whole card of a *text* that somebody else wrote, by the same template."""
        return self._rendered(material, frame=text, quote="", rows=[], figures=())

    def _rendered(self, material: SourceMaterial, **parts: Any) -> str:
        meta = card_meta(material) if material.work.lead.kind is Kind.PAPER else None
        return self._templates[1].render(meta=meta, labels=vocabulary(self.language), **parts).strip()

    def _stated(self, material: SourceMaterial, terms: Sequence[str], numbers: Sequence[Figure]) -> Iterator[Fact]:
        """What the abstract states: the terms that it is filed under, the kind of the work, and its numbers."""
        for term in terms:
            yield Fact(name="tag", value=term, origin="abstract")
        if material.work.lead.kind is not Kind.PAPER:
            return
        if phrase := kind_phrase(material, self._glossary(material), self.language):
            yield Fact(name="kind", value=phrase, origin="abstract")
        for figure in numbers:
            yield Fact(name=figure.tells, value=figure.text, origin="abstract")

    def _terms(self, material: SourceMaterial) -> list[str]:
        """The glossary's terms in the text; what it says of others' work, before its own begins, is none of its own."""
        title = f"{readable(material.work.lead.title)}. {material.line}"
        text = " ".join(sentence for role, sentence in roles(material.abstract) if role is not Role.PROBLEM)
        return self._glossary(material).tags(title, text, self.language)

    def _glossary(self, material: SourceMaterial) -> Glossary:
        """The package's terms are those of artificial intelligence: a diffusion of heat is no diffusion model."""
        entries = [entry for entry in material.work.entries if entry.source == "arxiv"]
        categories = {category for entry in entries for category in entry.categories}
        ours = may_be_ai(categories) if categories else self._context.settings.crowd == "ai"
        return self._context.glossary if ours else self._context.own_glossary


def _tags(material: SourceMaterial, terms: Sequence[str]) -> tuple[str, ...]:
    """The topic, *terms* of the glossary, and the work's name if it is short enough to be one."""
    topic = [material.topic] if material.topic else []
    own = [material.name] if len(material.name.split()) <= 2 and len(material.name) <= 24 else []  # noqa: PLR2004
    return distinct_tags([*[*topic, *terms][: TAGS - 1], *own])


def _figures(material: SourceMaterial, quotes: Sequence[tuple[Role, str]], language: str) -> tuple[Figure, ...]:
    """The numbers, in the newsletter's language where each of their words is known."""
    results = [sentence for role, sentence in quotes if role is Role.RESULT]
    found = figures(usable_sentences(material.abstract), results)
    return tuple(replace(one, text=in_chinese(one.text) or one.text) for one in found) if language == "zh" else found


def source_quotes(material: SourceMaterial) -> list[tuple[Role, str]]:
    """The sentences of the source that the card shows; of release notes the first points, if they make any."""
    points = release_notes.points(material.abstract) if material.work.lead.kind is Kind.RELEASE else []
    return [(Role.HOW, point) for point in points] or choose_by_role(material.abstract, name=material.name)


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


def _name_evidence(material: SourceMaterial, quotes: Sequence[tuple[Role, str]], frame: str) -> tuple[Evidence, ...]:
    """The sentence that gives the work its name, when neither its title nor the extract does."""
    if material.name in f"{readable(material.work.lead.title)} {' '.join(sentence for _, sentence in quotes)}":
        return ()
    first = next((one for one in split(material.abstract) if material.name in one), "")
    return (Evidence(quote=first, url=material.work.lead.url, origin="abstract", supports=(frame,)),) if first else ()


def _address(origin: str, material: SourceMaterial) -> str:
    return origin if "://" in origin else material.work.lead.url


def _quote_evidence(material: SourceMaterial, quotes: Sequence[tuple[Role, str]]) -> tuple[Evidence, ...]:
    lead = material.work.lead
    sentences = [sentence for _, sentence in quotes]
    return tuple(
        Evidence(quote=quote, url=lead.url, origin=_TEXTS[lead.kind], supports=(shown,))
        for quote, shown in zip(sentences, for_display(sentences), strict=True)
    )
