"""Names and numbers of a Chinese text that stand in each other's place: A 优于 B where the sources have B outperform A.

Each has a place in the text: terms before and behind it, numbers beside a name and names beside a number, an order
among its like, and a name a role. Two that would fit the sources much better in each other's place were probably
exchanged. That is worth a look, no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from itertools import combinations, pairwise

from weekly.claims import names, numbers, terms, units
from weekly.claims.name_index import folded
from weekly.claims.roles import NameRole, fits, role

_TERM_REACH, _REACH = 14, 20
"""Chinese characters within which a term, or a name or number of the other kind, belongs to a place."""
_FAR = 130
"""English characters from which on two things in one sentence have nothing to do with each other."""
_ORDER_REACH = 40
_OTHER, _COMPARED, _ORDER, _ORDER_FAR = 1.5, 0.7, 0.3, 0.12
"""What a name beside a number, and the order among names, weigh against one term at the place itself."""
_BETTER = re.compile(r"\s?[\u4e00-\u9fff]{0,4}(?:优于|超过|超越|胜过|领先于?|强于)\s?")
_ROLE = 1.2
"""What it weighs that the sources have a name in the role that the place has."""
_NAMES, _NUMBERS = 2.4, 0.9
"""By how much two names, or two numbers, must fit better in each other's place."""
_APART = 1.4
"""How many times as much it takes for two in different sentences: what is exchanged mostly stands in one."""
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_PHRASE = re.compile(r"[A-Za-z][\w.-]{0,60}(?: [A-Za-z][\w.-]{0,60})+")
_WORD = re.compile(r"[a-z]+")
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")

Key = str | Decimal
"""A name in lower case, or the value of a number."""
Places = tuple[tuple[int, int], ...]
"""Where something stands in the sources: number of the sentence, place in it."""


@dataclass(frozen=True, slots=True)
class _Occurrence:
    """Where a name or a number stands in the text."""

    key: Key
    text: str
    kind: str
    """Only what is of one kind is exchanged: names, or numbers of one unit."""
    sentence: int
    start: int
    terms: tuple[tuple[tuple[str, ...], float], ...]
    others: tuple[tuple[Key, float], ...]
    order: tuple[tuple[Key, float], ...]
    """Its like in the sentence; those before it weigh less than nothing."""
    role: NameRole | None

    @property
    def most(self) -> float:
        """The most by which another may fit better here."""
        fit = sum(weight for _, weight in self.terms) + sum(weight for _, weight in self.others)
        return fit + 2 * sum(abs(weight) for _, weight in self.order) + (2 * _ROLE if self.role else 0)


class ExchangeIndex:
    """The places of names, numbers and terms in sentences."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self._sentences = sentences
        self._closeness = cache(self._close)
        self._sign = cache(self._signed)
        self._places = cache(self._found)
        self._terms = cache(self._term)
        self._role_fit = cache(self._fit_of_role)
        self._phrases = cache(self._kept)

    @cached_property
    def _rows(self) -> list[str]:
        return [folded(one).lower() for one in self._sentences]

    @cached_property
    def _words(self) -> dict[str, list[tuple[int, int]]]:
        found: dict[str, list[tuple[int, int]]] = {}
        for at, row in enumerate(self._rows):
            for match in _WORD.finditer(row):
                found.setdefault(match[0], []).append((at, match.start()))
        return found

    @cached_property
    def _numbers(self) -> dict[Decimal, list[tuple[int, int]]]:
        found: dict[Decimal, list[tuple[int, int]]] = {}
        for at, sentence in enumerate(self._sentences):
            for number in numbers.held(sentence):
                for value in number.values:
                    found.setdefault(value, []).append((at, number.start))
        return found

    def exchanged(self, sentences: Sequence[str]) -> Iterator[tuple[str, str]]:
        """The names and numbers of a text's *sentences* that fit the sources better in each other's place."""
        yield from (pair for one in sentences for pair in self._turned(one))
        places = [place for at, one in enumerate(sentences) if _CHINESE.search(one) for place in _occurrences(one, at)]
        for one, other in combinations(places, 2):
            if one.kind == other.kind and not _alike(one.key, other.key) and not _part_of(one, other, sentences):
                least = _NAMES if isinstance(one.key, str) else _NUMBERS
                if one.sentence != other.sentence:
                    least *= _APART
                # Reading the sources takes longer than all the rest: not where nothing they say could be enough.
                if one.most + other.most <= least or not self._has(one, sentences) or not self._has(other, sentences):
                    continue
                if self._gain(one, other) > least:
                    yield one.text, other.text

    def _has(self, place: _Occurrence, sentences: Sequence[str]) -> bool:
        """Whether the sources have what stands at *place*, and not as a part of a phrase that they have as it is."""
        phrases = self._phrases(sentences[place.sentence])
        return bool(self._places(place.key)) and not any(start <= place.start < end for start, end in phrases)

    def _kept(self, sentence: str) -> list[tuple[int, int]]:
        """Where *sentence* has phrases that the sources have word for word: their parts are in their places."""
        phrases = ((one.span(), folded(one[0]).lower()) for one in _PHRASE.finditer(sentence))
        return [span for span, phrase in phrases if any(phrase in row for row in self._rows)]

    def _turned(self, sentence: str) -> Iterator[tuple[str, str]]:
        """Names side by side that the sources only have the other way round: V3 DeepSeek."""
        for one, other in pairwise(names.names(sentence)):
            if sentence[one.end : other.start] == " ":
                words = [folded(name.text).lower() for name in (one, other)]
                if self._side_by_side(words[::-1]) and not self._side_by_side(words):
                    yield one.text, other.text

    def _side_by_side(self, words: Sequence[str]) -> bool:
        spellings = [mark.join(words) for mark in " -\n"]
        return any(spelling in row for row in self._rows for spelling in spellings)

    def _gain(self, one: _Occurrence, other: _Occurrence) -> float:
        """How much better *one* and *other* fit in each other's place."""
        swap = {one.key: other.key, other.key: one.key} if one.sentence == other.sentence else {}
        now = sum(self._fit(place, place.key) + self._ordered(place, place.key, {}) for place in (one, other))
        then = self._fit(one, other.key) + self._ordered(one, other.key, swap)
        return then + self._fit(other, one.key) + self._ordered(other, one.key, swap) - now

    def _fit(self, place: _Occurrence, key: Key) -> float:
        """How close the terms and others at *place* are to *key* in the sources."""
        terms_there = sum(weight * self._closeness(key, term) for term, weight in place.terms)
        others_there = sum(weight * self._closeness(key, other) for other, weight in place.others)
        return terms_there + others_there + _ROLE * self._role_fit(key, place.role)

    def _ordered(self, place: _Occurrence, key: Key, swap: dict[Key, Key]) -> float:
        """How well *key* keeps the order that the sources have, some of the others being exchanged."""
        others = ((swap.get(other, other), weight) for other, weight in place.order)
        return sum(weight * self._sign(key, other) for other, weight in others if other != key)

    def _close(self, key: Key, thing: Key | tuple[str, ...]) -> float:
        there = self._terms(thing) if isinstance(thing, tuple) else self._places(thing)
        gaps = [abs(a - b) for at, a in self._places(key) for other, b in there if at == other]
        return max(0.0, 1 - min(gaps) / _FAR) if gaps else 0.0

    def _signed(self, one: Key, other: Key) -> int:
        """1 where the sources always have *one* before *other* in a sentence, -1 where behind, 0 where neither."""
        signs = {a < b for at, a in self._places(one) for also, b in self._places(other) if at == also}
        return 0 if len(signs) != 1 else 1 if signs.pop() else -1

    def _fit_of_role(self, key: Key, what: NameRole | None) -> int:
        if not isinstance(key, str) or what is None:
            return 0
        return fits(key, what, [(self._rows[at], start) for at, start in self._places(key)])

    def _found(self, key: Key) -> Places:
        if isinstance(key, Decimal):
            return tuple(self._numbers.get(key, ()))
        return tuple((at, start) for at, row in enumerate(self._rows) for start in _standing(key, row))

    def _term(self, beginnings: tuple[str, ...]) -> Places:
        return tuple(place for word, places in self._words.items() if word.startswith(beginnings) for place in places)


@dataclass(frozen=True, slots=True)
class _NameOrNumber:
    """A name or a number in a sentence of the text."""

    start: int
    end: int
    key: Key
    text: str
    kind: str


def _items(sentence: str) -> list[_NameOrNumber]:
    """The names and the numbers in *sentence*."""
    named = names.names(sentence)
    stated = numbers.stated(sentence, [(name.start, name.end) for name in named])
    return [
        *(_NameOrNumber(name.start, name.end, folded(name.text).lower(), name.text, "name") for name in named),
        *(_NameOrNumber(one.start, one.start + len(one.text), one.values[0], one.text, _kind(one)) for one in stated),
    ]


def _occurrences(sentence: str, at: int) -> list[_Occurrence]:
    """The places of the names and numbers in *sentence*, the text's sentence number *at*."""
    here = _items(sentence)
    said = list(terms.find(sentence)) if here else []
    return [
        _Occurrence(
            *(item.key, item.text, item.kind, at, item.start, *_beside(sentence, item, here, said)),
            role=role(sentence, item.start, item.end),
        )
        for item in here
    ]


def _kind(number: numbers.Number) -> str:
    """Of numbers without a unit, whole ones and others never stand for each other, nor do 164名 and 1340个."""
    sign = number.text[-1] if number.unit == units.COUNT else "." in number.text if number.unit == units.ANY else ""
    return f"number {number.unit} {sign}"


def _beside(
    sentence: str, item: _NameOrNumber, here: Sequence[_NameOrNumber], said: Sequence[tuple[int, terms.Translation]]
) -> tuple[tuple[tuple[tuple[str, ...], float], ...], tuple[tuple[Key, float], ...], tuple[tuple[Key, float], ...]]:
    """The terms, the names or numbers of the other kind, and the like of *item* around it, each with its weight."""
    near: dict[tuple[str, ...], float] = {}
    for start, term in said:
        gap = item.start - start if start < item.start else start - item.end
        if 0 <= gap <= _TERM_REACH:
            near[term.beginnings] = max(near.get(term.beginnings, 0.0), 1 - gap / (1.5 * _TERM_REACH))
    others, order = [], []
    for other in here:
        if other.key == item.key:
            continue
        gap = max(0, other.start - item.end, item.start - other.end)
        if isinstance(other.key, str) is isinstance(item.key, str):
            first, last = sorted((item, other), key=lambda one: one.start)
            weight = (
                _COMPARED
                if _BETTER.fullmatch(sentence, first.end, last.start)
                else _ORDER
                if gap < _ORDER_REACH
                else _ORDER_FAR
            )
            order.append((other.key, weight if other is last else -weight))
        elif gap < _REACH:
            others.append((other.key, _OTHER * (1 - gap / _REACH)))
    return tuple(near.items()), tuple(others), tuple(order)


def _standing(key: str, row: str) -> Iterator[int]:
    """The places where *key* stands in *row* as a word; a rule for each of many names would take longer to read."""
    start = row.find(key)
    while start >= 0:
        end = start + len(key)
        after = row[end + (row[end : end + 1] == "s") :][:1]  # LLM stands in LLMs
        if row[start - 1 : start] not in _LETTERS and after not in _LETTERS:
            yield start
        start = row.find(key, end)


def _alike(one: Key, other: Key) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one in other or other in one
    return one == other


def _part_of(one: _Occurrence, other: _Occurrence, sentences: Sequence[str]) -> bool:
    """Whether one number is said to be a part of the other: 24个中的20个, which English says the other way round."""
    between = sentences[one.sentence][one.start + len(one.text) : other.start] if one.sentence == other.sentence else ""
    return isinstance(one.key, Decimal) and "中" in between[:_REACH]
