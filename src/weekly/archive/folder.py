"""The archive on disk: an issue's folder appears whole or not at all; all other pages follow from the folders."""

from __future__ import annotations

import gc
import hashlib
import json
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment

from weekly.archive import manifest
from weekly.errors import StageError, WorkspaceError
from weekly.files import is_part, replace, replace_unchanged, replacing
from weekly.render.paths import page_path, social
from weekly.render.site.evergreen import CollectionPage, DepthPage, HandbookPage
from weekly.render.site.issues import ArchivedIssue, IssueIndex
from weekly.render.site.pages import Site
from weekly.render.site.parts import SitePart
from weekly.render.site.social import draw
from weekly.settings import Settings
from weekly.signing import Signer

CONTENT = "issue.json"
CORRECTIONS = "errata.json"
"""What was corrected in an issue later, beside it."""
_TAKEN = {"index", "README"}
"""Names of Markdown files that are no evergreen pages."""


@contextmanager
def _without_collector() -> Iterator[None]:
    """Python looks for no cycles meanwhile: an archive leaves few, and is looked through again and again for them.

    https://docs.python.org/3/library/gc.html#gc.disable
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class Archive:
    """The folder `archive/` of a workspace."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._index: IssueIndex | None = None
        self._known: dict[str, str] = {}
        self._keys: dict[str, str] = {}
        self._written: dict[str, str] = {}
        self._removed: set[str] = set()

    def refuse_foreign(self, place: str, content: bytes) -> None:
        """Raises StageError when *place* holds another issue, or anything that is none: what is there stays."""
        folder = self.root / place
        present = folder / CONTENT
        if present.is_file() and present.read_bytes() != content:
            raise StageError(f"{folder} already holds another issue: move it away or import it first")
        if not present.is_file() and _holds_anything(folder):
            raise StageError(f"{folder} holds something that is no issue: move it away, then publish again")

    def place(
        self,
        place: str,
        files: Mapping[str, bytes],
        pictures: Mapping[str, Path],
        describe: Callable[[Mapping[str, str]], bytes],
    ) -> dict[str, str]:
        """Puts an issue into the folder *place* and returns the SHA-256 of each of its files.

        *pictures* maps a file name inside the folder to where the picture is now; *describe* makes the manifest of the
        hashes. An issue that is there is left as it is: it was moved into place whole. Raises StageError for a folder
        that holds something else.
        """
        target = self.root / place
        if not (target / CONTENT).is_file():
            self.refuse_foreign(place, files[CONTENT])
            try:
                _build(target, files, pictures, describe)
            except WorkspaceError:
                if not (target / CONTENT).is_file():
                    raise  # else another process was quicker with the same content
        return hashes(target)

    def read(self, name: str) -> str:
        """The text of the file *name*, empty when it is not there."""
        return self.find(name) or ""

    def find(self, name: str) -> str | None:
        """The text of the file *name*, None when it is not there."""
        try:
            return (self.root / name).read_bytes().decode()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise WorkspaceError(f"{self.root / name}: cannot be read: {error}") from error

    def write(self, name: str, text: str | bytes) -> None:
        """Puts *text* in the place of the file *name* at once; a file that says so already is not touched."""
        data = text.encode(errors="replace") if isinstance(text, str) else text
        self._put(name, data)
        self._written[name] = hashlib.sha256(data).hexdigest()

    def write_unchanged(self, name: str, before: str | None, text: str) -> bool:
        """Puts *text* in the place of *before*, None for no file; False, and nothing is written, where it was saved.

        For the pages that their owner edits too, which no manifest holds.
        """
        stood = None if before is None else before.encode()
        return replace_unchanged(self.root / name, stood, text.encode(errors="replace"))

    def _put(self, name: str, data: bytes) -> None:
        replace(self.root / name, data)

    def recall(self, signer: Signer) -> None:
        """Reads what the manifest says of the pages that were written: those that follow from the same are left."""
        said, seal = manifest.read(signer, self.root)
        if seal is manifest.Seal.SIGNED:
            self._known, self._keys = said.get("pages", {}), said.get("keys", {})

    @_without_collector()
    def seal(self, signer: Signer) -> None:
        """Signs the pages that were written, as they stand now, into the archive's manifest."""
        known, seal = manifest.read(signer, self.root)
        pages = known.get("pages", {}) if seal is not manifest.Seal.FOREIGN else {}
        pages = {name: digest for name, digest in pages.items() if name not in self._removed} | self._written
        replace(self.root / manifest.NAME, manifest.sign(signer, {"pages": pages, "keys": self._keys}))

    def issues(self) -> list[dict[str, Any]]:
        """The content of every issue in the archive, newest first, with its `errata`."""
        paths = sorted(self.root.glob(f"[0-9][0-9][0-9][0-9]/W[0-9][0-9]/{CONTENT}"), reverse=True)
        return [_content(path) for path in paths]

    @_without_collector()
    def refresh(self, settings: Settings, templates: Environment, weeks: Collection[str] | None = None) -> int:
        """Writes what follows from the issues that are there and returns how many files were made for it.

        Given *weeks*, only what the issues of these weeks have changed. Issues themselves are never touched, nor is
        what stands as it was made and would be made of the same again.
        """
        self._index = IssueIndex(self.issues(), settings.newsletter.zone)
        site = Site(self._index, settings, templates, self._evergreen(settings), self._depth())
        return sum(self._make(part) for part in site.parts(weeks) if not self._stands(part))

    def _stands(self, part: SitePart) -> bool:
        if self._keys.get(part.place) != part.key:
            return False
        names = self._names(part)
        return bool(names) and all(self._holds(name) for name in names)

    def _names(self, part: SitePart) -> list[str]:
        if not part.place.endswith("/"):
            return [part.place]
        return [name for name in self._known if name.startswith(part.place)]

    def _holds(self, name: str) -> bool:
        return bool(data := self._bytes(name)) and hashlib.sha256(data).hexdigest() == self._known.get(name)

    def _make(self, part: SitePart) -> int:
        count = 0
        for name, text in part.files():
            self.write(name, text)
            count += 1
        self._keys[part.place] = part.key
        if part.place.endswith("/"):  # what is left there of an earlier index would be served, too
            stale = {path.relative_to(self.root).as_posix() for path in (self.root / part.place).iterdir()}
            self._removed |= (stale | set(self._names(part))) - self._written.keys()
            for name in stale - self._written.keys():
                (self.root / name).unlink(missing_ok=True)
        return count

    def draw(self, settings: Settings, weeks: Collection[str] | None = None) -> int:
        """Draws the pictures for other sites that are not there yet and returns how many those were."""
        index = self._index or IssueIndex(self.issues(), settings.newsletter.zone)
        return sum(self._draw(issue) for issue in index.issues if weeks is None or issue.week in weeks)

    def _evergreen(self, settings: Settings) -> list[CollectionPage | HandbookPage]:
        pages: list[CollectionPage | HandbookPage] = []
        for where, kind in (("collections", CollectionPage), ("handbook", HandbookPage)):
            named = (topic.collection if kind is CollectionPage else topic.handbook for topic in settings.topics)
            paths = {page_path(name, where) for name in named if name}
            paths |= {path.relative_to(self.root).as_posix() for path in (self.root / where).rglob("*.md")}
            kept = (path for path in sorted(paths) if Path(path).stem not in _TAKEN and (self.root / path).is_file())
            pages += [kind(source=path, load=self.read) for path in kept]
        return pages

    def _depth(self) -> list[DepthPage]:
        paths = sorted(self.root.glob("topics/*/[0-9][0-9][0-9][0-9]-W[0-9][0-9].md"))
        return [DepthPage(source=path.relative_to(self.root).as_posix(), load=self.read) for path in paths]

    def _draw(self, issue: ArchivedIssue) -> bool:
        place = social(issue.week)
        if (self.root / place).exists():
            return False  # it never changes, as the issue does not
        cover = self._bytes(issue.cover) if issue.cover else b""
        self._put(place, draw(cover, issue.headline, f"No. {issue.number} · {issue.week}"))
        return True

    def _bytes(self, name: str) -> bytes:
        try:
            return (self.root / name).read_bytes()
        except OSError:
            return b""  # the picture of an issue that was damaged: 'weekly archive verify' says so


def _holds_anything(folder: Path) -> bool:
    return folder.exists() and (not folder.is_dir() or any(folder.iterdir()))


def _build(
    target: Path,
    files: Mapping[str, bytes],
    pictures: Mapping[str, Path],
    describe: Callable[[Mapping[str, str]], bytes],
) -> None:
    with replacing(target, durable=True) as staging:
        staging.mkdir()
        for name, data in files.items():
            (staging / name).write_bytes(data)
        for name, source in pictures.items():
            (staging / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(source, staging / name)
        (staging / manifest.NAME).write_bytes(describe(hashes(staging)))


def _content(path: Path) -> dict[str, Any]:
    """The content of the issue at *path* with its `errata`, and the `digest` of both."""
    errata = corrections(path.parent)
    try:
        data = path.read_bytes()
        content: dict[str, Any] = json.loads(data)
    except (OSError, ValueError) as error:
        raise WorkspaceError(f"{path}: cannot be read: {error}: restore it from a backup") from error
    return {**content, "errata": errata, "digest": hashlib.sha256(data + repr(errata).encode()).hexdigest()}


def corrections(folder: Path) -> list[dict[str, Any]]:
    """What was corrected in the issue in *folder*, oldest first; nothing where its file cannot be read."""
    try:
        found = json.loads((folder / CORRECTIONS).read_text(encoding="utf-8"))
        return [{**one, "at": datetime.fromisoformat(one["at"])} for one in found["errata"]]
    except (OSError, ValueError, LookupError, TypeError):
        return []  # 'weekly archive verify' says so


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below *folder* but for manifests, by its path inside."""
    places = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    whole = [place for place in places if not any(map(is_part, place.parts)) and place.name != manifest.NAME]
    return {place.as_posix(): file_hash(folder / place) for place in whole}


def file_hash(path: Path) -> str:
    """SHA-256 of the file at *path*, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
