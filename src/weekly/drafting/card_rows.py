"""The parts of a card without a model, for the owner's template: rows by role, and the line of where it comes from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from weekly.drafting.glossary import Glossary
from weekly.drafting.material import SourceMaterial
from weekly.drafting.sections import running_text
from weekly.drafting.sentence_roles import Role
from weekly.models import LinkKind
from weekly.render.markdown import escape
from weekly.render.opening import running_label
from weekly.select.urls import arxiv_id

_TERMS = 3
"""Terms of a row that are explained."""
_ACTIVITY = re.compile(
    r"(?:生成|重建|编辑|理解|描述|修复|修补|检索|识别|分割|分类|检测|跟踪|问答|合成|推理|规划|导航|操作|翻译|压缩|增强|定制"
    r"|试穿|迁移|摘要|抽取|控制|克隆|估计|预测|驾驶|证明|插帧|定位|抠图|建图)$"
)
"""Terms for what is done; others say by what means, and leave open in which field."""
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


def kind_phrase(material: SourceMaterial, glossary: Glossary, language: str) -> str:
    """What the work is, with its field: 图像生成框架, or "a framework"; empty where no source says.

    The field is what the source says right before the noun ("a visual captioning framework"), else the topic.
    """
    noun = material.noun
    if noun is None:
        return ""
    said, term = glossary.ending(noun.before)
    own = term is not None and _ACTIVITY.search(term.zh)
    if language == "en":
        field = running_label(said if own else material.topic)
        of = f" {'on' if noun.verb == '发表' else 'for'} {field}" if field else ""
        return f"{'an' if noun.en.startswith(_VOWELS) else 'a'} {noun.en}{of}"
    field = term.zh if term and own else material.topic
    return field if field.endswith(noun.zh) else f"{field}{noun.zh}"


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
