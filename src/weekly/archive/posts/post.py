from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from weekly.sources.dates import parse_date

_NAMED_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_./年]?(0[1-9]|1[0-2])[-_./月]?([0-2]\d|3[01])(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierPost:
    """One text that was published elsewhere."""

    text: str
    html: bool = False
    """Whether the text is HTML; else it is Markdown, of which plain text is a kind."""
    title: str = ""
    at: datetime | None = None
    """When it was published; None where nothing says so."""
    published: bool = True
    """False for drafts, which announced nothing."""


def date_in_name(name: str) -> datetime | None:
    """The day that a file's name begins or ends with, as Jekyll has it, or that its folders make: `2025/04/12`."""
    path = PurePath(name)
    match = _NAMED_DAY.search(path.name) or _NAMED_DAY.search(path.parent.as_posix())
    return parse_date("-".join(match.groups())) if match else None
