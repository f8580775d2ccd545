from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from weekly.errors import ParseError
from weekly.formats.collection import model
from weekly.formats.collection.lint import collection_findings
from weekly.formats.collection.model import Collection, CollectionEntry, CollectionLink, CollectionSection
from weekly.formats.collection.places import CollectionPlaces
from weekly.formats.line_marks import HEADING, LISTED, heading, is_contents, is_rule, level, rule
from weekly.formats.lines import Chunk, Line, chunks, join, lead, split
from weekly.formats.lists import CONTENTS_WAYS, ContentsLine, read_contents, read_list
from weekly.formats.pieces import MARKDOWN, RULE, Piece, markdown, piece, unless_fresh

_SECTION = re.compile(
    rf"( {{0,3}}#{{1,6}}[ \t]+(?:\d+(?:\.\d+)*[.、]?[ \t]*)?)({'|'.join(model.NAMES)})",
    re.IGNORECASE,
)
"""A section's heading, with or without a number."""
_EMOJI = re.compile("[\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]")
_UP = re.compile(r"[*_ \t]*\[⬆")
"""A line that leads back to the top."""
_DEEPEST = 4
"""The deepest heading that is an entry."""


@dataclass(slots=True)
class _CollectionParse:
    page: Collection
    places: CollectionPlaces
    pieces: list[Piece] = field(default_factory=list)
    toc: list[ContentsLine] = field(default_factory=list)
    entries: list[CollectionEntry] = field(default_factory=list)

    behind: list[Piece] = field(default_factory=list)
    """What the form does not know and stands behind the last entry."""

    def unknown(self, piece: Piece) -> None:
        """Puts what the form does not know in its place: behind the last entry, or on the page before there is one."""
        among_entries = bool(self.pieces) and self.pieces[-1].part == "entries"
        (self.behind if among_entries else self.pieces).append(piece)

    def flush(self) -> None:
        """Gives the last entry what stands behind it."""
        if self.behind:
            last = self.entries[-1]
            self.entries[-1] = replace(last, layout=(*(last.layout or last.fresh), *self.behind))
            self.behind.clear()


def read(text: str) -> tuple[Collection, CollectionPlaces, list[Line]]:
    """The collection that *text* is, where its parts stand, and its lines."""
    lines = split(text)
    before, rest = lead(lines)
    reading = _CollectionParse(Collection(toc=(), lead=before), CollectionPlaces())
    for role, run in _runs(rest):
        _READERS[role](reading, run)
    reading.flush()
    if not reading.entries:
        raise ParseError("no entry: a collection has headings with sections like #### 简介 under them")
    if not any(place.part == "entries" for place in reading.pieces):
        reading.pieces.append(Piece(part="entries", after=""))
    page = replace(reading.page, toc=tuple(reading.toc), entries=tuple(reading.entries))
    return replace(page, layout=unless_fresh(reading.pieces, page.fresh)), reading.places, lines


def is_empty(text: str) -> bool:
    """Whether a page has a title or a heading over its contents, and no entry yet."""
    roles = set(_roles(split(text)).values()) - {"footer"}
    return bool(roles) and roles <= {"title", "toc"} and not any(LISTED.fullmatch(line.text) for line in split(text))


def _roles(lines: Sequence[Line]) -> dict[int, str]:
    """What begins at which line: `title`, `toc`, `entry`, `section`, `other` or `footer`."""
    headings = [(i, level(line)) for i, line in enumerate(lines) if level(line)]
    roles: dict[int, str] = {}
    over_section = False
    for index, depth in reversed(headings):
        name = HEADING.sub(r"\3", lines[index].text)
        if _SECTION.fullmatch(lines[index].text):
            roles[index] = "section"
        elif is_contents(name):
            roles[index] = "toc"
        elif depth <= _DEEPEST:
            roles[index] = "other" if _EMOJI.match(name) and not over_section else "entry"
        over_section = roles.get(index) == "section"
    if headings and headings[0][1] == 1 and roles.get(headings[0][0]) in {"entry", "other"}:
        roles[headings[0][0]] = "title"
    for index in sorted(i for i, role in roles.items() if role == "toc")[1:]:
        roles[index] = "entry"
    return _with_footer(roles, lines)


def _with_footer(roles: dict[int, str], lines: Sequence[Line]) -> dict[int, str]:
    """*roles*, those behind the last entry replaced by one footer."""
    last = max((i for i, role in roles.items() if role in {"entry", "section"}), default=len(lines))
    ups = (i for i in range(last + 1, len(lines)) if not lines[i].code and _UP.match(lines[i].text))
    others = (i for i, role in roles.items() if i > last and role == "other")
    footer = min([*ups, *others], default=len(lines))
    kept = {i: role for i, role in roles.items() if i < footer}
    return {**kept, footer: "footer"}


def _runs(lines: Sequence[Line]) -> Iterator[tuple[str, list[Line]]]:
    """The page cut where its parts begin; sections stay with their entry."""
    roles = _roles(lines)
    role, run = "", list[Line]()
    for index, line in enumerate(lines):
        begins = roles.get(index, "")
        if begins == "section":
            begins = "" if role == "entry" else "entry"
        if begins:
            if run:
                yield role, run
            role, run = begins, []
        run.append(line)
    if run:
        yield role, run


def _keep_unknown(reading: _CollectionParse, run: Sequence[Line]) -> None:
    reading.unknown(markdown(run))


def _title(reading: _CollectionParse, run: list[Line]) -> None:
    place, title = heading(Chunk("", _heading_lines(run)), "title", "# ", model.PAGE_WAYS)
    reading.page = replace(reading.page, title=title)
    reading.pieces.append(place)
    rest = run[len(_heading_lines(run)) :]
    end = len(rest)
    while end and (not rest[end - 1].text or is_rule(rest[end - 1])):
        end -= 1
    while end < len(rest) and not rest[end].text:
        end += 1
    if end:
        raw, after = join(rest[:end])
        reading.page = replace(reading.page, intro=model.INTRO_BODY.read(raw))
        reading.pieces.append(piece("intro", raw, after, model.PAGE_WAYS))
    reading.pieces += [rule(chunk) for chunk in chunks(rest[end:], lambda _: RULE, ())]


def _heading_lines(run: Sequence[Line]) -> list[Line]:
    """The first line and the blank ones behind it."""
    end = next((i for i, line in enumerate(run) if i and line.text), len(run))
    return list(run[:end])


def _toc(reading: _CollectionParse, run: Sequence[Line]) -> None:
    def begins(line: Line) -> str:
        return "line" if LISTED.fullmatch(line.text) else RULE if is_rule(line) else ""

    reading.pieces = [each for place in reading.pieces for each in _one_by_one(place, len(reading.entries))]
    head = _heading_lines(run)
    reading.places.toc_heading = run[0].number
    place, name = heading(Chunk("", head), "toc_heading", "## ", {})
    reading.page = replace(reading.page, contents_label=name)
    reading.pieces.append(place)
    lines, pieces = read_list(chunks(run[len(head) :], begins, {MARKDOWN}), "toc", CONTENTS_WAYS)
    reading.pieces += pieces
    for line in lines:
        text, anchor = read_contents(line.raw)
        reading.toc.append(ContentsLine(text=text, anchor=anchor, layout=line.layout))
        reading.places.toc.append((line.number, line.mark))


def _one_by_one(place: Piece, count: int) -> list[Piece]:
    """The places of entries that other parts of the page follow."""
    return [replace(place, part="entry")] * count if place.part == "entries" else [place]


def _footer(reading: _CollectionParse, run: Sequence[Line]) -> None:
    raw, after = join(run)
    reading.page = replace(reading.page, footer=raw)
    reading.pieces.append(Piece(part="footer", after=after))
    reading.places.footer = run[0].number


def _entry(reading: _CollectionParse, run: Sequence[Line]) -> None:
    named = not _SECTION.fullmatch(run[0].text)

    def begins(line: Line) -> str:
        if line is run[0] and named:
            return "title"
        if _SECTION.fullmatch(line.text):
            return "heading"
        if is_rule(line):
            return RULE
        return "comment" if line.text.startswith("<!--") else "link" if model.read_bulleted(line.text) else ""

    entry = _EntryReading()
    for chunk in chunks(run, begins, {MARKDOWN, "comment"}):
        entry.take(chunk)
    if not reading.pieces or reading.pieces[-1].part != "entries":
        reading.pieces.append(Piece(part="entries", after=""))
    reading.flush()
    reading.entries.append(entry.done())
    reading.places.entries.append(run[0].number)


@dataclass(slots=True)
class _EntryReading:
    """The entry that is being read."""

    title: str = ""
    level: int = 1
    intro: str = ""
    sections: list[CollectionSection] = field(default_factory=list)
    links: list[CollectionLink] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    before: str = ""
    """The part before."""

    def take(self, chunk: Chunk) -> None:
        """Reads one more part: text behind the title is the intro, text behind a section's heading is its body."""
        raw, after = join(chunk.lines)
        before, self.before = self.before, chunk.part
        if chunk.part == "title":
            self.level = level(chunk.lines[0])
            place, self.title = heading(chunk, "title", "#" * self.level + " ", model.ENTRY_WAYS)
        elif chunk.part == "heading":
            place = self._section(raw, after)
        elif chunk.part == "link" and (found := model.read_bulleted(raw)):
            mark, text, link = found
            self.links.append(link)
            place = piece("link", text, after, model.ENTRY_WAYS, None if mark == "- " else mark)
        elif chunk.part == MARKDOWN and before == "title":
            self.intro = model.ENTRY_BODY.read(raw)
            place = piece("intro", raw, after, model.ENTRY_WAYS)
        elif chunk.part == MARKDOWN and before == "heading":
            self._body(raw, after)
            return
        else:
            place = rule(chunk) if chunk.part == RULE else markdown(chunk.lines)
        self.pieces.append(place)

    def _section(self, raw: str, after: str) -> Piece:
        match = _SECTION.fullmatch(raw)
        mark, name = (match[1], match[2]) if match else ("", raw)
        place = piece("heading", name, after, model.SECTION_WAYS, None if mark == "#### " else mark)
        section = CollectionSection(heading=name)
        self.sections.append(replace(section, layout=unless_fresh([place], section.fresh)))
        return Piece(part="section", after="")

    def _body(self, raw: str, after: str) -> None:
        section = self.sections[-1]
        pieces = [*(section.layout or section.fresh), piece("body", raw, after, model.SECTION_WAYS)]
        section = replace(section, body=model.ENTRY_BODY.read(raw))
        self.sections[-1] = replace(section, layout=unless_fresh(pieces, section.fresh))

    def done(self) -> CollectionEntry:
        """The entry."""
        entry = CollectionEntry(
            title=self.title,
            level=self.level,
            intro=self.intro,
            sections=tuple(self.sections),
            links=tuple(self.links),
        )
        return replace(entry, layout=unless_fresh(self.pieces, entry.fresh))


_READERS = {
    "": _keep_unknown,
    "title": _title,
    "toc": _toc,
    "entry": _entry,
    "other": _keep_unknown,
    "footer": _footer,
}


def parse(text: str) -> Collection:
    """The collection that *text* is.

    Raises:
        ParseError: it has no entry.
    """
    page, places, lines = read(text)
    return replace(page, findings=tuple(collection_findings(page, lines, places)))
