from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from weekly.formats import findings as find
from weekly.formats.anchors import Slugger, plain
from weekly.formats.collection.model import Collection
from weekly.formats.collection.places import CollectionPlaces
from weekly.formats.line_marks import HEADING, level
from weekly.formats.lines import Line
from weekly.formats.pieces import DocumentFinding


def collection_findings(page: Collection, lines: Sequence[Line], places: CollectionPlaces) -> Iterator[DocumentFinding]:
    """What its owner should know about a collection."""
    yield from find.of_lines(lines)
    yield from find.of_numbering(places.toc, "contents line")
    yield from _contents(page, lines, places)
    for entry, line in zip(page.entries, places.entries, strict=True):
        if entry.sections and not entry.links:
            yield DocumentFinding(kind="no-links", line=line, message=f"{entry.title!r} has no link")


def same(text: str) -> str:
    """What two writings of one title have in common: letters and digits in one case."""
    return re.sub(r"[\W_]+", "", text).casefold()


def _contents(page: Collection, lines: Sequence[Line], places: CollectionPlaces) -> Iterator[DocumentFinding]:
    if not page.toc:
        return
    slugs = Slugger()
    anchors = {slugs.slug(plain(HEADING.sub(r"\3", line.text))) for line in lines if level(line)}
    titles = {same(entry.title) for entry in page.entries}
    for entry, (line, _) in zip(page.toc, places.toc, strict=True):
        if entry.anchor and entry.anchor not in anchors:
            message = f"the contents line {entry.text!r} points at #{entry.anchor}, which no heading has"
            yield DocumentFinding(kind="contents-target", line=line, message=message)
        elif not entry.anchor and not titles & {same(entry.text), same(entry.text.rpartition("/")[2])}:
            message = f"the contents line {entry.text!r} has no entry"
            yield DocumentFinding(kind="contents-target", line=line, message=message)
    listed = {same(text) for entry in page.toc for text in (entry.text, entry.text.rpartition("/")[2])}
    for work, number in zip(page.entries, places.entries, strict=True):
        if work.title and same(work.title) not in listed:
            yield DocumentFinding(
                kind="contents-missing", line=number, message=f"{work.title!r} is not in the contents"
            )
