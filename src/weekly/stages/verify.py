"""Verifying: that the archive still is what was approved and published."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from weekly.models import Week
from weekly.publishers.archive import hashes
from weekly.render.places import folder
from weekly.stages.preview import renderer
from weekly.stages.publish import edition
from weekly.store import codec
from weekly.store.issues import Issue
from weekly.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """One issue and what is wrong with it."""

    week: str
    faults: tuple[str, ...]


def verify(workspace: Workspace) -> Iterator[Verified]:
    """Each published issue, newest first, with what differs from the moment of publication.

    The content must have the approved hash, every file the hash written down then, and rendering the content again
    must give the same files.
    """
    for issue in workspace.store.issues.all():
        yield Verified(week=issue.week, faults=tuple(_faults(workspace, issue)))


def _faults(workspace: Workspace, issue: Issue) -> Iterator[str]:
    place = folder(Week.parse(issue.week))
    if not issue.files:
        yield f"{place}: not finished: run 'weekly publish --week {issue.week}'"
        return
    if codec.digest(codec.dump(issue.draft)) != issue.hash:
        yield f"{place}: the content in the database is not what {issue.approved_by} approved"
    present = hashes(workspace.archive / place)
    for name in sorted(issue.files.keys() | present.keys()):
        if name not in present:
            yield f"{place}/{name}: missing"
        elif name not in issue.files:
            yield f"{place}/{name}: was not published"
        elif present[name] != issue.files[name]:
            yield f"{place}/{name}: changed after publication"
    for name, data in renderer(workspace).files(edition(issue)).items():
        if hashlib.sha256(data).hexdigest() != issue.files.get(name):
            yield f"{place}/{name}: renders differently now: templates or settings changed since"
