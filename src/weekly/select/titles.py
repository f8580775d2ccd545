"""Titles as identity keys, for entries that have no address in common."""

from __future__ import annotations

import re
import unicodedata

_ENOUGH = 20
"""Letters and digits; a shorter title is too likely to be somebody else's as well."""


def title_key(title: str) -> str:
    """`title:…` for a title long enough to tell works apart, else empty; case, marks and blanks do not count."""
    plain = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", title).casefold())
    return f"title:{plain[:150]}" if len(plain) >= _ENOUGH else ""
