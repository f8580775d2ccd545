from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from weekly.formats.anchors import Slugger, plain, slug
from weekly.formats.collection.model import (
    ENTRY_BODY,
    Collection,
    CollectionEntry,
    CollectionLink,
    CollectionSection,
    read_bulleted,
    write_named,
)
from weekly.formats.collection.parse import is_empty, read
from weekly.formats.collection.places import CollectionPlaces
from weekly.formats.inline import one_line
from weekly.formats.insert import add_blank_lines, insert
from weekly.formats.line_marks import CONTENTS, HEADING, is_contents, level
from weekly.formats.lines import Line, split
from weekly.formats.lists import write_contents
from weekly.formats.pieces import RULE, Piece
from weekly.formats.same_work import ids, is_same

_NUMBER = re.compile(r"\d+")
_SEQUENCE = re.compile(r"\A(\d+)([.、．][ \t]*)(?!\d)")

_DEEPEST = 3
"""The deepest level of an entry whose sections are on the fourth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Style:
    """How a page writes its latest entries."""

    level: int
    prefix: str
    """In front of a title."""
    section: str
    """In front of a section's heading."""
    bullet: str
    named: bool
    """Whether links are written `label：address`."""
    between: int
    """Blank lines between two links."""
    rule: str
    """Between two entries."""


def append(text: str, entry: CollectionEntry, contents: str = CONTENTS[0]) -> str:
    """The page *text* with *entry* behind its last one and in its contents, written as the page writes its latest.

    Only lines are added. A page that has the work already, by an arXiv id, a repository or its title, is returned as it
    is; different ids outrank an equal title.

    Args:
        text: a page; one that has a title and no entry yet begins with this one.
        entry: a work.
        contents: the heading of the contents that such a page gets.

    Raises:
        ParseError: *text* is no collection, or does not close its code.
    """
    if is_empty(text):
        return _begin(text, entry, contents)
    page, places, lines = read(text)
    own = ids(link.url for link in entry.links)
    if any(is_same(entry.title, own, each.title, ids(link.url for link in each.links)) for each in page.entries):
        return text
    style = _style(page, entry.title)
    title = style.prefix + one_line(_SEQUENCE.sub("", entry.title, count=1) if style.prefix else entry.title)
    at = places.footer or len(lines) + 1
    listing = [(places.toc[-1][0] + 1, [_contents_line(page, places, lines, title)])] if page.toc else []
    return insert(lines, [*listing, (at, add_blank_lines(lines, at, _entry_lines(entry, title, style)))])


def _begin(text: str, entry: CollectionEntry, contents: str) -> str:
    """A page that has no entry yet with its first one, as a new page has it."""
    lines, title = split(text), one_line(entry.title)
    listed = any(level(line) and is_contents(HEADING.sub(r"\3", line.text)) for line in lines)
    heading = [] if listed else [f"## {contents}", ""]
    slugs = _slugger(lines)
    slugs.slug(plain(contents))
    line = f"1. {write_contents(title, slugs.slug(plain(title)))}"
    style = _Style(level=1, prefix="", section="#### ", bullet="- ", named=False, between=0, rule="")
    block = [*heading, line, "", *_entry_lines(entry, title, style)]
    end = len(lines) + 1
    return insert(lines, [(end, add_blank_lines(lines, end, block))])


def _slugger(lines: Sequence[Line]) -> Slugger:
    """Knows the anchors of the headings that are there."""
    slugs = Slugger()
    for line in lines:
        if level(line):
            slugs.slug(plain(HEADING.sub(r"\3", line.text)))
    return slugs


def _style(page: Collection, title: str) -> _Style:
    titled = [entry for entry in page.entries if entry.title]
    full = [entry for entry in titled if entry.sections] or titled
    linked = next((entry for entry in reversed(full) if entry.links), None)
    sections = [section for entry in full for section in entry.sections]
    links = [piece for piece in linked.layout if piece.part == "link"] if linked else []
    bullets = {piece.mark for piece in links[:1]}
    written = links[0].written if links else None
    prefix = _next_ordinal(titled)
    return _Style(
        level=_level(full, counted=bool(prefix or _SEQUENCE.match(title))),
        prefix=prefix,
        section=_section_mark(sections),
        bullet=next((mark for mark in bullets if mark is not None), "- "),
        named=bool(written and not written.startswith("[") and re.search(r"[:：]\s*https?://", written)),
        between=1 if len(links) > 1 and links[0].after.count("\n") > 1 else 0,
        rule=_last_rule(page.entries[-1]),
    )


def _level(entries: Sequence[CollectionEntry], *, counted: bool) -> int:
    """The level of the latest entry that is numbered as the new one is, or is not.

    Where all entries are numbered, and not in one sequence, a new one is not: it stands below the groups that they are.
    """
    alike = [entry for entry in entries if bool(_SEQUENCE.match(entry.title)) == counted]
    if alike:
        return alike[-1].level
    last = entries[-1].level if entries else 1
    return last if counted or not entries else min(last + 1, _DEEPEST)


def _next_ordinal(entries: Sequence[CollectionEntry]) -> str:
    """The next number, on a page that counts its entries without a gap."""
    matches = [_SEQUENCE.match(entry.title) for entry in entries]
    numbers = [int(match[1]) for match in matches if match]
    last = matches[-1] if matches else None
    if not last or len(numbers) != len(entries) or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return ""
    return f"{numbers[-1] + 1}{last[2]}" if len(numbers) > 1 else ""


def _section_mark(sections: Sequence[CollectionSection]) -> str:
    """The hashes of the latest section."""
    mark = sections[-1].layout[0].mark if sections and sections[-1].layout else None
    return "#" * mark.count("#") + " " if mark else "#### "


def _last_rule(entry: CollectionEntry) -> str:
    last: Piece | None = entry.layout[-1] if entry.layout else None
    return (last.written or "---") if last and last.part == RULE else ""


def _entry_lines(entry: CollectionEntry, title: str, style: _Style) -> list[str]:
    """The lines of a new entry."""
    blocks = ["#" * style.level + " " + title]
    if entry.intro:
        blocks += ["", ENTRY_BODY.write(entry.intro)]
    for section in entry.sections:
        blocks += ["", style.section + one_line(section.heading)]
        blocks += [ENTRY_BODY.write(section.body)] if section.body else []
    blocks += [""] if entry.links else []
    for index, link in enumerate(entry.links):
        blocks += [""] * style.between if index else []
        blocks.append(style.bullet + _link(link, style))
    return [*blocks, *(["", style.rule] if style.rule else [])]


def _link(link: CollectionLink, style: _Style) -> str:
    named = f"{one_line(link.label)}：{link.url}"
    return (
        named
        if style.named and read_bulleted(style.bullet + named) == (style.bullet, named, link)
        else write_named(link)
    )


def _contents_line(page: Collection, places: CollectionPlaces, lines: Sequence[Line], title: str) -> str:
    """The last line of the contents once more, for the new entry."""
    mark = places.toc[-1][1]
    number = _NUMBER.search(mark)
    if number:
        mark = mark[: number.start()] + str(int(number[0]) + 1) + mark[number.end() :]
    leading = [bool(line.anchor) for line in page.toc or () if slug(plain(line.text))]  # others cannot be led to
    linked = leading[-1] if leading else True
    return mark + write_contents(title, _slugger(lines).slug(plain(title)) if linked else "")
