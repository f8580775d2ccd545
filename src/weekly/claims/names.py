"""Latin names in a text of any language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from weekly.claims.words import words

_LETTER = "A-Za-z0-9À-ÖØ-öø-ɏ\u0370-\u03ff⁰¹²³⁴-⁹ⁱⁿ₀-₉"
_TOKEN = re.compile(rf"[{_LETTER}]+(?:[-_.'’&@·][{_LETTER}]+){{0,12}}\+{{0,2}}")
_MEASURE = re.compile(r"\d[\d.,]*[A-Za-z]{0,3}(?:-\d[\d.,]*[A-Za-z]{0,3})?(?:-[a-z]+){0,3}$")
"""7B, 5-shot, 1.5B-70B: numbers, which are looked up as such."""
_SENTENCE_END = re.compile(r"(?:^|[.!?:;。！？：；\n“\"()（）\[*/]|[-–—•])\s*[\"“'(（*]*$")
_CHINESE_AFTER = re.compile(r"[\s*》”\"]{0,3}[\u4e00-\u9fff，、：]")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_ACTS = re.compile(
    r"[A-Z][a-z]+(?:['’]s\b| (?:is|was|has|does|can|uses|achieves|outperforms|enables|supports|beats|surpasses|reaches"
    r"|builds|leads|wins|runs|scores|remains|shows|improves|delivers|attains|exceeds|matches|lags)\b|, an? )"
)
_ENDINGS = re.compile(
    r"(?:ly|ing|ed|tions?|sions?|ments?|ness|ities|ity|ive|ives|ous|ful|less|able|ible|ally|ances?|ences?|isms?|ists?"
    r"|ies|ical|ized|ised|ize|ise|ural|ual|ional|ary|ory)$"
)
_WORD = re.compile(r"[A-Za-z]+")
_WORDS_BEFORE = re.compile(r"(?:[A-Za-z]{1,20}[ -]){1,7}$")
_WORDS_AFTER = re.compile(r"(?:[ -][A-Za-z]{1,20}){1,7}")
_OPENERS = words("openers")
_PRODUCTS = words("products")


@dataclass(frozen=True, slots=True)
class Name:
    """A name and where it stands."""

    text: str
    start: int
    sentence: str
    """The text that it stands in."""

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)

    @property
    def phrase(self) -> tuple[list[str], int, int]:
        """The Latin words around it, and which of them are its own: from the one number to before the other."""
        before = _WORDS_BEFORE.search(self.sentence, max(0, self.start - 80), self.start)
        after = _WORDS_AFTER.match(self.sentence, self.end, self.end + 80)
        parts = [_WORD.findall(part) for part in (before[0] if before else "", self.text, after[0] if after else "")]
        return [*parts[0], *parts[1], *parts[2]], len(parts[0]), len(parts[0]) + len(parts[1])


@lru_cache(maxsize=64)
def names(text: str) -> tuple[Name, ...]:
    """The names in *text*: capitalised or mixed words, but for ordinary words that only begin a sentence.

    Kept a while: several rules ask for those of one text.
    """
    return tuple(
        Name(match[0], match.start(), text)
        for match in _TOKEN.finditer(text)
        if _is_name(match[0], text, match.start())
    )


def _is_name(word: str, text: str, start: int) -> bool:
    if len(word) < 2 or _MEASURE.match(word):  # noqa: PLR2004 - a letter names nothing by itself
        return False
    if any(map(str.isupper, word[1:])) or (word[0].isalpha() and any(map(str.isdigit, word))):
        return True
    return word[0].isupper() and (_inside(text, start) or _opens(word, text, start))


def _inside(text: str, start: int) -> bool:
    """Whether a capital at *start* stands within a sentence, where only names have one."""
    return not _SENTENCE_END.search(text, max(0, start - 12), start)


def _opens(word: str, text: str, start: int) -> bool:
    """Whether a capitalised word that begins a sentence is a name all the same."""
    if _CHINESE_AFTER.match(text, start + len(word)):
        return True  # no ordinary word begins a Chinese sentence in Latin letters
    plain = word.lower()
    if word == text.strip():
        return plain not in _OPENERS  # no sentence at all: a tag, say
    if plain in _PRODUCTS or (plain not in _OPENERS and _CHINESE.search(text)):
        return True
    # "Whisper is": of an ordinary word there would be "A whisper is"; "Proposes a loss" has no subject at all.
    return bool(_ACTS.match(text, start)) and not (plain in _OPENERS or _ENDINGS.search(plain))
