"""The lists of words that the rules about claims need."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


def words(name: str) -> frozenset[str]:
    """The words of the list called *name* in words.toml."""
    return frozenset(_lists()[name].split())


def table(name: str) -> dict[str, str]:
    """The table called *name* in words.toml."""
    return dict(_lists()[name])


@cache
def _lists() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
