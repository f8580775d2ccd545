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
from weekly.formats.collection.order import SEQUENCE, find_place, is_counted_down
from weekly.formats.collection.parse import is_empty, read
from weekly.formats.collection.places import CollectionPlaces
from weekly.formats.inline import one_line
from weekly.formats.insert import add_blank_lines, insert, same_title
from weekly.formats.line_marks import CONTENTS, HEADING, is_contents, level
from weekly.formats.lines import Line, split
from weekly.formats.lists import write_contents
from weekly.formats.pieces import RULE, Piece
from weekly.formats.same_work import ids, is_same

_NUMBER = re.compile(r"\d+")
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


def append(text: str, entry: CollectionEntry, contents: str = CONTENTS[0], group: str = "") -> str:
    """The page *text* with *entry* where its order asks for it and in its contents, written as the page writes others.

    Only lines are added. A page that has the work already, by an arXiv id, a repository or its title, is returned as it
    is; different ids outrank an equal title.

    Args:
        text: a page; one that has a title and no entry yet begins with this one.
        entry: a work.
        contents: the heading of the contents that such a page gets.
        group: the heading on the page whose entries it joins, if that is there.

    Raises:
        ParseError: *text* is no collection, or does not close its code.
    """
    if is_empty(text):
        return _begin(text, entry, contents)
    page, places, lines = read(text)
    own = ids(link.url for link in entry.links)
    if any(is_same(entry.title, own, each.title, ids(link.url for link in each.links)) for each in page.entries):
        return text
    at, among = find_place(page.entries, entry.title, group)
    siblings = [page.entries[index] for index in among]
    style = _style(siblings, entry.title)
    title = style.prefix + one_line(SEQUENCE.sub("", entry.title, count=1) if style.prefix else entry.title)
    anchor = _slugger(lines).slug(plain(title))
    if anchor != slug(plain(title)):  # in front of its namesake it would take the anchor that this one has
        at = len(page.entries)
    line = places.entries[at] if at < len(page.entries) else places.footer or len(lines) + 1
    block = _between_rules(_entry_lines(entry, title, style), page.entries, at)
    listing = [_contents_line(page, places, at, title, anchor)] if page.toc else []
    return insert(lines, [*listing, (line, add_blank_lines(lines, line, block))])


def _begin(text: str, entry: CollectionEntry, contents: str) -> str:
    """A page that has no entry yet with its first one, as a new page has it."""
    lines, title = split(text), one_line(entry.title)
    listed = any(level(line) and is_contents(HEADING.sub(r"\3", line.text)) for line in lines)
    heading = [] if listed else [f"## {contents}", ""]
    slugs = _slugger(lines)
    slugs.slug(plain(contents))
    line = f"1. {write_contents(title, slugs.slug(plain(title)))}"
    style = _Style(level=1, prefix="", section="#### ", bullet="- ", named=False, between=0)
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


def _style(entries: Sequence[CollectionEntry], title: str) -> _Style:
    titled = [entry for entry in entries if entry.title]
    full = [entry for entry in titled if entry.sections] or titled
    linked = next((entry for entry in reversed(full) if entry.links), None)
    sections = [section for entry in full for section in entry.sections]
    links = [piece for piece in linked.layout if piece.part == "link"] if linked else []
    bullets = {piece.mark for piece in links[:1]}
    written = links[0].written if links else None
    prefix = _next_ordinal(titled)
    return _Style(
        level=_level(full, counted=bool(prefix or SEQUENCE.match(title))),
        prefix=prefix,
        section=_section_mark(sections),
        bullet=next((mark for mark in bullets if mark is not None), "- "),
        named=bool(written and not written.startswith("[") and re.search(r"[:：]\s*https?://", written)),
        between=1 if len(links) > 1 and links[0].after.count("\n") > 1 else 0,
    )


def _level(entries: Sequence[CollectionEntry], *, counted: bool) -> int:
    """The level of the latest entry that is numbered as the new one is, or is not.

    Where all entries are numbered, and not in one sequence, a new one is not: it stands below the groups that they are.
    """
    alike = [entry for entry in entries if bool(SEQUENCE.match(entry.title)) == counted]
    if alike:
        return alike[-1].level
    last = entries[-1].level if entries else 1
    return last if counted or not entries else min(last + 1, _DEEPEST)


def _next_ordinal(entries: Sequence[CollectionEntry]) -> str:
    """The next number, on a page that counts its entries up or down without a gap."""
    matches = [SEQUENCE.match(entry.title) for entry in entries]
    numbers = [int(match[1]) for match in matches if match]
    last = matches[-1] if matches else None
    if last and is_counted_down([entry.title for entry in entries]):
        return f"{numbers[0] + 1}{last[2]}"
    if not last or len(numbers) != len(entries) or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return ""
    return f"{numbers[-1] + 1}{last[2]}" if len(numbers) > 1 else ""


def _section_mark(sections: Sequence[CollectionSection]) -> str:
    """The hashes of the latest section."""
    mark = sections[-1].layout[0].mark if sections and sections[-1].layout else None
    return "#" * mark.count("#") + " " if mark else "#### "


def _between_rules(block: list[str], entries: Sequence[CollectionEntry], at: int) -> list[str]:
    """The lines of an entry in front of that with the index *at*, with the rule that parts the page's entries."""
    if rule := _last_rule(entries[max(at - 1, 0)]):
        return [*block, "", rule]
    parting = next(map(_last_rule, entries[-2:-1]), "") if at == len(entries) else ""
    return [parting, "", *block] if parting else block


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
    return blocks


def _link(link: CollectionLink, style: _Style) -> str:
    named = f"{one_line(link.label)}：{link.url}"
    return (
        named
        if style.named and read_bulleted(style.bullet + named) == (style.bullet, named, link)
        else write_named(link)
    )


def _contents_line(
    page: Collection, places: CollectionPlaces, at: int, title: str, anchor: str
) -> tuple[int, list[str]]:
    """Where the contents get their line for the new entry in front of that with the index *at*, and this line."""
    toc = page.toc or ()
    listed = {same_title(line.text): index for index, line in enumerate(toc)}
    before = page.entries[:at] if at < len(page.entries) else ()
    named = (listed.get(same_title(entry.title)) for entry in reversed(before))
    like = next((each for each in named if each is not None), len(toc) - 1 if at else 0)
    line, mark = places.toc[like]
    if at and (number := _NUMBER.search(mark)):
        mark = mark[: number.start()] + str(int(number[0]) + 1) + mark[number.end() :]
    leading = [bool(line.anchor) for line in toc if slug(plain(line.text))]  # others cannot be led to
    linked = leading[-1] if leading else True
    return line + bool(at), [mark + write_contents(title, anchor if linked else "")]
