from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from weekly.formats.body import Body
from weekly.formats.inline import one_line, read_image, write_image
from weekly.formats.pieces import DocumentFinding, Piece, RenderedPiece, Ways, findings, layout, render_pieces
from weekly.text.vocabulary import EN, ZH

SECTIONS = ZH.sections["topic"]
"""The sections of a paper in order."""
SECTIONS_EN = EN.sections["topic"]

BODY = Body(r"#{1,3}(?:[ \t]|$)", r"!\[")
LINK = re.compile(
    r"<u>[ \t]*(?P<u>[^\s<>]+)[ \t]*</u>|<(?P<auto>https?://[^\s<>]+)>|\[[^\[\]]*\]\((?P<url>[^\s()]+)\)"
    r"|(?P<bare>https?://[^\s<>]+)"
)
"""A link to the work, alone or with others on its line."""
RATING = re.compile(r"[⭐🟡🌟★☆][⭐🟡🌟★☆\ufe0f \t]*")
_BAR = "｜"
_ENTITIES = {_BAR: "&#xFF5C;", ",": "&#44;"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSection:
    """A part of a paper's text; *images* are the addresses of the pictures at its head."""

    heading: str
    body: str = ""
    images: tuple[str, ...] = ()
    layout: tuple[Piece, ...] = layout()

    def pieces(self, *, last: bool = False) -> list[RenderedPiece]:
        """The section's parts in order, for a template; the *last* one of a paper has no blank line behind it."""
        texts = {
            "heading": one_line(self.heading),
            "image": [write_image("", url) for url in self.images],
            "body": BODY.write(self.body) if self.body else None,
        }
        return render_pieces(self.layout, self.fresh(last=last), texts, SECTION_WAYS)

    def fresh(self, *, last: bool = False) -> list[Piece]:
        """The layout of a section written from scratch: two blanks keep a picture and the text below it apart."""
        return list(_fresh_section(len(self.images), body=bool(self.body), last=last))


@lru_cache(maxsize=1000)
def _fresh_section(images: int, *, body: bool, last: bool) -> tuple[Piece, ...]:
    above = [Piece(part="image", after=" \n")] * (images - 1) + [Piece(part="image", after="  \n")] * min(images, 1)
    below = [Piece(part="body", after=" \n" if last else "\n\n")] * body
    return (Piece(part="heading", after="  \n" if last else " \n"), *above, *below)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A work in depth."""

    title: str
    date: str = ""
    """As written, ISO 8601."""
    institutions: tuple[str, ...] = ()
    venue: str = ""
    rating: str = ""
    """Stars and half stars, as written."""
    links: tuple[str, ...] = ()
    """Addresses, arXiv first."""
    sections: tuple[PaperSection, ...] = ()
    layout: tuple[Piece, ...] = layout()

    @property
    def pieces(self) -> list[RenderedPiece]:
        """The paper's parts in order, for a template; `sections` stands for all of them."""
        texts = {
            "title": one_line(self.title),
            "facts": write_facts(self.date, self.institutions, self.venue, self.rating) or None,
            "link": [write_link(url) for url in self.links],
            "sections": "",
        }
        return render_pieces(self.layout, self.fresh, texts, PAPER_WAYS)

    @property
    def fresh(self) -> list[Piece]:
        """The layout of a paper written from scratch."""
        parts = [Piece(part="title", after=" \n")]
        if write_facts(self.date, self.institutions, self.venue, self.rating):
            parts += [Piece(part="facts", after=" \n\n")]
        parts += [Piece(part="link", after="  \n") for _ in self.links[:1]]
        parts += [Piece(part="link", after=" \n") for _ in self.links[1:]]
        return [*parts, Piece(part="sections", after="")]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperTopic:
    """Papers of one topic; *name* may be hierarchical, with `｜` between the levels."""

    name: str
    papers: tuple[Paper, ...] = ()
    layout: tuple[Piece, ...] = layout()

    @property
    def pieces(self) -> list[RenderedPiece]:
        """The topic's parts in order, for a template; `papers` stands for all of them."""
        texts = {"name": one_line(self.name), "papers": ""}
        return render_pieces(self.layout, self.fresh, texts, {"name": one_line})

    @property
    def fresh(self) -> list[Piece]:
        """The layout of a topic written from scratch."""
        parts = [Piece(part="name", after="  \n")] if self.name else []
        return [*parts, Piece(part="papers", after="")]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicPage:
    """Papers in depth, by topic."""

    topics: tuple[PaperTopic, ...] = ()
    title: str = ""
    """Most pages have none."""
    lead: str = field(default="", metadata={"layout": True})
    """White space in front of everything."""
    layout: tuple[Piece, ...] = layout()
    findings: tuple[DocumentFinding, ...] = findings()

    @property
    def pieces(self) -> list[RenderedPiece]:
        """The page's parts in order, for a template; `topics` stands for all of them."""
        texts = {"title": one_line(self.title), "topics": ""}
        return render_pieces(self.layout, self.fresh, texts, {"title": one_line})

    @property
    def fresh(self) -> list[Piece]:
        """The layout of a page written from scratch."""
        return [*([Piece(part="title", after="  \n")] if self.title else []), Piece(part="topics", after="")]


def write_link(url: str) -> str:
    """A link to the work."""
    return f"<u>{url}</u>"


def read_link(raw: str) -> str:
    """The address in a link to the work."""
    match = LINK.fullmatch(raw)
    return next(filter(None, match.groups()), raw) if match else raw


def _write_part(text: str, *separators: str) -> str:
    text = one_line(text)
    for separator in separators:
        entity = _ENTITIES[separator]
        written = re.sub(f"&((?:amp;)*{entity[1:]})", r"&amp;\1", text) if "&" in text else text
        text = written.replace(separator, entity)
    return text


def _read_part(raw: str, *separators: str) -> str:
    for separator in separators:
        entity = _ENTITIES[separator]
        raw = re.sub(f"&amp;((?:amp;)*{entity[1:]})", r"&\1", raw.replace(entity, separator)) if "&" in raw else raw
    return raw


def write_facts(date: str, institutions: Sequence[str], venue: str, rating: str) -> str:
    """The line under a paper's title: `date｜institutions｜venue｜rating`, the last two where there are any."""
    names = ", ".join(_write_part(name, _BAR, ",") for name in institutions)
    behind = [part for part in (_write_part(venue, _BAR), one_line(rating)) if part]
    return _BAR.join([one_line(date), names, *behind] if names or behind else [one_line(date)])


@lru_cache(maxsize=100)  # what reads a page asks again how it would be written
def read_facts(raw: str) -> tuple[str, tuple[str, ...], str, str]:
    """Date, institutions, venue and rating."""
    date, *parts = (part.strip(" \t") for part in raw.split(_BAR))
    rating = parts.pop() if parts and RATING.fullmatch(parts[-1]) else ""
    names = (_read_part(name.strip(" \t"), ",", _BAR) for name in (parts[0] if parts else "").split(","))
    venue = _BAR.join(_read_part(part, _BAR) for part in parts[1:])
    return date, tuple(name for name in names if name), venue, rating


SECTION_WAYS: Ways = {
    "heading": one_line,
    "image": lambda raw: write_image("", (read_image(raw) or ("", raw))[1]),
    "body": BODY.again,
}
PAPER_WAYS: Ways = {
    "title": one_line,
    "facts": lambda raw: write_facts(*read_facts(raw)),
    "link": lambda raw: write_link(read_link(raw)),
}
