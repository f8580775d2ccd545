"""Where things stand in the archive, as paths from its top."""

from __future__ import annotations

import hashlib
import re

from weekly.models import Week

PICTURES = "images"
"""The folder of an issue's pictures, beside its pages."""
_UNSAFE = re.compile(r"[\W_]+")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|index|com\d|lpt\d)")
"""File names that Windows refuses, or that are taken."""


def on_the_web(url: str) -> bool:
    """Whether a link leads to the web, and not into a program or to this machine."""
    return re.match(r"(?i)https?://", url) is not None


def folder(week: Week) -> str:
    """Where an issue stands: `2025/W15`."""
    return f"{week.year:04d}/W{week.number:02d}"


def social(week: str) -> str:
    """The picture that other sites show with a link to the issue of *week*.

    It stands outside of the issue's folder: it is drawn with the fonts of the machine, and so is not the issue's own.
    """
    return f"social/{week}.jpg"


def step(week: str, where: str) -> str:
    """The page that leads from the issue of *week* to the `next` or the `previous` one.

    An issue's page never changes, and the next issue is not known when it is written: this page knows.
    """
    return f"steps/{week}-{where}.html"


def page_path(name: str, where: str) -> str:
    """Where the page *name* of the settings stands: `video` in `collections` is `collections/video.md`."""
    path = name if "/" in name else f"{where}/{name}"
    return path if path.endswith(".md") else f"{path}.md"


def file_name(text: str) -> str:
    """A file name for *text* that every file system takes, the same for the same text.

    Two texts share one only if they differ in case alone: those are one tag.
    """
    folded = text.casefold()
    plain = _UNSAFE.sub("-", folded).strip("-")[:40]
    if plain and plain == folded and not _RESERVED.fullmatch(plain):
        return plain
    return f"{plain}-{hashlib.sha256(folded.encode(errors='replace')).hexdigest()[:8]}".lstrip("-")
