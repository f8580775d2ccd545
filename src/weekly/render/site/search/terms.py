"""What a text is found by. `search.js` makes the same terms of a query: both sides change together.

Latin words stand whole, Chinese in overlapping pairs of characters, which need no dictionary
(https://nlp.stanford.edu/IR-book/html/htmledition/tokenization-1.html), and an arXiv id without its version.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from operator import add

from weekly.render.site.issues import ArchivedCard

LONGEST = 24
"""Characters of a word that count."""
PEOPLE = 20
"""Authors of a card that are searched."""
NAME, PERSON, TITLE, TAG, AUTHOR, INSTITUTION, TEXT, TOPIC = range(8)
"""Where a term stands in a card, the most telling place first. PERSON is the whole name of an author."""
_PAIRED = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
"""Scripts without blanks between words."""
_TERM = re.compile(rf"(\d{{4}}\.\d{{4,5}})(?:v\d+)?(?!\d)|([{_PAIRED}]+)|([^\W_{_PAIRED}]+)")
_NUMBER = re.compile(r"\d{4}\.\d{4}")
_WORD = re.compile("[a-z0-9]+")
_ACCENTS = re.compile("[\u0300-\u036f]")
_JOINED = re.compile(r"[A-Za-z0-9]+(?:[-_.+][A-Za-z0-9]+)+")
_HUMP = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+")
_COMMON = frozenset(
    re.findall(
        r"\w+", "a an and are as at be by for from in is it its of on or that the their these this to we which with"
    )
)
"""Words that tell nothing of a text."""


def fold(text: str) -> str:
    """*text* without what nobody types: capitals, accents, full width."""
    if text.isascii():
        return text.lower()
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).lower()
    return unicodedata.normalize("NFKC", plain)


def terms(text: str) -> list[str]:
    """The terms of *text*, in its order."""
    folded = fold(text)
    if folded.isascii() and not _NUMBER.search(folded):  # nothing but Latin words
        return [word[:LONGEST] for word in _WORD.findall(folded)]
    found: list[str] = []
    for number, run, word in _TERM.findall(folded):
        if run:
            found += map(add, run, run[1:]) if run[1:] else run
        else:
            found.append(number or word[:LONGEST])
    return found


@lru_cache(maxsize=20_000)  # authors, institutions and tags come again
def _terms_of(name: str) -> tuple[str, ...]:
    return tuple(terms(name))


def _terms_of_all(names: Iterable[str]) -> Iterator[str]:
    return chain.from_iterable(map(_terms_of, names))


def name_terms(name: str) -> Iterator[str]:
    """Those of a name, and what else it is typed as: `Seaweed-7B` as seaweed7b, `FantasyTalking` as two words."""
    yield from terms(name)
    for joined in _JOINED.findall(name[:200]):
        yield from terms(re.sub("[-_.+]", "", joined))
    for hump in _HUMP.findall(name[:200]):
        if len(hump) > 1:
            yield from terms(hump)


def card_terms(card: ArchivedCard, topic: str) -> dict[str, int]:
    """The terms of *card*, each with the most telling place where it stands; *topic* is what readers call its topic."""
    people = [_terms_of(name) for name in card.authors[:PEOPLE]]
    text = dict.fromkeys(terms(card.text), TEXT)
    for word in _COMMON & text.keys():
        del text[word]
    places = dict.fromkeys(terms(topic), TOPIC) | text  # what is more telling comes later and stays
    for place, found in (
        (INSTITUTION, _terms_of_all(card.institutions)),
        (AUTHOR, chain.from_iterable(people)),
        (TAG, _terms_of_all(card.tags)),
        (TITLE, terms(f"{card.line} {card.original}")),
        (PERSON, (" ".join(name) for name in people if name[1:])),
        (NAME, (number for _, url in card.links for number, _, _ in _TERM.findall(url) if number)),
        (NAME, name_terms(card.name)),
    ):
        places.update(dict.fromkeys(found, place))
    return places
