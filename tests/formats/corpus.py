"""The documents that the forms were learnt from, where they are at hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("WEEKLY_SHARED", Path(__file__).resolve().parents[2].parent / "shared"))
SEEDS = {"digest": ("000", "001"), "collection": ("002",), "topic": ("003",), "handbook": ("004",)}
FOLDERS = {"topic": ("paperdaily",), "collection": ("collection", "collection_history"), "handbook": ("handbook",)}


def paths(name: str) -> list[Path]:
    """The documents of one format; the test is skipped where there are none."""
    found = [path for number in SEEDS[name] for path in SHARED.glob(f"seeds/{number}_*")]
    for folder in FOLDERS.get(name, ()):
        found += sorted((SHARED / "corpus" / folder).glob("*.md"))
    if not found:
        pytest.skip(f"no {name} documents in {SHARED}: set WEEKLY_SHARED")
    return found


def texts(name: str) -> dict[str, str]:
    """The documents of one format by their file names."""
    return {path.name: path.read_bytes().decode() for path in paths(name)}
