"""Differences of two texts word for word, and the numbers that a card shares with a quote."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq

from weekly.models import Card, Finding
from weekly.review.edit import SHORTEST_QUOTE

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_HAN = re.compile(r"[\u3400-\u9fff]|[^\u3400-\u9fff]+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MOST_WORDS = 3_000
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9(\[\"“])|(?<=[。！？])")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text and what it is: `same`, `gone`, `new`; `plain`, `held`, `bare`, `quote`."""

    kind: str
    text: str
    quote: int = 0
    """The number of the quote that holds it, from 1."""


def sentences(text: str, most: int = 60) -> list[str]:
    """The sentences of a source, to be chosen as quotes."""
    parts = (" ".join(part.split()) for part in _SENTENCE.split(text[:20_000]))
    return [part for part in parts if len(part) >= SHORTEST_QUOTE][:most]


def difference(before: str, after: str) -> list[Span]:
    """What became of *before*, word by word; texts that are very long are shown one after the other."""
    if before == after:
        return [Span("same", after)]
    old, new = _words(before), _words(after)
    if max(len(old), len(new)) > _MOST_WORDS:
        return [Span("gone", before), Span("new", after)]
    spans, at, to = [], 0, 0
    for same in LCSseq.opcodes(old, new).as_matching_blocks():  # the last one is empty and stands at the end
        pieces = ("gone", old[at : same.a]), ("new", new[to : same.b]), ("same", old[same.a : same.a + same.size])
        spans += [Span(kind, "".join(words)) for kind, words in pieces if words]
        at, to = same.a + same.size, same.b + same.size
    return spans


def readable_difference(before: str, after: str) -> list[Span]:
    """As `difference`; a text that is another one is shown whole after the old one, not word between word."""
    spans = difference(before, after)
    kept = sum(len(span.text) for span in spans if span.kind == "same")
    if 2 * kept >= min(len(before), len(after)):
        return spans
    return [Span(kind, text) for kind, text in (("gone", before), ("new", after)) if text]


def _words(text: str) -> list[str]:
    return [piece for word in _WORD.findall(text) for piece in _HAN.findall(word)]


def changed_share(before: str, after: str) -> float:
    """How much of a text changed, between 0 and 1."""
    spans = difference(before, after)
    touched = sum(len(span.text) for span in spans if span.kind != "same")
    return touched / max(1, len(before) + len(after))


def numbers(card: Card, findings: Sequence[Finding]) -> list[Span]:
    """The card's text with each number that a quote holds, and each that a check found nowhere."""
    about = " ".join(finding.message for finding in findings if finding.card == card.id)
    missing = set(_NUMBER.findall(about))
    spans, end = [], 0
    for match in _NUMBER.finditer(card.summary[:20_000]):
        number = match[0]
        held = next(_holding(card, number), 0)
        if not held and number not in missing:
            held = next(_supporting(card, number), 0)
        if not held and number not in missing:
            continue
        spans.append(Span("plain", card.summary[end : match.start()]))
        spans.append(Span("held" if held else "bare", number, held))
        end = match.end()
    return [*spans, Span("plain", card.summary[end:])]


def _holding(card: Card, number: str) -> Iterator[int]:
    for place, proof in enumerate(card.evidence, 1):
        if number in _NUMBER.findall(proof.quote):
            yield place


def _supporting(card: Card, number: str) -> Iterator[int]:
    """The quotes that a sentence with *number* rests on: 66.5万 on "665,000"."""
    for place, proof in enumerate(card.evidence, 1):
        if any(number in _NUMBER.findall(sentence) for sentence in proof.supports):
            yield place


def abstract_spans(text: str, card: Card) -> list[Span]:
    """A source's text with the quotes that the card rests on, as `quote`; one that overlaps another is left out."""
    found = []
    for number, proof in enumerate(card.evidence, 1):
        words = r"\s+".join(re.escape(word) for word in proof.quote.split())
        if words and (match := re.search(words, text)):
            found.append((match.start(), match.end(), number))
    spans, end = [], 0
    for start, stop, number in sorted(found):
        if start >= end:
            spans += [Span("plain", text[end:start]), Span("quote", text[start:stop], number)]
            end = stop
    return [span for span in (*spans, Span("plain", text[end:])) if span.text]


def quote_spans(quote: str, card: Card) -> list[Span]:
    """A quote with the numbers that the card uses."""
    used = set(_NUMBER.findall(card.summary))
    spans, end = [], 0
    for match in _NUMBER.finditer(quote):
        if match[0] in used:
            spans += [Span("plain", quote[end : match.start()]), Span("held", match[0])]
            end = match.end()
    return [*spans, Span("plain", quote[end:])]
