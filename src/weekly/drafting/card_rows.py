"""The parts of a card without a model, for the owner's template: rows by role, and the line of where it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from weekly.drafting.facts import running_label
from weekly.drafting.glossary import Glossary
from weekly.drafting.material import SourceMaterial
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


def card_rows(roles: Sequence[Role], texts: Sequence[str], glossary: Glossary, language: str) -> list[CardRow]:
    """The rows of a card: neighbouring sentences of one role stand together."""
    grouped: list[tuple[Role, list[str]]] = []
    for role, text in zip(roles, texts, strict=True):
        if grouped and grouped[-1][0] is role:
            grouped[-1][1].append(text)
        else:
            grouped.append((role, [text]))
    explained: set[str] = set()
    rows = []
    for role, group in grouped:
        quote = running_text(group)
        terms = [term for term in glossary.explained(quote, language) if term not in explained][:_TERMS]
        explained.update(terms)
        rows.append(CardRow(role=role.value, quote=escape(quote), terms=tuple(map(escape, terms))))
    return rows


def running_text(sentences: Sequence[str]) -> str:
    """Sentences as one text, each with its end."""
    text = " ".join(one if one[-1:] in ".!?。！？…" else f"{one.rstrip(';:')}." for one in sentences)
    return re.sub(r"(?<=[。！？]) ", "", text)


def kind_phrase(material: SourceMaterial, language: str) -> str:
    """What the work is, with its topic: 图像生成框架, or "a framework"; empty where no source says."""
    noun, topic = material.noun, material.topic
    if noun is None:
        return ""
    if language == "en":
        field = f" {'on' if noun.verb == '发表' else 'for'} {running_label(topic)}" if topic else ""
        return f"{'an' if noun.en.startswith(_VOWELS) else 'a'} {noun.en}{field}"
    return topic if topic.endswith(noun.zh) else f"{topic}{noun.zh}"


def meta_line(material: SourceMaterial, language: str) -> Iterator[str]:
    """First author, institutions, date, arXiv identifier, venue and code, as far as they are known, as Markdown."""
    lead = material.work.lead
    known = {fact.name: fact.value for fact in material.facts}
    if lead.authors:
        count = len(lead.authors)
        words = f" et al. ({count} authors)" if language == "en" else f" 等 {count} 人"
        yield escape(lead.authors[0]) + (words if count > 1 else "")
    if material.institutions:
        yield escape({"zh": "、", "en": ", "}[language].join(material.institutions[:3]))
    if date := known.get("date"):
        yield date
    if identifier := arxiv_id(lead.url):
        yield f"arXiv:{identifier}"
    if venue := known.get("venue"):
        yield escape(venue)
    if code := next((link.url for link in material.links if link.kind is LinkKind.CODE), ""):
        yield f"[{'code' if language == 'en' else '代码'}]({code})"
