"""Whether what is written stands in the evidence: the gate, over cards and over the issue's own words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from weekly.claims import About, Claim, Sources
from weekly.models import Card, Draft, Finding, Level
from weekly.render.markdown import to_text
from weekly.text.vocabulary import EN

_WHAT = {
    About.NUMBER: "not in the evidence",
    About.NAME: "not named in the evidence",
    About.INSTITUTION: "no source names this institution",
    About.LINK: "no source gives this address",
    About.BOAST: "no source says so",
}


LABELS = (*EN.rows.values(), EN.numbers, EN.foreign_quote)
"""Words of the form in a card's text, which look like names and state nothing."""


def claims(draft: Draft) -> Iterator[Finding]:
    """Numbers, names, institutions, links and boasts of a card that its evidence does not hold, one line for each."""
    for card in draft.cards:
        yield from of_card(card)


def of_card(card: Card) -> Iterator[Finding]:
    """The findings about one card."""
    held = evidence(card)
    text = "\n".join([card.name, card.line, _words(card.summary), "、".join(card.institutions)])
    yield from findings(held.unsupported(text), card.id, card.name)


def findings(unsupported: Iterable[Claim], card: str, name: str) -> Iterator[Finding]:
    """Unsupported claims as findings that block, one for each kind."""
    by_kind: dict[About, list[str]] = {}
    for claim in unsupported:
        by_kind.setdefault(claim.about, []).append(claim.text)
    for about, texts in by_kind.items():
        message = f"{name}: {', '.join(texts[:5])}{' …' if len(texts) > 5 else ''}: {_WHAT[about]}"  # noqa: PLR2004
        yield Finding(check=about.value, level=Level.BLOCK, card=card, message=message, place=texts[0])


def _words(markdown: str) -> str:
    """The words of Markdown; most cards have nothing but stars in them."""
    return to_text(markdown) if re.search(r"[\\\[<&`]", markdown) else markdown.replace("*", "")


def evidence(card: Card) -> Sources:
    """What a card's words may rest on: its quotes, its facts, its work's title, its links."""
    texts = [*LABELS, card.title, *(proof.quote for proof in card.evidence), *(fact.value for fact in card.facts)]
    urls = [*(link.url for link in card.links), *(proof.url for proof in card.evidence)]
    return Sources(texts, urls)


def opening(draft: Draft) -> Iterator[Finding]:
    """The same for the headlines and the summary of the issue, which rest on the cards."""
    if not draft.cards:
        return
    texts: list[str] = []
    for card in draft.cards:
        texts += [card.title, card.name, card.line, to_text(card.summary), *card.tags, *card.institutions]
        texts += [proof.quote for proof in card.evidence]
        texts += [fact.value for fact in card.facts]
    held = Sources(texts, [link.url for card in draft.cards for link in card.links])
    text = "\n".join([*draft.headlines, to_text(draft.summary)])
    yield from findings(held.unsupported(text), "", "headline and summary")
