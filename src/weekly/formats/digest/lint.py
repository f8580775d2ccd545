from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from weekly.formats import findings as find
from weekly.formats.anchors import Slugger, plain
from weekly.formats.digest.model import Digest
from weekly.formats.line_marks import HEADING, level
from weekly.formats.lines import Line
from weekly.formats.pieces import DocumentFinding

Places = Mapping[str, Sequence[tuple[int, str]]]
"""Line and mark of each line of the two lists."""


def digest_findings(digest: Digest, lines: Sequence[Line], places: Places) -> Iterator[DocumentFinding]:
    """What its owner should know about an issue."""
    yield from find.of_lines(lines)
    yield from find.of_numbering(places["contents"], "contents line")
    yield from find.of_numbering(places["references"], "reference")
    yield from _contents(digest, _anchors(lines), [line for line, _ in places["contents"]])
    for reference, (line, _) in zip(digest.references, places["references"], strict=True):
        if not reference.url:
            yield DocumentFinding(
                kind="malformed-link", line=line, message=f"the reference {reference.label!r} is no link"
            )


def _anchors(lines: Sequence[Line]) -> dict[str, tuple[int, str]]:
    """Line and text of each heading by its anchor."""
    slugs = Slugger()
    headings = [(line.number, HEADING.sub(r"\3", line.text)) for line in lines if level(line)]
    return {slugs.slug(plain(text)): (number, text) for number, text in headings}


def _contents(
    digest: Digest, anchors: Mapping[str, tuple[int, str]], places: Sequence[int]
) -> Iterator[DocumentFinding]:
    entries = digest.contents or ()
    for entry, line in zip(entries, places, strict=True):
        if not entry.anchor:
            yield DocumentFinding(
                kind="contents-target", line=line, message=f"the contents line {entry.text!r} is no link"
            )
        elif entry.anchor not in anchors:
            message = f"the contents line {entry.text!r} points at #{entry.anchor}, which no heading has"
            yield DocumentFinding(kind="contents-target", line=line, message=message)
    targets = {entry.anchor for entry in entries}
    titles = {item.title for item in digest.items} - {block.title for block in digest.blocks}
    for anchor, (line, title) in anchors.items():
        if title in titles and targets and anchor not in targets:
            yield DocumentFinding(kind="contents-missing", line=line, message=f"{title!r} is not in the contents")
