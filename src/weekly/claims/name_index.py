"""Which sentences of the sources hold a name: in another spelling, in parts, by its initials or in full."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate, chain, count
from string import digits

from weekly.claims import abbreviations
from weekly.claims.names import Name
from weekly.claims.words import table, words

_RAISED = re.compile(r"([⁰¹²³⁴-⁹₀-₉]+)")
_TIMES = re.compile(r"[x×](?<=\d.)(?=[A-Z])")
_NUMBERED = re.compile(r"([A-Z]{2,6})-?(\d{1,4})")
_CUT = re.compile(r"@\s?\{?(\w{1,8})")
_VERSION = re.compile(r"[a-z]+(?=v?\d+$)")
_PART = re.compile(r"[A-Za-z0-9]+")
_JOINTS = re.compile(r"[-_&'’·@.]")
_ORDINARY = re.compile(r"[a-z]{3,}$")
"""A part that is no name: LLM-generated, Transformer-based."""
_PLAIN_PART = re.compile(r"[A-Z]?[a-z]*$")
_PLAIN = re.compile(r"[A-Z][a-z]+$")
_GREEK = str.maketrans(
    {sign: unicodedata.name(sign).rsplit(" ", 1)[-1].lower() for sign in "αβγδεζηθικλμνξοπρστυφχψωΓΔΘΛΞΠΣΦΨΩ"}
)
_ENDINGS = re.compile(r"(?:ings?|ed|es|s|e|ations?|ions?)$")
_WORDS = 8
"""Words that an abbreviation stands for at most."""
_KNOWN = words("known")
_SIZES = words("sizes")
_PHRASES = table("phrases")


class NameIndex:
    """The words of sentences, so that a name can be looked up in any spelling: "GPT 4o" holds "GPT-4o"."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self._cuts = {match[1].lower() for one in sentences if "@" in one for match in _CUT.finditer(one)}
        self._rows = [_PART.findall(folded(sentence)) for sentence in sentences]
        parts = " ".join(chain.from_iterable(self._rows)).lower().split()
        self._rows_end = list(accumulate(map(len, self._rows)))
        self._words = parts
        self._versions: dict[str, list[int]] = {}
        for at, part in enumerate(parts):
            if part[-1] in digits and (version := _VERSION.match(part)):
                self._versions.setdefault(version[0], []).append(at)  # YOLO for YOLO11
        self._flat = "".join(parts)
        self._borders = dict(zip(accumulate(map(len, parts), initial=0), count(), strict=False))

    def find(self, name: Name) -> frozenset[int] | None:
        """The sentences that hold *name*, none for a name that needs no source; None when no source does."""
        text = re.sub(r"['’]s$", "", folded(name.text))
        found = self._whole(text)
        if found is None:
            found = self._parts(text)
        return self._full(name) if found is None else found

    def _whole(self, text: str) -> frozenset[int] | None:
        joined = "".join(_PART.findall(text)).lower()
        if joined in _KNOWN or len(joined) < 2:  # noqa: PLR2004 - a letter names nothing by itself
            return frozenset()
        places = (at for form in _forms(joined) for at in (*self._versions.get(form, ()), *self._joined(form)))
        phrase = _PHRASES.get(joined, "").replace(" ", "")
        found = frozenset(map(self._row, places)) or self._long(text) or self._inflected(text)
        return found or frozenset(map(self._row, self._joined(phrase) if phrase else ())) or None

    def _row(self, place: int) -> int:
        return bisect_right(self._rows_end, place)

    def _joined(self, whole: str) -> Iterator[int]:
        """Where a word, or words in a row, written together, are *whole*."""
        at = self._flat.find(whole)
        while at >= 0:
            if at in self._borders and at + len(whole) in self._borders:
                yield self._borders[at]
            at = self._flat.find(whole, at + 1)

    def _parts(self, text: str) -> frozenset[int] | None:
        """The sentences of all the parts of a compound that may name something: LLM of LLM-generated."""
        parts = [part for part in _JOINTS.split(text) if part]
        if "@" in text and self._cuts and parts[-1].lower() not in self._cuts:
            return None  # Recall@7 is not Recall@1
        telling = [part for part in parts if not (_ORDINARY.match(part) and part not in _SIZES)]
        if len(parts) < 2 or (any(map(str.isdigit, text)) and len(telling) > 1 and "@" not in text):  # noqa: PLR2004
            return None
        found = [self._whole(part) for part in telling]
        return None if None in found else frozenset().union(*(one for one in found if one is not None))

    def _long(self, text: str) -> frozenset[int]:
        """The sentences with the words that *text* abbreviates."""
        if (match := _NUMBERED.fullmatch(text)) and match[2] in self._words:
            return self._long(match[1])  # GAW17 for Genetic Analysis Workshop 17
        short = text.removesuffix("s")
        if not abbreviations.is_abbreviation(short):
            return frozenset()
        first = short[0].lower()
        return frozenset(
            at
            for at, row in enumerate(self._rows)
            for start, word in enumerate(row)
            if word[0].lower() == first
            and word.removesuffix("s") != short
            and abbreviations.begins(row[start : start + 12], short)
        )

    def _full(self, name: Name) -> frozenset[int] | None:
        """The sentences with the abbreviation of the words that *name* is one of: SAM for Segment Anything Model."""
        if not all(map(_PLAIN_PART.match, _JOINTS.split(name.text))):
            return None  # LightCCF is no word that L stands for
        words, first, last = name.phrase
        windows = [
            words[start:end]
            for start in range(max(0, last - _WORDS), first + 1)
            for end in range(max(last, start + 2), min(len(words), start + _WORDS) + 1)
        ]
        found = (short for short in self._abbreviations if any(abbreviations.stands_for(short, one) for one in windows))
        return frozenset(at for short in found for at in self._abbreviations[short]) or None

    @cached_property
    def _abbreviations(self) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        for at, row in enumerate(self._rows):
            for word in row:
                if abbreviations.is_abbreviation(short := word.removesuffix("s")):
                    found.setdefault(short, set()).add(at)
        return found

    def _inflected(self, text: str) -> frozenset[int]:
        if not _PLAIN.match(text) or not (stem := _stem(text.lower())):
            return frozenset()
        return frozenset(
            self._row(at) for at, word in enumerate(self._words) if word.startswith(stem) and _stem(word) == stem
        )


def folded(text: str) -> str:
    """*text* with accents and raised figures as plain letters and figures, and Greek letters by name."""
    text = _TIMES.sub(" ", text)
    if text.isascii():
        return text
    bare = unicodedata.normalize("NFKD", _RAISED.sub(r"\1 ", text).translate(_GREEK))
    return "".join(sign for sign in bare if not unicodedata.combining(sign))


def _stem(word: str) -> str:
    ending = _ENDINGS.search(word)
    return word[: ending.start()] if ending and ending.start() > 3 else ""  # noqa: PLR2004 - shorter stems are chance


def _forms(word: str) -> Iterator[str]:
    """The word in the singular and the plural, British and American."""
    yield word
    if word.endswith("s") and len(word) > 2:  # noqa: PLR2004
        yield word[:-1]
    yield word + "s"
    if "is" in word or "iz" in word:
        yield word.replace("isation", "ization").replace("ising", "izing").replace("ised", "ized")
        yield word.replace("ization", "isation").replace("izing", "ising").replace("ized", "ised")
