"""The owner's copies of templates, and what the package has changed since each was made.

Beside a copy, under `templates/.origin`, stands what it was copied from: its owner's changes and those of a later
version can be told apart.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from weekly import files
from weekly.errors import WorkspaceError, did_you_mean
from weekly.render.environment import PACKAGED

ORIGIN = ".origin"


class CopyState(StrEnum):
    """How a copy stands to the package's template of its name."""

    CURRENT = "current"
    """Made from what the package has now."""
    BEHIND = "behind"
    """The package's has changed since."""
    UNSTAMPED = "unstamped"
    """It differs from the package's, and nobody knows what it was made from."""
    NEEDLESS = "needless"
    """It is the package's, word for word, and will not follow when that changes."""
    UNKNOWN = "unknown"
    """The package has no template of this name (any more): only other copies may use it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateCopy:
    """A template in the owner's folder."""

    name: str
    state: CopyState
    diff: str
    """What the package changed since the copy was made, as a unified diff; of an unstamped one, how the two differ."""


def copies(folder: Path) -> Iterator[TemplateCopy]:
    """The copies in the owner's *folder*, by name."""
    for path in sorted(folder.rglob("*.j2")):
        name = path.relative_to(folder).as_posix()
        if not name.startswith(f"{ORIGIN}/"):
            yield _compare(folder, name)


def _compare(folder: Path, name: str) -> TemplateCopy:
    copy, packaged, origin = (_text(place / name) for place in (folder, PACKAGED, folder / ORIGIN))
    if packaged is None:
        return TemplateCopy(name=name, state=CopyState.UNKNOWN, diff="")
    if origin is None:
        state = CopyState.NEEDLESS if copy == packaged else CopyState.UNSTAMPED
        return TemplateCopy(name=name, state=state, diff=_diff(name, copy or "", packaged))
    state = CopyState.CURRENT if origin == packaged else CopyState.BEHIND
    return TemplateCopy(name=name, state=state, diff=_diff(name, origin, packaged))


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise WorkspaceError(f"{path}: cannot be read: {error}: mend or delete it") from error


def _diff(name: str, old: str, new: str) -> str:
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), f"yours/{name}", f"weekly/{name}", lineterm="")
    return "\n".join(lines)


def copy_template(folder: Path, name: str, *, keep: bool = False) -> Path:
    """Copies the package's template *name* into the owner's *folder*, with a stamp, and returns where it is.

    With *keep* a copy that is there stays as it is, and only its stamp follows: its owner has looked at what changed.
    Raises WorkspaceError for a name that the package does not have, and for a copy that would be overwritten.
    """
    text = _text(PACKAGED / name) if name.endswith(".j2") and ".." not in Path(name).parts else None
    if text is None:
        known = [path.relative_to(PACKAGED).as_posix() for path in PACKAGED.rglob("*.j2")]
        raise WorkspaceError(f"{name!r}: no template{did_you_mean(name, known)}; docs/templates.md names them all")
    if (folder / name).exists() is not keep:
        mend = "there is no copy to keep: leave --keep away" if keep else "delete it first, or --keep it"
        raise WorkspaceError(f"{folder / name}: {mend}")
    for place in (folder / ORIGIN,) if keep else (folder / ORIGIN, folder):
        files.replace(place / name, text.encode())
    return folder / name
