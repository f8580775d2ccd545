"""What a text asks its reader to believe, and whether sources hold it: numbers, names, institutions, links, boasts.

Pure functions over text; the drafts, the checks and the review page all ask the same ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from weekly.claims import boasts, institutions, names, numbers
from weekly.select.urls import canonical, find_urls
from weekly.text.latex import readable
from weekly.text.sentences import split

LONGEST = 60_000
"""Characters of the sources that are looked at."""
_COPIED = 0.75
"""A sentence that shares so many of its words with one of the source's is a copy of it, and is held against it."""
_WORD = re.compile(r"[A-Za-z]{2,}")
_SPACE = re.compile(r"\s+")


class About(StrEnum):
    """What kind of claim it is; the names are those of the checks."""

    NUMBER = "numbers"
    NAME = "names"
    INSTITUTION = "institutions"
    LINK = "links"
    BOAST = "boasts"


@dataclass(frozen=True, slots=True)
class Claim:
    """Words of a text that its sources do not hold."""

    about: About
    text: str


class Sources:
    """Source texts, read once, to hold any number of texts against."""

    def __init__(self, texts: Iterable[str], urls: Iterable[str] = ()) -> None:
        """*texts* may be LaTeX; *urls* are addresses that the text may name beside those in *texts*."""
        self.text = "\n".join(map(readable, texts))[:LONGEST]
        self._urls = tuple(urls)

    @cached_property
    def _flat(self) -> str:
        return _plain(self.text)

    @cached_property
    def _sentences(self) -> list[tuple[str, frozenset[str]]]:
        every = [one for line in self.text.split("\n") for one in split(line)]
        return [(one, _words(one)) for one in every]

    @cached_property
    def _numbers(self) -> numbers.Held:
        return numbers.Held(self.text)

    @cached_property
    def _names(self) -> names.Held:
        return names.Held(f"{self.text}\n{' '.join(self._urls)}")

    @cached_property
    def _institutions(self) -> institutions.Held:
        return institutions.Held(self.text)

    @cached_property
    def _links(self) -> frozenset[str]:
        return frozenset(map(canonical, (*find_urls(self.text), *self._urls)))

    def unsupported(self, text: str) -> tuple[Claim, ...]:
        """The claims of *text* that nothing in the sources holds, each once, in no particular order."""
        found: dict[Claim, None] = {}
        for sentence in _sentences(text):
            if _plain(sentence) in self._flat:
                continue
            found.update(dict.fromkeys(self._claims(sentence)))
        return tuple(found)

    def _claims(self, sentence: str) -> Iterator[Claim]:
        bare = sentence
        for url in find_urls(sentence) if "/" in sentence or ".io" in sentence else ():
            bare = bare.replace(url, " ")
            if canonical(url) not in self._links:
                yield Claim(About.LINK, url)
        for mention in institutions.mentions(bare):
            if mention not in self._institutions:
                yield Claim(About.INSTITUTION, mention.text)
            if mention.known:
                bare = bare.replace(mention.text, " ")
        yield from self._wrong_numbers(bare)
        for name in names.names(bare):
            if name not in self._names:
                yield Claim(About.NAME, name)
        for kind, words in boasts.boasts(bare):
            if not boasts.held(kind, self.text):
                yield Claim(About.BOAST, words)

    def _wrong_numbers(self, sentence: str) -> Iterator[Claim]:
        """Numbers that the source does not hold; of a copied sentence, those that its original does not hold."""
        stated = numbers.stated(sentence)
        if not stated:
            return
        words = _words(sentence)
        original = self._original(words)
        held = numbers.Held(original) if original else self._numbers
        for number in stated:
            if number not in held and not (original and self._elsewhere(number, words - _words(original))):
                yield Claim(About.NUMBER, number.text)

    def _original(self, words: frozenset[str]) -> str:
        """The source's sentence that one of *words* was copied from; empty when it was not."""
        if len(words) < 6:  # noqa: PLR2004 - too few to tell a copy
            return ""
        original, its = max(self._sentences, key=lambda one: len(words & one[1]), default=("", frozenset[str]()))
        return original if len(words & its) >= _COPIED * len(words) else ""

    def _elsewhere(self, number: numbers.Number, added: frozenset[str]) -> bool:
        """Whether the words that a copy adds come from another sentence, which holds the number."""
        # Two words are no chance; nor is a fact of few words that all stand there, such as "ICME 2025".
        others = (one for one, its in self._sentences if len(added & its) >= 2 or (its and its <= added))  # noqa: PLR2004
        return any(number in numbers.Held(one) for one in others)


def unsupported(text: str, sources: Sequence[str], urls: Sequence[str] = ()) -> tuple[Claim, ...]:
    """The claims of *text* that *sources* do not hold."""
    return Sources(sources, urls).unsupported(text)


def _sentences(text: str) -> list[str]:
    return [one for line in readable(text).split("\n") for one in split(line)]


def _words(text: str) -> frozenset[str]:
    return frozenset(map(str.lower, _WORD.findall(text)))


def _plain(text: str) -> str:
    """The words alone: Markdown's stars and escapes and the spacing make no difference."""
    return _SPACE.sub(" ", re.sub(r"[*`\\“”\"]", "", text)).strip()
