"""The files of a newsletter that lives in a repository: its workflows, and what its owner has to know."""

from __future__ import annotations

from pathlib import Path

from weekly import __version__, files

FOLDER = Path(__file__).resolve().parent / "workspace"
_HIDDEN = {"gitignore": ".gitignore", "workflows": ".github/workflows"}


def write_files(directory: Path) -> None:
    """Writes them into *directory*; a file that is there already stays as it is."""
    for path in sorted(FOLDER.rglob("*")):
        first, *rest = path.relative_to(FOLDER).parts
        target = directory.joinpath(_HIDDEN.get(first, first), *rest)
        if path.is_file() and not target.exists():
            files.replace(target, path.read_bytes().replace(b"VERSION", __version__.encode()))
