"""What goes wrong on evergreen pages over the years, and the changes that mend what has one mend only."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from weekly.formats.anchors import Slugger, plain
from weekly.formats.collection.parse import read as read_collection
from weekly.formats.handbook.model import QUESTION, Handbook, targets, write_id
from weekly.formats.handbook.parse import read as read_handbook
from weekly.formats.handbook.places import HandbookPlaces
from weekly.formats.insert import same_title
from weekly.formats.line_marks import HEADING, level
from weekly.formats.lines import Line, split
from weekly.select.identity import address_keys
from weekly.select.urls import find_urls


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChange:
    """A change of one line."""

    line: int
    """Counted from 1."""
    old: str
    """What is replaced: it stands on the line."""
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFault:
    """One thing that is wrong with a page."""

    kind: str
    """`dead-anchor`, `duplicate-id`, `no-links` or `work-twice`."""
    line: int
    message: str
    changes: tuple[LineChange, ...] = ()
    """What mends it; nothing where a person has to decide."""


def check_collection(text: str) -> list[PageFault]:
    """What is wrong with a collection, by line; raises ParseError when it is none."""
    page, places, lines = read_collection(text)
    headings = _headings(lines)
    meant = _by_title(headings)
    faults = [
        _dead(line, lines, entry.text, entry.anchor, meant)
        for (line, _), entry in zip(places.toc, page.toc or (), strict=True)
        if entry.anchor and entry.anchor not in headings
    ]
    works: list[tuple[int, str, set[str]]] = []
    for entry, line in zip(page.entries, places.entries, strict=True):
        if entry.sections and not entry.links:
            faults.append(PageFault(kind="no-links", line=line, message=f"{entry.title!r} has no link"))
        if entry.title and entry.sections:
            works.append((line, entry.title, _ids(" ".join(link.url for link in entry.links))))
    return sorted([*faults, *_twice(works)], key=lambda fault: fault.line)


def check_handbook(text: str) -> list[PageFault]:
    """What is wrong with a handbook page, by line; raises ParseError when it is none."""
    page, places, lines = read_handbook(text)
    questions = [question for chapter in page.chapters for question in chapter.questions]
    names = _headings(lines) | {question.id: question.title for question in questions if question.id}
    meant = _by_title(names)
    faults = [
        _dead(line, lines, entry.text, entry.anchor, meant)
        for (line, _), entry in zip(places.toc, page.toc or (), strict=True)
        if entry.anchor and not targets(entry.anchor) & names.keys()
    ]
    works = [(line, each.title, set[str]()) for each, line in zip(questions, places.questions, strict=True)]
    return sorted([*faults, *_duplicates(page, places, lines), *_twice(works)], key=lambda fault: fault.line)


def mend(text: str, faults: Sequence[PageFault]) -> str:
    """*text* with the changes of *faults*, and nothing else."""
    lines = [line.raw for line in split(text)]
    for change in (change for fault in faults for change in fault.changes):
        lines[change.line - 1] = lines[change.line - 1].replace(change.old, change.new, 1)
    return "".join(lines)


def _headings(lines: Sequence[Line]) -> dict[str, str]:
    """The headings of a page in Markdown by their anchors."""
    slugs = Slugger()
    texts = (HEADING.sub(r"\3", line.text) for line in lines if level(line))
    return {slugs.slug(plain(text)): text for text in texts}


def _by_title(names: Mapping[str, str]) -> dict[str, list[str]]:
    """The anchors in *names* by what their headings say."""
    anchors = defaultdict(list)
    for name, title in names.items():
        anchors[same_title(title)].append(name)
    return anchors


def _dead(line: int, lines: Sequence[Line], text: str, anchor: str, by_title: Mapping[str, Sequence[str]]) -> PageFault:
    """A line of the contents that leads nowhere; mended where one heading alone says what it says."""
    meant = by_title.get(same_title(text), ()) if text else ()
    change = LineChange(line=line, old=f"](#{anchor})", new=f"](#{meant[0]})") if len(meant) == 1 else None
    fits = change is not None and change.old in lines[line - 1].text
    message = f"the contents line {text!r} leads to #{anchor}, which nothing on the page has"
    return PageFault(kind="dead-anchor", line=line, message=message, changes=(change,) if change and fits else ())


def _duplicates(page: Handbook, places: HandbookPlaces, lines: Sequence[Line]) -> Iterator[PageFault]:
    """Ids that stand a second time: the later question gets one of its own, and so does its line in the contents."""
    questions = [question for chapter in page.chapters for question in chapter.questions]
    taken = {question.id for question in questions} | {entry.anchor for entry in page.toc or ()}
    listed = defaultdict(list)
    for (at, _), entry in zip(places.toc, page.toc or (), strict=True):
        listed[entry.anchor, same_title(entry.text)].append(at)
    titled = Counter((question.id, question.title) for question in questions)
    first: dict[str, int] = {}
    numbers = defaultdict[str, Iterator[int]](lambda: count(1))
    for question, line in zip(questions, places.questions, strict=True):
        if not question.id or question.id not in first:
            first.setdefault(question.id, line)
            continue
        new = next(each for number in numbers[question.id] if (each := f"{question.id}-{number}") not in taken)
        taken.add(new)
        match = QUESTION.match(lines[line - 1].text)
        quoted = match["id"] if match else ""
        own = listed[question.id, same_title(question.title)]
        changes = [
            LineChange(line=line, old=quoted, new=f'"{write_id(new)}"'),
            *(
                LineChange(line=at, old=f"](#{question.id})", new=f"](#{new})")
                for at in (own if titled[question.id, question.title] == 1 else own[1:2])
            ),
        ]
        message = f"the id {question.id!r} stands here again, first on line {first[question.id]}"
        yield PageFault(kind="duplicate-id", line=line, message=message, changes=tuple(changes))


def _twice(works: Sequence[tuple[int, str, set[str]]]) -> Iterator[PageFault]:
    """Works that a page has two entries for: of one id, or of one title and no differing ids."""
    by_id: dict[str, int] = {}
    by_title: dict[str, int] = {}
    without_ids: dict[str, int] = {}
    for index, (line, title, ids) in enumerate(works):
        same = same_title(title)
        earlier = [by_id.get(each) for each in ids] + [(without_ids if ids else by_title).get(same)]
        if known := [each for each in earlier if each is not None]:
            before, other, _ = works[min(known)]
            message = f"{title!r} is on the page already, as {other!r} on line {before}"
            yield PageFault(kind="work-twice", line=line, message=message)
        for each in ids:
            by_id.setdefault(each, index)
        by_title.setdefault(same, index)
        if not ids:
            without_ids.setdefault(same, index)


def _ids(text: str) -> set[str]:
    """The papers and repositories that addresses lead to; a folder of a repository may be a work of its own."""
    found = (address_keys(url) for url in find_urls(text))
    whole = (keys for keys in found if not any(re.match("url:", key) for key in keys))
    return {key for keys in whole for key in keys}
