from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from weekly.formats.anchors import Slugger, plain
from weekly.formats.body import RULE as RULE_LINE
from weekly.formats.body import Body
from weekly.formats.inline import closing_bracket, one_line, read_label, read_url, write_link
from weekly.formats.line_marks import CONTENTS
from weekly.formats.lists import ContentsLine
from weekly.formats.pieces import DocumentFinding, Piece, RenderedPiece, Ways, findings, layout, render_pieces
from weekly.text.vocabulary import EN, ZH

SECTIONS = ZH.sections["collection"]
"""The sections of an entry in order."""
SECTIONS_EN = EN.sections["collection"]
NAMES = (*SECTIONS, *ZH.also, *SECTIONS_EN, *EN.also)
"""All that a section may be called."""

_BULLET = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+")
_NAMED = re.compile(r"(?!\\)([^\[\]()<>|`]{1,82}?)[ \t]*[:：][ \t]*(https?://\S+)")
_BARE = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionLink:
    """A link to the work or about it; *label* may be empty."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionSection:
    """A part of an entry's text."""

    heading: str
    body: str = ""
    layout: tuple[Piece, ...] = layout()

    @property
    def pieces(self) -> list[RenderedPiece]:
        """Heading and body, for a template."""
        body = ENTRY_BODY.write(self.body) if self.body else None
        return render_pieces(self.layout, self.fresh, {"heading": one_line(self.heading), "body": body}, SECTION_WAYS)

    @property
    def fresh(self) -> list[Piece]:
        """The layout of a section written from scratch."""
        return [Piece(part="heading", after="\n"), *([Piece(part="body")] if self.body else [])]


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionEntry:
    """A work, a project or a group of them under a heading of the given *level*.

    The first entry has no title when sections stand under the title of the page itself.
    """

    title: str
    level: int = 1
    intro: str = ""
    """What stands between the title and the first section."""
    sections: tuple[CollectionSection, ...] = ()
    links: tuple[CollectionLink, ...] = ()
    layout: tuple[Piece, ...] = layout()

    @property
    def pieces(self) -> list[RenderedPiece]:
        """The entry's parts in order, its sections' parts among them, for a template."""
        texts = {
            "title": one_line(self.title),
            "intro": ENTRY_BODY.write(self.intro) if self.intro else None,
            "section": [""] * len(self.sections),
            "link": [write_named(link) for link in self.links],
        }
        sections = iter(self.sections)
        result: list[RenderedPiece] = []
        for piece in render_pieces(self.layout, self.fresh, texts, ENTRY_WAYS):
            result += next(sections).pieces if piece.part == "section" else [piece]
        return result

    @property
    def fresh(self) -> list[Piece]:
        """The layout of an entry written from scratch."""
        parts = [Piece(part="title")] if self.title else []
        parts += [Piece(part="intro")] if self.intro else []
        parts += [Piece(part="section", after="") for _ in self.sections]
        parts += [Piece(part="link", after="\n") for _ in self.links[1:]]
        return [*parts, *(Piece(part="link") for _ in self.links[:1])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """An evergreen page of one field.

    The contents follow from the entries when they are not given. Of a page that was read they are what stands there.
    """

    title: str = ""
    intro: str = ""
    toc: tuple[ContentsLine, ...] | None = None
    entries: tuple[CollectionEntry, ...] = ()
    footer: str = ""
    contents_label: str = field(default=CONTENTS[0], metadata={"layout": True})
    lead: str = field(default="", metadata={"layout": True})
    """White space in front of everything."""
    layout: tuple[Piece, ...] = layout()
    findings: tuple[DocumentFinding, ...] = findings()

    def __post_init__(self) -> None:
        if self.toc is None:
            object.__setattr__(self, "toc", tuple(self._derived_toc()))

    def _derived_toc(self) -> Iterator[ContentsLine]:
        slugs = Slugger()
        for heading in filter(None, (self.title, self.contents_label)):
            slugs.slug(plain(one_line(heading)))
        for entry in self.entries:
            if entry.title:
                title = one_line(entry.title)
                yield ContentsLine(text=title, anchor=slugs.slug(plain(title)))
            for section in entry.sections:
                slugs.slug(plain(one_line(section.heading)))

    @property
    def pieces(self) -> list[RenderedPiece]:
        """The page's parts in order, for a template.

        `toc` has all lines of the contents, `entry` one entry in front of other parts, `entries` all further ones.
        """
        texts = {
            "title": one_line(self.title),
            "intro": INTRO_BODY.write(self.intro) if self.intro else None,
            "toc_heading": self.contents_label,
            "footer": self.footer or None,
            "entry": [""] * len(self.entries),
            **dict.fromkeys(("toc", "entries"), ""),
        }
        result, waiting = list[RenderedPiece](), deque(self.entries)
        for place in render_pieces(self.layout, self.fresh, texts, PAGE_WAYS):
            nodes: tuple[Any, ...] = ()
            if place.part == "toc":
                nodes = self.toc or ()
            elif place.part == "entry":
                nodes = (waiting.popleft(),)
            elif place.part == "entries":
                nodes = tuple(waiting)
            result.append(place._replace(nodes=nodes))
        return result

    @property
    def fresh(self) -> list[Piece]:
        """The layout of a page written from scratch."""
        parts = [Piece(part="title")] if self.title else []
        parts += [Piece(part="intro")] if self.intro else []
        if self.toc:
            parts += [Piece(part="toc_heading"), Piece(part="toc", after="\n")]
        parts += [Piece(part="entries", after="")]
        return [*parts, *([Piece(part="footer", after="\n")] if self.footer else [])]


def write_named(link: CollectionLink) -> str:
    """A link with its label, or a bare address."""
    return write_link(link.label, link.url) if link.label else link.url


def read_named(raw: str) -> CollectionLink | None:
    """The link that a line is, without its bullet: `[label](url)`, `label：url`, `[label]url` or an address."""
    if raw.startswith("[") and not raw.startswith("[!["):
        end = closing_bracket(raw)
        target = raw[end + 1 :]
        if target.startswith("(") and target.endswith(")"):
            inner = target[1:-1].strip(" \t")
            if "](" in inner and not inner.startswith("<"):
                return None
            return CollectionLink(label=read_label(raw[1:end]), url=read_url(inner))
        return CollectionLink(label=read_label(raw[1:end]), url=target) if _BARE.fullmatch(target) else None
    if _BARE.fullmatch(raw):
        return CollectionLink(label="", url=raw)
    match = _NAMED.fullmatch(raw)
    return CollectionLink(label=match[1], url=match[2]) if match else None


def read_bulleted(text: str) -> tuple[str, str, CollectionLink] | None:
    """Bullet, text and meaning of a line that is a link."""
    if "](" not in text and "://" not in text:
        return None
    match = _BULLET.match(text)
    mark = match[0] if match else text[: len(text) - len(text.lstrip(" \t"))]
    link = read_named(text[len(mark) :])
    return (mark, text[len(mark) :], link) if link else None


def _link_way(raw: str) -> str:
    link = read_named(raw)
    return write_named(link) if link else raw


def _entry_way(raw: str) -> str:
    return ENTRY_BODY.again(raw)


ENTRY_BODY = Body(
    r"#{1,6}(?:[ \t]|$)", RULE_LINE, "<!--", r"[*_]{0,3}\[⬆", also=lambda text: read_bulleted(text) is not None
)
INTRO_BODY = Body(r"#{1,4}(?:[ \t]|$)", last=RULE_LINE)
SECTION_WAYS: Ways = {"heading": one_line, "body": _entry_way}
ENTRY_WAYS: Ways = {"title": one_line, "intro": _entry_way, "link": _link_way}
PAGE_WAYS: Ways = {"title": one_line, "intro": INTRO_BODY.again}
