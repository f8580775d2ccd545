"""A card as it stands on the other publications: topic page, collection, handbook chapter."""

from __future__ import annotations

import html
from collections.abc import Sequence

from weekly.formats.collection import CollectionEntry, CollectionLink, CollectionSection
from weekly.formats.handbook import Question
from weekly.formats.topic import Paper, PaperTopic, TopicPage
from weekly.formats.topic import PaperSection as TopicSection
from weekly.models import Card, Link, LinkKind
from weekly.models import Section as CardSection
from weekly.render.card_views import link_label
from weekly.render.markdown import escape
from weekly.text.vocabulary import vocabulary


def topic_page(name: str, cards: Sequence[Card], pictures: str) -> TopicPage:
    """The papers of one topic and week, in depth; *pictures* leads from the page to the issue's pictures."""
    papers = tuple(_paper(card, pictures) for card in cards)
    return TopicPage(topics=(PaperTopic(name=escape(name), papers=papers),))


def _paper(card: Card, pictures: str) -> Paper:
    facts = {fact.name: fact.value for fact in card.facts}
    images = (f"{pictures}/{card.picture.file}",) if card.picture else ()
    sections = _sections(card, "topic")
    return Paper(
        title=escape(card.title),
        date=facts.get("date", ""),
        institutions=tuple(map(escape, card.institutions)),
        venue=escape(facts.get("venue", "")),
        rating=card.rating,
        links=tuple(link.url for link in _paper_first(card)),
        sections=tuple(
            TopicSection(heading=section.heading, body=section.body, images=() if number else images)
            for number, section in enumerate(sections)
        ),
    )


def collection_entry(card: Card, language: str) -> CollectionEntry:
    """The card as an entry of an evergreen collection."""
    return CollectionEntry(
        title=escape(card.name),
        sections=tuple(
            CollectionSection(heading=section.heading, body=section.body) for section in _sections(card, "collection")
        ),
        links=tuple(CollectionLink(label=link_label(link.kind, language), url=link.url) for link in card.links),
    )


def handbook_questions(card: Card, language: str) -> list[Question]:
    """The card as questions and answers of a handbook chapter: what the work is, and what else its sources answer.

    Their titles are HTML, as the headings of a chapter are: no mark of Markdown is one there.
    """
    title = vocabulary(language).question % card.name
    references = "\n".join(
        f"- [{escape(f'{card.name} {link_label(link.kind, language)}')}]({link.url})" for link in card.links
    )
    sections = _sections(card, "handbook")
    answer = sections[0].body if sections else card.summary
    return [
        Question(id="", title=html.escape(title, quote=False), body=f"{answer}\n\n{references}".strip()),
        *(
            Question(id="", title=html.escape(section.heading, quote=False), body=section.body)
            for section in sections[1:]
        ),
    ]


def _sections(card: Card, publication: str) -> list[CardSection]:
    return [section for section in card.sections if section.publication == publication]


def _paper_first(card: Card) -> list[Link]:
    return sorted(card.links, key=lambda link: link.kind is not LinkKind.PAPER)[:2]
