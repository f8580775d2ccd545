"""Compares the archive with what was approved and published, file by file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from weekly.archive import errata
from weekly.archive.folder import Archive, hashes
from weekly.archive.publish import refresh
from weekly.errors import WeeklyError
from weekly.models import Issue, Week
from weekly.render.paths import folder
from weekly.render.provenance import provenance_changes
from weekly.review.preview import renderer
from weekly.workspace import Workspace


class FaultKind(StrEnum):
    """How a file differs."""

    UNFINISHED = "unfinished"
    CONTENT = "other content"
    MISSING = "missing"
    EXTRA = "extra"
    EDITED = "edited"
    RENDERS = "renders differently"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveFault:
    """One file that is not what it was."""

    place: str
    """Its path inside the archive, or the folder of an issue as a whole."""
    kind: FaultKind
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """One issue and what is wrong with it; without a week, the pages that follow from all issues."""

    week: str
    faults: tuple[ArchiveFault, ...]


def verify(workspace: Workspace) -> Iterator[Verification]:
    """Each published issue, newest first, with what differs from the moment of publication.

    The content must have the approved hash, every file the hash written down then, and rendering the content again
    must give the same files. What follows from the issues (index, feeds) comes last, and only if it differs.
    """
    with workspace.store.read() as tx:
        issues = tx.issues.all()
    for issue in issues:
        yield Verification(week=issue.week, faults=tuple(_faults(workspace, issue)))
    if faults := tuple(_pages(workspace, issues)):
        yield Verification(week="", faults=faults)


def _faults(workspace: Workspace, issue: Issue) -> Iterator[ArchiveFault]:
    place = folder(Week.parse(issue.week))
    if not issue.files:
        message = f"not finished: run 'weekly publish --week {issue.week}'"
        yield ArchiveFault(place=place, kind=FaultKind.UNFINISHED, message=message)
        return
    with workspace.store.read() as tx:
        stands = tx.issues.content_hash(Week.parse(issue.week))
    if stands != issue.hash:
        message = f"the content in the database is not what {issue.approved_by} approved"
        yield ArchiveFault(place=place, kind=FaultKind.CONTENT, message=message)
    yield from _on_disk(workspace, issue, place)
    yield from _verify_rendering(workspace, issue, place)


def _on_disk(workspace: Workspace, issue: Issue, place: str) -> Iterator[ArchiveFault]:
    """Each file against the hash of its publication; corrections, which came later, against what they are now."""
    beside = {name: _hash(data) for name, data in errata.files(workspace, issue).items()}
    present, expected = hashes(workspace.archive / place), {**issue.files, **beside}
    for name in sorted(expected.keys() | present.keys()):
        at = f"{place}/{name}"
        if name not in present:
            mend = f": 'weekly correct --week {issue.week}' writes it again" if name in beside else ""
            yield ArchiveFault(place=at, kind=FaultKind.MISSING, message=f"missing{mend}")
        elif name not in expected:
            yield ArchiveFault(place=at, kind=FaultKind.EXTRA, message="was not published")
        elif present[name] != expected[name]:
            yield ArchiveFault(place=at, kind=FaultKind.EDITED, message="changed after publication")


def _verify_rendering(workspace: Workspace, issue: Issue, place: str) -> Iterator[ArchiveFault]:
    """Each file against what the approved content gives today. Forms that came into the program later are not asked."""
    try:
        files = renderer(workspace).files(issue)
    except WeeklyError as error:
        yield ArchiveFault(place=place, kind=FaultKind.RENDERS, message=f"cannot be rendered any more: {error}")
        return
    for name, data in files.items():
        if name in issue.files and _hash(data) != issue.files[name]:
            why = "; ".join(provenance_changes(issue.made_of, workspace.settings, workspace.environment, name))
            why = why or "templates, settings or the program changed since"
            message = f"renders differently now: {why}"
            yield ArchiveFault(place=f"{place}/{name}", kind=FaultKind.RENDERS, message=message)


class _ComparingArchive(Archive):
    """An archive that compares instead of writing."""

    faults: list[ArchiveFault]

    def _put(self, name: str, data: bytes, *, durable: bool = False) -> None:
        """Notes a file that says something else."""
        del durable
        if not (self.root / name).is_file():
            self.faults.append(ArchiveFault(place=name, kind=FaultKind.MISSING, message="missing"))
        elif (self.root / name).read_bytes() != data:
            message = "is not what the issues give: it was edited, or templates or settings changed since"
            self.faults.append(ArchiveFault(place=name, kind=FaultKind.EDITED, message=message))


def _pages(workspace: Workspace, issues: Sequence[Issue]) -> Iterator[ArchiveFault]:
    """The pages and feeds that follow from the issues."""
    if not any(issue.files for issue in issues):
        return
    seen = _ComparingArchive(workspace.archive)
    seen.faults = []
    refresh(workspace, seen)
    yield from seen.faults


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
