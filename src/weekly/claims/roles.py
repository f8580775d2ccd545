"""What a name is to its sentence: what is proposed, a short form, what is measured, or what it is measured on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from enum import Enum

from weekly.claims.words import words

_PROPOSING = re.compile(r"(?:提出|推出|引入|介绍|构建|发布|名为|称为)[\u4e00-\u9fff]{0,6}[\s“*]{0,3}$")
_BRINGING_IN = ("引入", "介绍", "构建", "发布")
"""Verbs of proposing that take techniques as well as new works."""
_USING = re.compile(r"(?:基于|使用|利用|采用|借助|针对|面向|用于|结合)[\s“*]{0,3}$")
_USED = re.compile(
    r"\b(?:us(?:e|es|ed|ing)|leverag\w+|based on|via|employ\w*|built (?:up)?on|with|through|by|adopt\w*|utiliz\w+)"
    r" (?:(?:an?|the) )?(?:[\w-]+ )?$"
)
_BASED = re.compile(r"-(?:based|driven|powered|guided|enabled|generated|style)\b")
_IS = re.compile(r"\s?[是为](?:首个|一)")
_SUBJECT = re.compile(
    r"\s?(?:框架|方法|模型|系统)?(?:通过|采用|结合|利用|引入|包含|包括|由(?!于)|将|旨在|能够?|首先|的核心|实现|集成)"
)
"""What a sentence goes on with whose first word is the work."""
_PROPOSAL = re.compile(
    r"(?:propos|introduc|present|nam|call|dub|term|releas|develop)\w* (?:(?:an?|the|our) )?(?:[\w-]+ ){0,3}$"
)
_NAMED = re.compile(r":|,? (?:is )?(?:an?|the first) ")
_NAME = r"[A-Za-z][\w.+’'-]*(?: [\w.+’'-]+)?"
_ON = re.compile(
    rf"\s?(?:(?:[、，,和与及]|以及)\s?{_NAME}\s?){{0,6}}等?[两三四五六七八九十\d]{{0,2}}[个种项大]?"
    r"(?:[\u4e00-\u9fff]{0,4}(?:数据集|基准|测试集|语料库)|上(?![述文升])|数据(?!增强|驱动|生成|合成))"
)
_SET = re.compile(
    r"(?: [\w-]+){0,2} (?:data ?sets?|benchmarks?|corpus|corpora|leaderboard|challenge|test set|suite)\b"
    rf"|(?:, (?:and )?| and ){_NAME}(?:(?:, (?:and )?| and ){_NAME}){{0,4}} (?:data ?sets?|benchmarks?|corpora)"
)
_SETS = re.compile(
    rf"(?:\b(?:on|across)(?: the)? |(?:data ?sets?|benchmarks?)(?: \(|: | ))(?:{_NAME},? (?:and )?){{0,4}}$"
)
_OF = re.compile(r"\s?(?:指标|得分|分数|评分|值(?!得))")
_AFTER_FIGURE = re.compile(r"\d%?\s?的?\s?$")
_SCORE = re.compile(r" (?:of|by|from|to|at|=) \d|[ -](?:scores?|improvements?|gains?|metrics?|values?)\b")
_FIGURE = re.compile(
    r"\d\s?%?\s?(?:points? |improvement |gain |increase |reduction |higher |lower )?(?:in |of )?(?:the )?$"
)
_LATIN_BEFORE = re.compile(r"[A-Za-z][\d.]* $")
_GENERIC, _MEASURES = words("generic"), words("measures")


class NameRole(Enum):
    """The roles in which one name is rarely taken for another."""

    PROPOSED = "proposed"
    """提出 X, X 是一种; we propose X; X: the title."""
    SHORT = "short"
    """The words (X)."""
    DATA = "data"
    """在 X 数据集上; on X, the X benchmark."""
    MEASURE = "measure"
    """X 指标, 提升 4.6 X; an X of 4.6."""
    USED = "used"
    """基于 X, 使用 X; X-based, using X."""


def role(sentence: str, start: int, end: int) -> NameRole | None:
    """The role of the name from *start* to *end* in a Chinese *sentence*."""
    if _USING.search(sentence, max(0, start - 6), start):
        return NameRole.USED
    if _is_proposed(sentence, start, end):
        return NameRole.PROPOSED
    if sentence[:start].endswith(("(", "（")) and sentence.startswith((")", "）"), end):
        return NameRole.SHORT
    if _LATIN_BEFORE.search(sentence, max(0, start - 6), start):
        return None  # the end of a name of several words
    if _OF.match(sentence, end) or _AFTER_FIGURE.search(sentence, max(0, start - 6), start):
        return NameRole.MEASURE
    return NameRole.DATA if _ON.match(sentence, end) else None


def _is_proposed(sentence: str, start: int, end: int) -> bool:
    proposing = _PROPOSING.search(sentence, max(0, start - 12), start)
    generic = sentence[start:end].lower() in _GENERIC
    if (proposing and not (generic and proposing[0].startswith(_BRINGING_IN))) or _IS.match(sentence, end):
        return True
    return not sentence[:start].strip(" *“") and bool(_SUBJECT.match(sentence, end))


def fits(name: str, what: NameRole, places: Collection[tuple[str, int]]) -> int:
    """1 where *name* has that role at one of its *places*, each an English sentence in lower case and where in it.

    -1 where it is known to be of another kind: a measure, a data set, or what everybody's works are about.
    """
    if has_role(name, what, places):
        return 1
    if what is NameRole.SHORT:
        return 0
    if what is NameRole.USED:
        return 1 if name in _GENERIC else -1 if has_role(name, NameRole.PROPOSED, places) else 0
    others = {NameRole.DATA, NameRole.MEASURE} - {what}
    generic = name in _GENERIC and what is not NameRole.DATA  # methods are compared on models too
    return -1 if generic or any(has_role(name, one, places) for one in others) else 0


def has_role(name: str, what: NameRole, places: Iterable[tuple[str, int]]) -> bool:
    """Whether *name* has that role at one of its *places*."""
    if what is NameRole.MEASURE and name in _MEASURES:
        return True
    if what in _OWN and (name in _GENERIC or name in _MEASURES):
        return False
    return any(_RULES[what](row, start, start + len(name)) for row, start in places)


def _proposed(row: str, start: int, end: int) -> bool:
    return bool(_PROPOSAL.search(row, max(0, start - 60), start) or _NAMED.match(row, end))


def _short(row: str, start: int, end: int) -> bool:
    return row[:start].endswith("(") and row.startswith(")", end)


def _data(row: str, start: int, end: int) -> bool:
    return bool(_SET.match(row, end) or _SETS.search(row, max(0, start - 80), start))


def _used(row: str, start: int, end: int) -> bool:
    return bool(_BASED.match(row, end) or _USED.search(row, max(0, start - 40), start))


def _measure(row: str, start: int, end: int) -> bool:
    return bool(_SCORE.match(row, end) or _FIGURE.search(row, max(0, start - 24), start))


_OWN = {NameRole.PROPOSED, NameRole.DATA, NameRole.MEASURE}
"""The roles that a name has of its own, which no word of the field has."""
_RULES = {
    NameRole.PROPOSED: _proposed,
    NameRole.SHORT: _short,
    NameRole.DATA: _data,
    NameRole.MEASURE: _measure,
    NameRole.USED: _used,
}
