"""Compares the archive with what was approved and published, byte for byte.

What a new title, template or version of the program would make of an issue today is no question here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from weekly.archive import manifest
from weekly.archive.folder import file_hash, hashes
from weekly.archive.manifest import Seal
from weekly.models import Issue, Week
from weekly.render.paths import folder
from weekly.store import codec
from weekly.workspace import Workspace


class FaultKind(StrEnum):
    """How a file differs."""

    UNFINISHED = "unfinished"
    CONTENT = "other content"
    MISSING = "missing"
    EXTRA = "extra"
    EDITED = "edited"


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
    note: str = ""
    """Why its manifest says less than it could; no fault."""


def verify(workspace: Workspace) -> Iterator[Verification]:
    """Each published issue, newest first, with what differs from the moment of publication.

    The stored content must have the approved hash, every file the hash written down then, and the manifest, where
    there is one, must say the same. What follows from the issues (index, feeds) comes last, and only if it differs.
    """
    said, seal = manifest.read(workspace.signer, workspace.archive)
    pages: dict[str, str] = said.get("pages", {})
    with workspace.store.read() as tx:
        issues = tx.issues.all()
    for issue in issues:
        yield _issue(workspace, issue, pages)
    own = {f"{folder(Week.parse(issue.week))}/" for issue in issues}
    others = {name: digest for name, digest in pages.items() if not any(map(name.startswith, own))}
    faults = tuple(_pages(workspace, others, seal))
    note = _note(seal, ": 'weekly archive rebuild' signs them") if any(issue.files for issue in issues) else ""
    if faults or note:
        yield Verification(week="", faults=faults, note=note)


def _issue(workspace: Workspace, issue: Issue, pages: Mapping[str, str]) -> Verification:
    place = folder(Week.parse(issue.week))
    if not issue.files:
        message = f"not finished: run 'weekly publish --week {issue.week}'"
        return _one_fault(issue, place, FaultKind.UNFINISHED, message)
    if not (workspace.archive / place).is_dir():
        return _one_fault(issue, place, FaultKind.MISSING, "missing: restore it from a backup")
    said, seal = manifest.read(workspace.signer, workspace.archive / place)
    faults = (*_content(workspace, issue, place, said, seal), *_on_disk(workspace, issue, place, pages))
    return Verification(week=issue.week, faults=faults, note=_note(seal))


def _one_fault(issue: Issue, place: str, kind: FaultKind, message: str) -> Verification:
    return Verification(week=issue.week, faults=(ArchiveFault(place=place, kind=kind, message=message),))


def _note(seal: Seal, mend: str = "") -> str:
    return f"{seal}{mend}" if seal in {Seal.UNSIGNED, Seal.FOREIGN} else ""


def _content(
    workspace: Workspace, issue: Issue, place: str, said: Mapping[str, object], seal: Seal
) -> Iterator[ArchiveFault]:
    """What stands in the database against what was approved, and against the manifest."""
    week = Week.parse(issue.week)
    with workspace.store.read() as tx:
        stands, partial = tx.issues.content(week), tx.marks.find(restored_in_part(week))
    if seal is Seal.BROKEN:
        yield ArchiveFault(place=f"{place}/{manifest.NAME}", kind=FaultKind.EDITED, message="changed after publication")
    elif partial is None and codec.digest(stands) != issue.hash:
        message = f"the content in the database is not what {issue.approved_by} approved"
        yield ArchiveFault(place=place, kind=FaultKind.CONTENT, message=message)
    elif said and (said.get("hash"), said.get("number"), said.get("files")) != (issue.hash, issue.number, issue.files):
        message = "the database tells of another issue than the one published: restore it from a backup"
        yield ArchiveFault(place=place, kind=FaultKind.CONTENT, message=message)


def restored_in_part(week: Week) -> str:
    """The mark of an issue that came back from an archive without a manifest, and so without all of its content."""
    return f"restored in part {week}"


def _on_disk(workspace: Workspace, issue: Issue, place: str, pages: Mapping[str, str]) -> Iterator[ArchiveFault]:
    """Each file against the hash of its publication; corrections, which came later, against their last writing."""
    with workspace.store.read() as tx:
        corrected = bool(tx.issues.errata(Week.parse(issue.week)))
    present, inside = hashes(workspace.archive / place), len(place) + 1
    beside = {name[inside:]: digest for name, digest in pages.items() if name.startswith(f"{place}/")}
    if corrected:  # those that a version before manifests wrote are taken as they are
        beside = {name: present[name] for name in present if name.startswith("errata.")} | beside
    expected = {**issue.files, **beside}
    for name in sorted(expected.keys() | present.keys()):
        at = f"{place}/{name}"
        if name not in present:
            mend = f": 'weekly correct --week {issue.week}' writes it again" if name in beside else ""
            yield ArchiveFault(place=at, kind=FaultKind.MISSING, message=f"missing{mend}")
        elif name not in expected:
            yield ArchiveFault(place=at, kind=FaultKind.EXTRA, message="was not published")
        elif present[name] != expected[name]:
            yield ArchiveFault(place=at, kind=FaultKind.EDITED, message="changed after publication")


def _pages(workspace: Workspace, pages: Mapping[str, str], seal: Seal) -> Iterator[ArchiveFault]:
    """The pages and feeds that follow from the issues, against their last writing."""
    if seal is Seal.BROKEN:
        message = "was changed: 'weekly archive rebuild' writes and signs all pages again"
        yield ArchiveFault(place=manifest.NAME, kind=FaultKind.EDITED, message=message)
    for name, digest in sorted(pages.items()):
        path = workspace.archive / name
        if not path.is_file():
            message = "missing: 'weekly archive rebuild' writes it again"
            yield ArchiveFault(place=name, kind=FaultKind.MISSING, message=message)
        elif file_hash(path) != digest:
            message = "was edited: 'weekly archive rebuild' writes it again"
            yield ArchiveFault(place=name, kind=FaultKind.EDITED, message=message)
