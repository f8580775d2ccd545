"""A workspace as a Prefect server knows it: by a name that its deployments, runs, tags and artifacts carry."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from weekly.settings import Settings, load

TAG = "weekly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsletter:
    """A workspace as the server knows it."""

    root: Path
    settings: Settings
    name: str
    """Of its deployments."""

    @property
    def tag(self) -> str:
        """What its runs are marked with."""
        return f"{TAG}:{self.name}"


def newsletter(root: Path) -> Newsletter:
    """The newsletter in the workspace at *root*, named by `[schedule] name` or by its folder."""
    settings = load(root)
    folder = re.sub(r"[^A-Za-z0-9._-]+", "-", root.name).strip("-._")
    return Newsletter(root=root, settings=settings, name=settings.schedule.name or folder or TAG)


def slug(name: str) -> str:
    """A newsletter's *name* as keys of artifacts and names of blocks take it; other names have other slugs."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return plain if plain == name else f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"


def block_name(name: str) -> str:
    """The block with the address that is told of failures of the newsletter *name*."""
    return f"weekly-{slug(name)}"
