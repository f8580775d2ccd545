"""Latin names in a text of any language, and whether sources hold them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import accumulate

from weekly.claims.words import words

_TOKEN = re.compile(r"[A-Za-z0-9À-ɏ\u0370-\u03ff]+(?:[-_.+/'’&@·][A-Za-z0-9À-ɏ\u0370-\u03ff]+){0,12}\+{0,2}")
_PART = re.compile(r"[A-Za-z0-9À-ɏ\u0370-\u03ff]+")
_SENTENCE_END = re.compile(r"(?:^|[.!?:;。！？：；\n“\"(（\[*]|[-–—])\s*[\"“'(（*]*$")
_CHINESE_AFTER = re.compile(r"[\s*》”\"]{0,3}[\u4e00-\u9fff，、：]")
_ACTS = re.compile(r"[A-Z][a-z]{2,30}[eo]r (?:is|was|has|does|can|uses|achieves|outperforms|enables|supports)\b")
_KNOWN = words("known")
_ENDINGS = re.compile(
    r"(?:ly|ing|ed|tions?|sions?|ments?|ness|ities|ity|ive|ives|ous|ful|less|able|ible|ally|ances?|ences?|isms?|ists?"
    r"|ers?|ors?|ies|ical|ized|ised|ize|ise|ural|ual|ional|ary|ory)$"
)
_OPENERS = words("openers")
_SMALL = words("small")


def names(text: str) -> list[str]:
    """The names in *text*: capitalised or mixed words, but for ordinary words that only begin a sentence."""
    found = []
    for match in _TOKEN.finditer(text):
        word = match[0]
        if _is_name(word, text, match.start()):
            found.append(word)
    return found


def _is_name(word: str, text: str, start: int) -> bool:
    inner = word[1:]
    if any(letter.isupper() for letter in inner) or (
        any(letter.isdigit() for letter in word) and any(letter.isalpha() for letter in word) and not word[0].isdigit()
    ):
        return True
    if not word[0].isupper():
        return False
    if not _SENTENCE_END.search(text, max(0, start - 12), start) and start:
        return True
    if _CHINESE_AFTER.match(text, start + len(word)):
        return True  # no ordinary word begins a Chinese sentence in Latin letters
    if _ACTS.match(text, start):
        return True  # "Whisper is": of an ordinary word there would be "A whisper is"
    plain = word.lower()
    return not (plain in _OPENERS or _ENDINGS.search(plain) or plain.partition("-")[0] in _OPENERS)


class Held:
    """The words of sources, so that a name can be looked up in any spelling: "GPT 4o" holds "GPT-4o"."""

    def __init__(self, text: str) -> None:
        parts = [part.casefold() for part in _PART.findall(text)]
        self._words = frozenset(parts)
        self._flat = "".join(parts)
        ends = list(accumulate(map(len, parts)))
        self._borders = frozenset([0, *ends])
        # No abbreviation counts the small words; they part the words that one may stand for.
        self._initials = "".join(" " if part in _SMALL else part[0] for part in parts)

    def __contains__(self, name: str) -> bool:
        if self._holds(name):
            return True
        parts = [part for part in re.split(r"[-_/&+'’·@]", name) if part]
        return not any(map(str.isdigit, name)) and len(parts) > 1 and all(map(self._holds, parts))

    def _holds(self, name: str) -> bool:
        whole = "".join(_PART.findall(name)).casefold()
        if whole in _KNOWN or not whole:
            return True
        return any(form in self._words or self._spans(form) for form in _forms(whole)) or self._abbreviates(name)

    def _spans(self, whole: str) -> bool:
        """Whether words in a row, written together, are *whole*."""
        at = self._flat.find(whole)
        while at >= 0:
            if at in self._borders and at + len(whole) in self._borders:
                return True
            at = self._flat.find(whole, at + 1)
        return False

    def _abbreviates(self, name: str) -> bool:
        """Whether it is the initials of words in a row, as VLM is of vision-language models."""
        short = name.removesuffix("s")
        return 3 <= len(short) <= 6 and short.isalpha() and short.isupper() and short.casefold() in self._initials  # noqa: PLR2004


def _forms(word: str) -> Iterable[str]:
    """The word in the singular and the plural, British and American."""
    yield word
    if word.endswith("s") and len(word) > 2:  # noqa: PLR2004
        yield word[:-1]
    yield word + "s"
    if "is" in word or "iz" in word:
        yield word.replace("isation", "ization").replace("ising", "izing").replace("ised", "ized")
        yield word.replace("ization", "isation").replace("izing", "ising").replace("ized", "ised")
