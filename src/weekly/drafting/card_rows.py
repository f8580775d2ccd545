"""The parts of a card without a model, for the owner's template: rows by role, and the line of where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from weekly.drafting.facts import running_label
from weekly.drafting.glossary import Glossary
from weekly.drafting.material import SourceMaterial
from weekly.drafting.sections import running_text
from weekly.drafting.sentence_roles import Role
from weekly.models import LinkKind
from weekly.render.markdown import escape
from weekly.select.urls import arxiv_id

_TERMS = 3
"""Terms of a row that are explained."""
_VOWELS = tuple("aeiou")


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """Sentences of a source with one role."""

    role: str
    """`proposal`, `how` or `result`."""
    quote: str
    """Markdown."""
    terms: tuple[str, ...] = ()
    """Terms of the glossary in it, each with what readers call it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardMeta:
    """Where a work comes from, each part as Markdown, empty where it is not known."""

    author: str
    """The first."""
    authors: int
    institutions: tuple[str, ...]
    date: str
    arxiv: str
    """The identifier."""
    venue: str
    code: str
    """The repository's address."""


def card_rows(roles: Sequence[Role], texts: Sequence[str], glossary: Glossary, language: str) -> list[CardRow]:
    """The rows of a card: neighbouring sentences of one role stand together, and what follows a result with it."""
    grouped: list[tuple[Role, list[str]]] = []
    for role, text in zip(roles, texts, strict=True):
        if grouped and (grouped[-1][0] is role or (grouped[-1][0] is Role.RESULT and role is Role.HOW)):
            grouped[-1][1].append(text)
        else:
            grouped.append((role, [text]))
    explained: set[str] = set()
    rows = []
    for role, group in grouped:
        quote = running_text(group)
        terms = {name: term for name, term in glossary.explained(quote, language) if name not in explained}
        explained.update(terms)
        shown = tuple(escape(term) for term in list(terms.values())[:_TERMS])
        rows.append(CardRow(role=role.value, quote=escape(quote), terms=shown))
    return rows


def kind_phrase(material: SourceMaterial, language: str) -> str:
    """What the work is, with its topic: 图像生成框架, or "a framework"; empty where no source says."""
    noun, topic = material.noun, material.topic
    if noun is None:
        return ""
    if language == "en":
        field = f" {'on' if noun.verb == '发表' else 'for'} {running_label(topic)}" if topic else ""
        return f"{'an' if noun.en.startswith(_VOWELS) else 'a'} {noun.en}{field}"
    return topic if topic.endswith(noun.zh) else f"{topic}{noun.zh}"


def card_meta(material: SourceMaterial) -> CardMeta:
    """Where the work comes from, as far as its sources say."""
    lead = material.work.lead
    known = {fact.name: fact.value for fact in material.facts}
    return CardMeta(
        author=escape(lead.authors[0]) if lead.authors else "",
        authors=len(lead.authors),
        institutions=tuple(map(escape, material.institutions[:3])),
        date=known.get("date", ""),
        arxiv=arxiv_id(lead.url),
        venue=escape(known.get("venue", "")),
        code=next((link.url for link in material.links if link.kind is LinkKind.CODE), ""),
    )
