"""What a name is to its sentence: the one that is proposed, or the short form of the words before it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum

_PROPOSING = re.compile(r"(?:提出|推出|引入|介绍|构建|发布|名为|称为)[\u4e00-\u9fff]{0,6}[\s“*]{0,3}$")
_IS = re.compile(r"\s?[是为](?:首个|一)")
_PROPOSAL = re.compile(
    r"(?:propos|introduc|present|nam|call|dub|term|releas|develop)\w* (?:(?:an?|the|our) )?(?:[\w-]+ ){0,3}$"
)
_NAMED = re.compile(r":|,? (?:is )?(?:an?|the first) ")


class NameRole(Enum):
    """The roles in which one name is rarely taken for another."""

    PROPOSED = "proposed"
    """提出 X, X 是一种; we propose X; X: the title."""
    SHORT = "short"
    """The words (X)."""


def role(sentence: str, start: int, end: int) -> NameRole | None:
    """The role of the name from *start* to *end* in a Chinese *sentence*."""
    if _PROPOSING.search(sentence, max(0, start - 12), start) or _IS.match(sentence, end):
        return NameRole.PROPOSED
    alone = sentence[:start].endswith(("(", "（")) and sentence.startswith((")", "）"), end)
    return NameRole.SHORT if alone else None


def has_role(name: str, what: NameRole, places: Iterable[tuple[str, int]]) -> bool:
    """Whether *name* has that role at one of its *places*, each an English sentence in lower case and where in it."""
    return any(
        _proposed(row, start, name) if what is NameRole.PROPOSED else f"({name})" in row for row, start in places
    )


def _proposed(row: str, start: int, name: str) -> bool:
    return bool(_PROPOSAL.search(row, max(0, start - 60), start) or _NAMED.match(row, start + len(name)))
