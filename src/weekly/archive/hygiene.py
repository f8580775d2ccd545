from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from weekly.archive.folder import Archive
from weekly.errors import ParseError
from weekly.formats.hygiene import PageFault, check_collection, check_handbook, mend
from weekly.render.paths import page_path
from weekly.workspace import Workspace

UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFault:
    """What is wrong with an evergreen page, and whether that was mended."""

    page: str
    """Its path inside the archive."""
    fault: PageFault
    fixed: bool = False


def check_pages(workspace: Workspace, *, fix: bool = False) -> Iterator[CheckedFault]:
    """What is wrong with the collections and the handbook; with *fix*, what has one mend only is mended.

    Nothing but the lines of these faults changes, and nothing in a page that is saved meanwhile. A page that cannot be
    read is a fault.
    """
    archive = Archive(workspace.archive)
    topics = workspace.settings.topics
    for where, check in (("collections", check_collection), ("handbook", check_handbook)):
        named = (topic.collection if where == "collections" else topic.handbook for topic in topics)
        pages = {page_path(name, where) for name in named if name}
        pages |= {path.relative_to(archive.root).as_posix() for path in (archive.root / where).rglob("*.md")}
        for page in sorted(page for page in pages if (archive.root / page).is_file()):
            text = archive.read(page)
            try:
                faults = check(text)
            except ParseError as error:
                yield CheckedFault(page=page, fault=PageFault(kind=UNREADABLE, line=1, message=str(error)))
                continue
            mended = mend(text, faults) if fix else text
            fixed = mended != text and archive.write_unchanged(page, text, mended)
            yield from (CheckedFault(page=page, fault=each, fixed=fixed and bool(each.changes)) for each in faults)
