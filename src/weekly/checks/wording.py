"""Checks of what readers read on a card: whether it says something, and says it cleanly."""

from __future__ import annotations

import re
from collections.abc import Iterator

from weekly.checks.context import CheckContext
from weekly.models import Card, Finding, Kind, Level
from weekly.render.markdown import to_text
from weekly.render.opening import without_article
from weekly.text.tags import tag_key

_TELLING = 12
"""Words of a card, or half as many as its Chinese characters, below which it says nothing."""
_RESIDUE = re.compile(
    r"\\[A-Za-z]{2,}|\b(?:mname|ttfamily|xspace|textbf|textit|emph)\b|\(\s*[,;]?\s*\)|（\s*）|\s's\b"
    r"|\b(?:as )?(?:shown|illustrated|depicted) in (?:the )?(?:Fig(?:ure|\.)?|Tab(?:le|\.)?)\s?\d+",
    re.IGNORECASE,
)


def says_nothing(context: CheckContext) -> Iterator[Finding]:
    """Cards of which nothing is left when the name, who made it and where it comes from are taken away."""
    for card in context.draft.cards:
        if card.summary.strip() and _told(card) < _TELLING:
            yield _finding("says-nothing", card, "the text says no more than the name and the kind of the work")


def residue(context: CheckContext) -> Iterator[Finding]:
    """What is left of LaTeX, of parentheses that were emptied, of figures that are not there."""
    for card in context.draft.cards:
        for text in (card.name, card.line, to_text(card.summary), *(to_text(one.body) for one in card.sections)):
            if left := _RESIDUE.search(text):
                yield _finding("residue", card, f"{left[0].strip()!r} is left over of the source", left[0])
                break


def tags(context: CheckContext) -> Iterator[Finding]:
    """Tags that say the same twice, and those for which neither the sources nor the text have a word."""
    for card in context.draft.cards:
        seen: dict[str, str] = {}
        for tag in card.tags:
            if (first := seen.setdefault(tag_key(tag), tag)) is not tag:
                yield _finding("tags", card, f"#{first} and #{tag} say the same", tag)
        for tag in card.tags:
            if not _supported(tag, card):
                yield _finding("tags", card, f"#{tag}: neither the sources nor the text say so", tag)


def headline_kinds(context: CheckContext) -> Iterator[Finding]:
    """Headlines that say no more of a work than its name, or its name and topic."""
    for headline in context.draft.headlines:
        for card in context.draft.cards:
            if card.kind is not Kind.PAPER or not card.line or not headline.startswith(card.name):
                continue
            rest = headline.removeprefix(card.name).strip(" :：")
            if rest.casefold() in {"", *_values(card, "topic")} - _values(card, "kind"):
                yield _finding("headline", card, f"the headline {headline!r} does not say what the work is", headline)


def _values(card: Card, name: str) -> set[str]:
    """What the facts called *name* say, as a headline has it."""
    return {without_article(fact.value.casefold()) for fact in card.facts if fact.name == name}


def _told(card: Card) -> int:
    """The words of a card's text without its first names, and without the line of where it comes from."""
    paragraphs = [text for text in to_text(card.summary).split("\n\n") if " · " not in text]
    text = "\n".join(paragraphs)
    for known in (card.title, card.name, *card.institutions):
        text = text.replace(known, " ") if known else text
    return len(re.findall(r"[A-Za-z]{2,}|\d+", text)) + len(re.findall(r"[\u4e00-\u9fff]", text)) // 2


def _supported(tag: str, card: Card) -> bool:
    known = {fact.value for fact in card.facts if fact.name in {"topic", "tag"}} | {card.name, *card.institutions}
    if tag_key(tag) in {_letters(one) for one in known}:
        return True
    texts = (card.title, card.line, to_text(card.summary), *(proof.quote for proof in card.evidence))
    return _letters(tag) in _letters(" ".join(texts))


def _letters(text: str) -> str:
    return tag_key(re.sub(r"[\W_]+", "", text))


def _finding(check: str, card: Card, message: str, place: str = "") -> Finding:
    return Finding(check=check, level=Level.WARN, card=card.id, message=f"{card.name}: {message}", place=place)
