"""Institutions by the names that they go by: ICL, Imperial and 帝国理工学院 are one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from weekly.claims.words import words

_TABLE = Path(__file__).parent / "institutions.toml"
_CHINESE = re.compile(
    r"(?:(?<=[由与和自于及合据、，。：；\s*（(])|^)(?![由与和及来联自据在])[\u4e00-\u9fff]{2,12}?"
    r"(?:大学|研究院|研究所|研究中心|科学院|实验室|学院|医院|公司|集团|科技(?!术|论|文|界|馆))"
)
_LATIN = re.compile(
    r"(?:University|Institute|Academy|College|Laboratory) (?:of|for) "
    r"(?:[A-Z][\w-]{1,30}(?:(?: and| &|,)? (?=[A-Z]))?){1,5}"
    r"|(?:[A-Z][\w’'.-]{1,30} ){1,4}(?:University|Institute|Academy|College|Laboratory|Laboratories|Labs?)\b"
)
_WORD = re.compile(r"[A-Za-zÀ-ɏ]+")
_JOINING = frozenset("-0123456789_")
_GOES_ON = re.compile(r"[A-Za-z0-9]|-[A-Za-z0-9]")
_GENERIC = words("institutional")


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """One row of the table."""

    en: str
    zh: str

    def label(self, language: str) -> str:
        """Its name for readers of *language*."""
        return self.en if language == "en" else self.zh


@cache
def spellings() -> dict[str, Institution]:
    """Each spelling with its institution."""
    rows = tomllib.loads(_TABLE.read_text(encoding="utf-8"))["institutions"]
    found: dict[str, Institution] = {}
    for row in rows:
        institution = Institution(en=row["en"], zh=row["zh"])
        for name in (row["en"], row["zh"], *row["says"]):
            found.setdefault(name, institution)
    return found


@cache
def _latin() -> dict[str, tuple[str, ...]]:
    """The spellings that begin with a Latin word, by that word, the longest first."""
    by_word: dict[str, list[str]] = {}
    for name in sorted(spellings(), key=len, reverse=True):
        if word := _WORD.match(name):
            by_word.setdefault(word[0], []).append(name)
    return {word: tuple(names) for word, names in by_word.items()}


@cache
def _other() -> re.Pattern[str]:
    """The spellings that begin with another letter, which are Chinese."""
    names = [name for name in sorted(spellings(), key=len, reverse=True) if not _WORD.match(name)]
    return re.compile("|".join(map(re.escape, names)))


@cache
def _owners() -> dict[str, str]:
    owners: dict[str, str] = tomllib.loads(_TABLE.read_text(encoding="utf-8"))["owners"]
    return owners


def owner(login: str) -> Institution | None:
    """The institution whose account on GitHub *login* is; most accounts are people's."""
    named = _owners().get(login.lower())
    return spellings()[named] if named else None


def find(name: str) -> Institution | None:
    """The institution that *name*, as a whole, is a spelling of."""
    return spellings().get(name.strip())


@dataclass(frozen=True, slots=True)
class Mention:
    """An institution in a text; `known` is empty for one that the table does not have."""

    text: str
    known: str


def mentions(text: str) -> list[Mention]:
    """The institutions that *text* names."""
    known, found = spellings(), []
    taken = list(_spans(text))
    for start, end in taken:
        found.append(Mention(text[start:end], known[text[start:end]].en))
    for rule in (_LATIN,) if text.isascii() else (_CHINESE, _LATIN):
        free = (one for one in rule.finditer(text) if not any(a < one.end() and one.start() < b for a, b in taken))
        found += [Mention(one[0], "") for one in free]
    return found


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where spellings of the table stand in *text*: whole words, the longest first."""
    done = 0
    for word in _WORD.finditer(text):
        start = word.start()
        if start < done or (text[start - 1 : start] in _JOINING and start):
            continue
        for name in _latin().get(word[0], ()):
            end = start + len(name)
            if text.startswith(name, start) and not _GOES_ON.match(text, end):
                yield start, end
                done = end
                break
    if not text.isascii():
        for match in _other().finditer(text):
            yield match.span()


class Held:
    """The institutions that sources name."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._folded = text.casefold()
        self._ids = {mention.known for mention in mentions(text) if mention.known}

    def __contains__(self, mention: Mention) -> bool:
        if mention.text in self._text or mention.known in self._ids:
            return True
        if mention.known:
            # "Alibaba" for "AMAP, Alibaba Group": a part of what the source names in full.
            return any(_within(mention.known, name) for name in self._ids)
        words = [word for word in re.findall(r"[^\W\d_]+", mention.text.casefold()) if word not in _GENERIC]
        return bool(words) and mention.text.isascii() and mention.text.casefold() in self._folded


def _within(part: str, whole: str) -> bool:
    stem = part.removesuffix(" Group").removesuffix(" Technology").removesuffix(" AI")
    return re.search(rf"(?<![A-Za-z]){re.escape(stem)}(?![A-Za-z])", whole) is not None
