"""Parts of the site, each with a key of what it is made of: what has not changed is not made again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

File = tuple[str, str | bytes]
"""A path from the archive's top, and what belongs there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePart:
    """A page, a feed, or a folder of files that follow from the issues together."""

    place: str
    """The path of its only file; or of its folder, which holds nothing else and ends with a stroke."""
    key: str
    """Another one as soon as anything is another that its files show."""
    files: Callable[[], Iterable[File]]
    """Makes them."""


def fingerprint(*values: Any) -> str:
    """The same for the same *values*: text, numbers, lists and mappings of them, and whatever has a `digest`."""
    words: list[str] = []
    _add_words(values, words)
    return hashlib.sha256("\0".join(words).encode(errors="replace")).hexdigest()[:16]


def _add_words(value: Any, words: list[str]) -> None:
    if isinstance(value, str):
        words.append(repr(value))
    elif isinstance(value, list | tuple):
        words.append(f"[{len(value)}")
        for each in value:
            _add_words(each, words)
    elif (digest := getattr(value, "digest", None)) is not None:  # before mappings: what is none takes long to tell
        words.append(digest)
    elif isinstance(value, Mapping):
        _add_words(list(value.items()), words)
    else:
        words.append(repr(value))
