"""Institutions by the names that they go by: ICL, Imperial and 帝国理工学院 are one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_CHINESE = re.compile(
    r"(?:(?<=[由与和自于及合据、，。：；\s*（(])|^)(?![由与和及来联自据在])"
    r"(?P<name>(?:(?!来自|提出|发布|作者|[由的与和])[\u4e00-\u9fff]){2,12}?)"
    r"(?:(?P<proper>大学(?![科生教习者期位分])|研究院|研究所|研究中心|科学院|学院(?![派式]))"
    r"|(?P<common>实验室|医院|公司|集团|科技(?!术|论|文|界|馆)))"
)
_NO_NAME = re.compile(
    r"某(?!某)|[多各该本这那此数几每其一两三四五六七八九十]|匿名|合成|虚拟|真实|大型|小型|开源|公立|私立|合作|顶尖|顶级|知名|著名"
    r"|当地|地方|国内|国外|不同|相关|主流|自主|智能|自动|本地|商业|综合|高等|研究型|所有|其他|现有|传统|基于|覆盖|包括|用于"
)
_ACTING = re.compile(r"[\s*”》]{0,3}的?(?:团队|研究|科研|提出|发布|推出|联合|共同|合作|旗下|等|与|和|、)")
_BY = re.compile(r"(?:由|来自|联合|自|[bB]y|[fF]rom|[aA]t|[wW]ith)[\s*“]{0,3}$")
_LATIN = re.compile(
    r"(?:University|Institute|Academy|College|Laboratory) (?:of|for) "
    r"(?:[A-Z][\w-]{1,30}(?:(?: and| &|,)? (?=[A-Z]))?){1,5}"
    r"|(?:[A-Z][\w’'.-]{1,30} ){1,4}(?:University|Institute|Academy|College|Laboratory|Laboratories|Labs?)\b"
)
_WORD = re.compile(r"[A-Za-zÀ-ɏ]+")
_JOINING = frozenset("-0123456789_")
_GOES_ON = re.compile(r"[A-Za-z0-9]|-[A-Za-z0-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """One row of the table."""

    en: str
    zh: str

    def label(self, language: str) -> str:
        """Its name for readers of *language*."""
        return self.en if language == "en" else self.zh


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "institutions.toml").read_text(encoding="utf-8"))


@cache
def spellings() -> dict[str, Institution]:
    """Each spelling with its institution."""
    found: dict[str, Institution] = {}
    for row in _table()["institutions"]:
        institution = Institution(en=row["en"], zh=row["zh"])
        for name in filter(None, (row["en"], row["zh"], *row["says"], _short(row["zh"]))):
            found.setdefault(name, institution)
    return found


@cache
def _double() -> frozenset[str]:
    """Spellings that may be other words or names too, and count beside a word of acting: 苹果, 字节, ICL, 南洋理工."""
    return frozenset(_table()["words"]) | {short for row in _table()["institutions"] if (short := _short(row["zh"]))}


def _short(name: str) -> str:
    """A long Chinese name as it is said: 南洋理工 for 南洋理工大学; empty for those that would leave a place's name."""
    short = re.sub(r"(?:大学|学院)$", "", name)
    return short if short != name and len(short) > 3 else ""  # noqa: PLR2004


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


def owner(login: str) -> Institution | None:
    """The institution whose account on GitHub *login* is; most accounts are people's."""
    named = _table()["owners"].get(login.lower())
    return spellings()[named] if named else None


def find(name: str) -> Institution | None:
    """The institution that *name*, as a whole, is a spelling of."""
    return spellings().get(name.strip())


@dataclass(frozen=True, slots=True)
class Mention:
    """An institution in a text; `known` is empty for one that the table does not have."""

    text: str
    known: str
    start: int = 0


def mentions(text: str) -> list[Mention]:
    """The institutions that *text* names, in a list of affiliations for example."""
    known, found = spellings(), []
    taken = list(_spans(text))
    for start, end in taken:
        found.append(Mention(text[start:end], known[text[start:end]].en, start))
    for rule in (_LATIN,) if text.isascii() else (_CHINESE, _LATIN):
        free = (one for one in rule.finditer(text) if not any(a < one.end() and one.start() < b for a, b in taken))
        found += [Mention(one[0], "", one.start()) for one in free]
    return found


def stated(text: str) -> list[Mention]:
    """The institutions that running *text* asks its reader to believe: 高通, not 提高通用性; 某某大学, not 四大学科."""
    return [mention for mention in mentions(text) if _meant(mention, text)]


def _meant(mention: Mention, text: str) -> bool:
    """Whether the words beside a mention leave it an institution."""
    end = mention.start + len(mention.text)
    acting = _ACTING.match(text, end) or _BY.search(text, max(0, mention.start - 10), mention.start)
    if mention.known:
        return bool(acting) or mention.text not in _double()
    chinese = _CHINESE.match(text, mention.start)
    if chinese is None:
        return True
    return not _NO_NAME.match(mention.text) and bool(chinese["proper"] or acting)


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
