"""Claims of being first, best, alone or far ahead, open or in use, which a text may make only when its source does."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Boast:
    """A claim and where it stands."""

    kind: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class _BoastWords:
    hint: re.Pattern[str]
    """Plain words without one of which no text makes it: a look for them is twenty times quicker than the rules."""
    says: re.Pattern[str]
    """The words that make it."""
    held: re.Pattern[str]
    """What a source says that makes it as well."""


@cache
def _kinds() -> dict[str, _BoastWords]:
    table = tomllib.loads((Path(__file__).parent / "boasts.toml").read_text(encoding="utf-8"))

    def rule(alternatives: Sequence[str]) -> re.Pattern[str]:
        whole = re.sub(r"\{([a-z]+)\}", lambda match: table["parts"][match[1]], "|".join(alternatives))
        return re.compile(whole, re.IGNORECASE)

    return {
        name: _BoastWords(
            re.compile("|".join(map(re.escape, row["hints"].split()))), rule(row["says"]), rule(row["held"])
        )
        for name, row in table["kinds"].items()
    }


@cache
def _any_hint() -> re.Pattern[str]:
    return re.compile("|".join(sorted({kind.hint.pattern for kind in _kinds().values()})))


def boasts(text: str) -> list[Boast]:
    """What *text* boasts of."""
    if not _any_hint().search(text):
        return []
    return [
        Boast(name, match[0], match.start())
        for name, kind in _kinds().items()
        if kind.hint.search(text)
        for match in kind.says.finditer(text)
    ]


class BoastIndex:
    """The sentences of sources, to be searched for what makes a boast as well."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self._sentences = sentences
        self._found: dict[str, frozenset[int]] = {}

    def find(self, boast: Boast) -> frozenset[int] | None:
        """The sentences that make *boast* too; None when no source does."""
        if boast.kind not in self._found:
            rule = _kinds()[boast.kind].held
            self._found[boast.kind] = frozenset(at for at, one in enumerate(self._sentences) if rule.search(one))
        return self._found[boast.kind] or None
