"""Texts held against sources: what they claim, and which sentence of the sources says so too."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from weekly.claims import boasts, institutions, names, numbers, products
from weekly.claims.boasts import BoastIndex
from weekly.claims.claim import About, Claim, Sentence, Support
from weekly.claims.directions import DirectionIndex
from weekly.claims.exchanges import ExchangeIndex
from weekly.claims.institution_index import InstitutionIndex
from weekly.claims.listing import without_markers
from weekly.claims.name_index import NameIndex
from weekly.claims.number_index import NumberIndex
from weekly.select.urls import canonical, find_urls
from weekly.text.latex import readable
from weekly.text.sentences import split

LONGEST = 60_000
"""Characters of the sources that are looked at."""
_COPIED = 0.75
"""An English sentence that shares so many of its words with one of the source's is a copy, and is held against it."""
_SHARED = 2
"""Words that such a copy shares with another sentence that it took a number from; fewer are chance."""
_BESIDE = 20
"""Characters on either side of a number in which one such word is enough."""
_SHORT = 20
"""Characters under which a sentence is not looked for as it stands: 5% is no copy of 15%."""
_LABEL = 24
"""Characters of a label and its colon before a sentence."""
_WORD = re.compile(r"[A-Za-z]{2,}")
_SPACE = re.compile(r"[^\S\n]{2,}|[^\S\n ]")
_SIGNS = re.compile(r"[*`\\“”\"]")
_BLOCK = re.compile(r"\n\s*\n|\n(?=\s*[-*•#|])")
"""What parts the sources' sentences where no full stop does; a line alone may be the wrapping of a paragraph."""
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Sources:
    """Source texts, read once, to hold any number of texts against."""

    def __init__(self, texts: Iterable[str], urls: Iterable[str] = ()) -> None:
        """*texts* may be LaTeX; *urls* are addresses that the text may name beside those in *texts*."""
        self._texts = list(_bounded(map(readable, texts)))
        self._urls = tuple(urls)
        self._read: dict[str, list[str]] = {}

    @cached_property
    def text(self) -> str:
        """All that was read."""
        return "\n".join(self._texts)

    @cached_property
    def sentences(self) -> list[Sentence]:
        """All sentences, in order, each once."""
        places: dict[str, int] = {}
        for at, text in enumerate(self._texts):
            for one in _sentences(text):
                places.setdefault(one, at)
        return [Sentence(one, at) for one, at in places.items()]

    @cached_property
    def _words(self) -> list[frozenset[str]]:
        return [_words(one.text) for one in self.sentences]

    @cached_property
    def _flat(self) -> str:
        return _plain("\n".join(one.text.replace("\n", " ") for one in self.sentences))

    @cached_property
    def _numbers(self) -> NumberIndex:
        return NumberIndex([one.text for one in self.sentences])

    @cached_property
    def _names(self) -> NameIndex:
        return NameIndex([*(one.text for one in self.sentences), *self._urls])

    @cached_property
    def _institutions(self) -> InstitutionIndex:
        return InstitutionIndex([one.text for one in self.sentences])

    @cached_property
    def _boasts(self) -> BoastIndex:
        return BoastIndex([one.text for one in self.sentences])

    @cached_property
    def _directions(self) -> DirectionIndex:
        return DirectionIndex([one.text for one in self.sentences])

    @cached_property
    def _exchanges(self) -> ExchangeIndex:
        return ExchangeIndex([one.text for one in self.sentences])

    @cached_property
    def _links(self) -> dict[str, frozenset[int]]:
        found: dict[str, set[int]] = {canonical(url): set() for url in self._urls}
        for at, sentence in enumerate(self.sentences):
            for url in find_urls(sentence.text):
                found.setdefault(canonical(url), set()).add(at)
        return {url: frozenset(places) for url, places in found.items()}

    def unsupported(self, text: str) -> tuple[Claim, ...]:
        """The claims of *text* that nothing in the sources holds, each once, in no particular order."""
        said = self._own(text)
        found = (claim for sentence in said for claim, places in self._judged(sentence) if places is None)
        return tuple(dict.fromkeys(found))

    def warnings(self, text: str) -> tuple[Claim, ...]:
        """What *text* may have turned round or exchanged: worth a look, not to be refused."""
        sentences = [_VENUE.sub(" ", one) for one in self._own(text) if _LIST not in one]
        turned = (Claim(About.DIRECTION, words) for one in sentences for words in self._directions.turned(one))
        pairs = (Claim(About.EXCHANGE, f"{one} ↔ {other}") for one, other in self._exchanges.exchanged(sentences))
        return tuple(dict.fromkeys((*turned, *pairs)))

    def support(self, text: str) -> tuple[Support, ...]:
        """Every claim of *text* with the sentences of the sources that hold it."""
        found: dict[Claim, Support] = {}
        for sentence in _said(text):
            judged, copied = list(self._judged(sentence)), self._copied(sentence)
            weight = Counter(place for _, places in judged for place in places or ())
            for claim, places in judged:
                best = sorted(places or (), key=lambda place: (-weight[place], place)) if copied is None else [copied]
                found.setdefault(
                    claim, Support(claim, bool(best) or places is not None, tuple(map(self._sentence, best)))
                )
        return tuple(found.values())

    def _own(self, text: str) -> list[str]:
        """The sentences of *text* that are not copied from the sources as they are; the label before one that is."""
        if text not in self._read:
            self._read[text] = [own for one in _said(text) if (own := self._without_copy(one))]
        return self._read[text]

    def _without_copy(self, sentence: str) -> str:
        if self._copied(sentence) is not None:
            return ""
        label, _, rest = sentence[:_LABEL].partition(": ")
        return label if rest and self._copied(sentence[len(label) + 2 :]) is not None else sentence

    def _copied(self, sentence: str) -> int | None:
        """Which sentence of the sources *sentence* stands in as it is."""
        plain = _plain(sentence)
        at = self._flat.find(plain) if len(plain) >= _SHORT else -1
        return self._flat.count("\n", 0, at) if at >= 0 else None

    def _judged(self, sentence: str) -> Iterator[tuple[Claim, frozenset[int] | None]]:
        """The claims of *sentence*, each with the sentences of the sources that hold it; None when none does."""
        bare = sentence
        for url in find_urls(sentence) if "/" in sentence or ".io" in sentence else ():
            bare = bare.replace(url, " " * len(url))
            yield Claim(About.LINK, url), self._links.get(canonical(url))
        for mention in institutions.stated(bare):
            yield Claim(About.INSTITUTION, mention.text), self._institutions.find(mention)
            if mention.known:
                bare = _blanked(bare, mention.start, mention.text)
        for product in products.products(bare):
            yield Claim(About.NAME, product.text), self._product(product)
        named = names.names(bare)
        for number in numbers.stated(bare, [(name.start, name.end) for name in named]):
            yield Claim(About.NUMBER, number.text), self._number(number, sentence)
        for name in named:
            yield Claim(About.NAME, name.text), self._names.find(name)
        for boast in boasts.boasts(bare):
            yield Claim(About.BOAST, boast.text), self._boasts.find(boast)

    def _product(self, product: products.Product) -> frozenset[int] | None:
        found = {at for at, one in enumerate(self.sentences) if product.text in one.text}
        for spelling in products.spellings(product):
            found |= self._names.find(names.Name(spelling, 0, spelling)) or frozenset()
        return frozenset(found) or None

    def _number(self, number: numbers.Number, sentence: str) -> frozenset[int] | None:
        """Where the number of *sentence* stands; of a copied sentence, only where its original has it."""
        places = self._numbers.find(number)
        if places is None or _CHINESE.search(sentence):
            return places
        words = _words(sentence)
        original = self._original(words)
        if original is None or original in places:
            return places
        # The words that a copy adds may come from another sentence, which holds the number.
        added = words - self._words[original]
        near = added & _words(sentence[max(0, number.start - _BESIDE) : number.start + len(number.text) + _BESIDE])
        others = {at for at in places if len(added & self._words[at]) >= _SHARED or near & self._words[at]}
        return frozenset(others) or None

    def _original(self, words: frozenset[str]) -> int | None:
        """The sentence of the sources that one of *words* was copied from."""
        if len(words) < 6:  # noqa: PLR2004 - too few to tell a copy
            return None
        shared = [len(words & its) for its in self._words]
        most = max(shared, default=0)
        return shared.index(most) if most >= _COPIED * len(words) else None

    def _sentence(self, place: int) -> Sentence:
        return self.sentences[place]


def unsupported(text: str, sources: Sequence[str], urls: Sequence[str] = ()) -> tuple[Claim, ...]:
    """The claims of *text* that *sources* do not hold."""
    return Sources(sources, urls).unsupported(text)


def warnings(text: str, sources: Sequence[str]) -> tuple[Claim, ...]:
    """What *text* may have turned round or exchanged of what *sources* say."""
    return Sources(sources).warnings(text)


_LIST = " · "
"""Between facts that stand side by side, which say nothing of each other."""
_VENUE = re.compile(r"[（(][A-Z][\w.-]{1,20}'?\s?(?:19|20)?\d\d[)）]")
"""Where a work appeared, which says nothing of what stands beside it."""


def _bounded(texts: Iterable[str]) -> Iterator[str]:
    left = LONGEST
    for text in texts:
        yield text[:left]
        left -= min(left, len(text))


def _sentences(text: str) -> list[str]:
    return [one for block in _BLOCK.split(text) for one in split(block)]


def _said(text: str) -> list[str]:
    """The sentences of a text that is held against sources."""
    return [one for line in without_markers(readable(text)).split("\n") for one in split(line)]


def _blanked(text: str, start: int, part: str) -> str:
    return text[:start] + " " * len(part) + text[start + len(part) :]


def _words(text: str) -> frozenset[str]:
    return frozenset(map(str.lower, _WORD.findall(text)))


def _plain(text: str) -> str:
    """The words alone: Markdown's stars and escapes and the spacing make no difference."""
    return _SPACE.sub(" ", _SIGNS.sub("", text)).strip()
