"""The archive on disk: an issue's folder appears whole or not at all; index and feed follow from the folders."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment

from weekly.errors import StageError, WorkspaceError
from weekly.settings import Settings

CONTENT = "issue.json"
CORRECTIONS = "errata.json"
"""What was corrected in an issue later, beside it."""


class Archive:
    """The folder `archive/` of a workspace."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def refuse_foreign(self, place: str, content: bytes) -> None:
        """Raises StageError when *place* already holds an issue with other content: what is published stays."""
        present = self.root / place / CONTENT
        if present.exists() and present.read_bytes() != content:
            raise StageError(f"{present.parent} already holds another issue: move it away or import it first")

    def place(self, place: str, files: Mapping[str, bytes], pictures: Mapping[str, Path]) -> dict[str, str]:
        """Puts an issue into the folder *place* and returns the SHA-256 of each of its files.

        *pictures* maps a file name inside the folder to where the picture is now. A folder that is there is left as
        it is: it was moved into place whole.
        """
        target = self.root / place
        if not target.exists():
            try:
                self._build(target, files, pictures)
            except OSError as error:
                raise WorkspaceError(f"{error.filename or target}: cannot be written: {error.strerror}") from error
        return hashes(target)

    def _build(self, target: Path, files: Mapping[str, bytes], pictures: Mapping[str, Path]) -> None:
        staging = target.with_name(f".{target.name}.{os.getpid()}")
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        for name, data in files.items():
            (staging / name).write_bytes(data)
        for name, source in pictures.items():
            (staging / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(source, staging / name)
        try:
            staging.rename(target)
        except OSError:
            if not target.exists():
                raise
            shutil.rmtree(staging)  # another process was quicker with the same content

    def read(self, name: str) -> str:
        """The text of the file *name*, empty when it is not there."""
        try:
            return (self.root / name).read_bytes().decode()
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            raise WorkspaceError(f"{self.root / name}: cannot be read: {error}") from error

    def write(self, name: str, text: str) -> None:
        """Puts *text* in the place of the file *name* at once; a file that says so already is not touched."""
        target = self.root / name
        data = text.encode()
        try:
            if target.exists() and target.read_bytes() == data:
                return
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f".{target.name}.{os.getpid()}")
            part.write_bytes(data)
            part.replace(target)
        except OSError as error:
            raise WorkspaceError(f"{target}: cannot be written: {error.strerror}") from error

    def issues(self) -> list[dict[str, Any]]:
        """The content of every issue in the archive, newest first, with its `errata`."""
        found = sorted(self.root.glob(f"[0-9][0-9][0-9][0-9]/W[0-9][0-9]/{CONTENT}"), reverse=True)
        return [{**json.loads(path.read_text(encoding="utf-8")), "errata": corrections(path.parent)} for path in found]

    def refresh(self, settings: Settings, templates: Environment) -> None:
        """Writes index.html, README.md and feed.xml anew from the issues that are there."""
        issues = [_summary(issue) for issue in self.issues()]
        moments = [moment for one in issues for moment in (one["published"], *(each["at"] for each in one["errata"]))]
        scene = {"newsletter": settings.newsletter, "issues": issues, "language": settings.newsletter.language}
        scene["updated"] = max(moments, default=None)
        self.write("index.html", templates.get_template("site/index.html.j2").render(scene))
        self.write("README.md", templates.get_template("site/README.md.j2").render(scene))
        self.write("feed.xml", templates.get_template("site/feed.xml.j2").render(scene))


def corrections(folder: Path) -> list[dict[str, Any]]:
    """What was corrected in the issue in *folder*, oldest first; nothing where its file cannot be read."""
    try:
        found = json.loads((folder / CORRECTIONS).read_text(encoding="utf-8"))
        return [{**one, "at": datetime.fromisoformat(one["at"])} for one in found["errata"]]
    except (OSError, ValueError, LookupError, TypeError):
        return []  # 'weekly archive verify' says so


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below *folder*, by its path inside."""
    files: Sequence[Path] = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _summary(issue: Mapping[str, Any]) -> dict[str, Any]:
    year, _, number = str(issue["week"]).partition("-")
    return {**issue, "folder": f"{year}/{number}", "published": datetime.fromisoformat(issue["published_at"])}
