"""Whether what is written stands in the sources: the gate, over cards and over the issue's own words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from weekly.checks.context import CheckContext
from weekly.claims import About, Claim, Sources
from weekly.models import Card, Evidence, Finding, Level
from weekly.render.markdown import to_text
from weekly.select.urls import find_urls
from weekly.text.sentences import split

_WHAT = {
    About.NUMBER: "in no source",
    About.NAME: "named in no source",
    About.INSTITUTION: "no source names this institution",
    About.LINK: "no source gives this address",
    About.BOAST: "no source says so",
    About.DIRECTION: "the sources may say the opposite",
    About.EXCHANGE: "these may stand in each other's place",
}

_MARKS = re.compile(
    r"\\([!-/:-@\[-`{-~])"  # escapes
    r"|(?<!!)\[([^\[\]\\]*)\]\([^\s()<>\\]*\)"  # links
    r"|^> ?|\*+",
    re.MULTILINE,
)
"""Marks that need no reader of Markdown, which takes a hundred times as long."""
_OTHER_MARKS = re.compile(r"[\[<`]|&#?\w{1,32};|~~|^(?: {4}|\t)", re.MULTILINE)


def claims(context: CheckContext) -> Iterator[Finding]:
    """Numbers, names, institutions, links and boasts of a card that no source holds, one line for each kind.

    What may be turned round or exchanged warns.
    """
    for card in context.draft.cards:
        yield from of_card(card)


def of_card(card: Card) -> Iterator[Finding]:
    """The findings about one card."""
    held = CheckContext.evidence(card)
    words = "\n".join([card.name, card.line, _words(card.summary), "、".join(card.institutions)])
    targets = "\n".join(find_urls(card.summary))  # of links, which show other words
    yield from findings((*held.unsupported(words), *held.unsupported(targets)), card.id, card.name)
    yield from findings(held.warnings(words), card.id, card.name, Level.WARN)


def findings(found: Iterable[Claim], card: str, name: str, level: Level = Level.BLOCK) -> Iterator[Finding]:
    """Claims as findings, one for each kind."""
    by_kind: dict[About, list[str]] = {}
    for claim in dict.fromkeys(found):
        by_kind.setdefault(claim.about, []).append(claim.text)
    for about, texts in by_kind.items():
        message = f"{name}: {', '.join(texts[:5])}{' …' if len(texts) > 5 else ''}: {_WHAT[about]}"  # noqa: PLR2004
        yield Finding(check=about.value, level=level, card=card, message=message, place=texts[0])


def _words(markdown: str) -> str:
    """The words of Markdown; most cards have nothing but quotations, stars, escapes and plain links in them."""
    if _OTHER_MARKS.search(_MARKS.sub("", markdown)):
        return to_text(markdown)
    return _MARKS.sub(lambda match: match[1] or match[2] or "", markdown)


def with_support(card: Card) -> Card:
    """*card* with the sentence of its sources that says most of each of its claims among its evidence."""
    said = split(_words(card.summary))
    known = {one.quote: replace(one, supports=tuple(s for s in one.supports if s in said)) for one in card.evidence}
    sources = Sources(one.quote for one in card.gathered)
    for sentence in said:
        for support in sources.support(sentence):
            for best in support.sentences[:1]:
                origin = card.gathered[best.source]
                proof = known.get(best.text) or Evidence(quote=best.text, url=origin.url, origin=origin.origin)
                known[best.text] = replace(proof, supports=tuple(dict.fromkeys((*proof.supports, sentence))))
    return replace(card, evidence=tuple(known.values()))


def opening(context: CheckContext) -> Iterator[Finding]:
    """The same for the headlines and the summary of the issue, which rest on the cards."""
    draft = context.draft
    if not draft.cards:
        return
    texts: list[str] = []
    for card in draft.cards:
        texts += [card.title, card.name, card.line, to_text(card.summary), *card.tags, *card.institutions]
        texts += [one.quote for one in (*card.evidence, *card.gathered)]
        texts += [fact.value for fact in card.facts]
    held = Sources(texts, [link.url for card in draft.cards for link in card.links])
    text = "\n".join([*draft.headlines, to_text(draft.summary)])
    yield from findings(held.unsupported(text), "", "headline and summary")
