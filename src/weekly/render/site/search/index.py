"""The index of a part of the archive, cut into scripts of a few kilobytes.

A page on a disk may load no other file but a script, and parts of none: so every piece is a script that hands itself
over. Of each part there are
- `t0.js` …: the terms in their order, each with the cards that have it,
- `w0.js` … and `r0.js` …: Latin words, and the same from behind, by which a word with a slip is found,
- `d0.js` …: what is shown of each card,
- `index.js`: with which term or card each of these begins, and topic, kind and year of all cards.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from operator import sub
from typing import Any

from weekly.render.site.issues import ArchivedCard
from weekly.render.site.search.terms import LONGEST, PEOPLE, TEXT, card_terms, terms
from weekly.text import one_line

FORMAT = 1
"""Another number when the pieces are cut or written in another way: the page asks for them by it."""
BYTES = 8_000
"""Of a piece, about: a query needs one or two for each of its words, and one for each card that is shown."""
SHOWN = 600
"""Characters of a card's text that a piece of it is shown of."""
_FROM_BEHIND = range(4, LONGEST)
"""Letters of the words that are found with a slip."""
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
_MORE = 32
"""Added to a digit behind which others follow."""


def index(place: str, items: Sequence[ArchivedCard], label: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    """The scripts of the part *place* and their texts; *items* are its cards, oldest first."""
    having = _cards_by_term(items, label)
    words = [term for term, found in having.items() if _can_slip(term, found)]
    pieces = {
        "t": list(_pieces((term, f"{term}|{_packed(found)}") for term, found in having.items())),
        "w": list(_pieces((word, word) for word in words)),
        "r": list(_pieces((word, word) for word in sorted(word[::-1] for word in words))),
        "d": list(_pieces((number, _row(item)) for number, item in enumerate(items))),
    }
    topics = list(dict.fromkeys(item.topic for item in items))
    kinds = list(dict.fromkeys(item.kind for item in items))
    about = {
        "starts": {kind: [first for first, _ in found] for kind, found in pieces.items()},
        "topics": [[topic, label(topic)] for topic in topics],
        "kinds": kinds,
        "cards": "".join(_facets(item, topics, kinds) for item in items),
        "years": _years(items),
    }
    yield _script(f"{place}/index.js", about)
    for kind, found in pieces.items():
        for number, (_, rows) in enumerate(found):
            yield _script(f"{place}/{kind}{number}.js", rows if kind == "d" else "~".join(rows))


def _cards_by_term(items: Sequence[ArchivedCard], label: Callable[[str], str]) -> dict[str, list[int]]:
    """Each term, in the order of browsers, with `number of the card * 8 + place` of the cards that have it."""
    having = defaultdict[str, list[int]](list)
    for number, item in enumerate(items):
        for term, where in card_terms(item, label(item.topic)).items():
            having[term].append(number * 8 + where)
    return dict(sorted(having.items(), key=lambda pair: pair[0].encode("utf-16-be")))


def _facets(item: ArchivedCard, topics: Sequence[str], kinds: Sequence[str]) -> str:
    """Two digits: by which topic and kind the card is chosen; topics past the digits are chosen together."""
    return _DIGITS[min(topics.index(item.topic), len(_DIGITS) - 1)] + _DIGITS[kinds.index(item.kind)]


def _script(place: str, value: Any) -> tuple[str, str]:
    # No end of a script can stand in it, wherever it may be quoted.
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f"search/{place}", f'weeklySearch("{place.removesuffix(".js")}",{text});\n'


def _can_slip(term: str, found: Sequence[int]) -> bool:
    return len(term) in _FROM_BEHIND and term.isascii() and term.isalpha() and any(each % 8 < TEXT for each in found)


def _pieces(rows: Iterable[tuple[Any, Any]]) -> Iterator[tuple[Any, list[Any]]]:
    """*rows*, each behind its key, in pieces of about BYTES, each behind its first key."""
    piece: list[Any] = []
    first, size = None, 0
    for key, row in rows:
        if piece and size > BYTES:
            yield first, piece
            piece, size = [], 0
        first = key if not piece else first
        piece.append(row)
        size += _size([row] if isinstance(row, str) else row)
    if piece:
        yield first, piece


def _size(row: Sequence[str]) -> int:
    return len("".join(row).encode()) + 3 * len(row)


def _row(item: ArchivedCard) -> list[str]:
    """Heading, week, anchor, the title as published, authors, institutions, tags, the beginning of the text."""
    original = "" if set(terms(item.original)) <= set(terms(item.heading)) else item.original
    people, places, tags = ("\n".join(names) for names in (item.authors[:PEOPLE], item.institutions, item.tags))
    return [item.heading, item.issue.week, item.anchor, original, people, places, tags, one_line(item.text, SHOWN)]


def _years(items: Sequence[ArchivedCard]) -> list[tuple[str, int]]:
    """Each year with the number of its first card."""
    firsts: dict[str, int] = {}
    for number, item in enumerate(items):
        firsts.setdefault(item.issue.year, number)
    return list(firsts.items())


def _packed(having: Sequence[int]) -> str:
    """Ascending cards with places, each as what it adds to the card before, five bits to a character."""
    before = chain((0,), (each & -8 for each in having))
    return "".join(map(_NUMBERS.__getitem__, map(sub, having, before)))


class _Numbers(dict[int, str]):
    """Each number as it is written, made when it is first asked for."""

    def __missing__(self, value: int) -> str:
        rest, digit = divmod(value, _MORE)
        self[value] = written = _DIGITS[_MORE + digit] + self[rest] if rest else _DIGITS[digit]
        return written


_NUMBERS = _Numbers()
