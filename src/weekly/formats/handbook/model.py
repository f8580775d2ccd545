from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from weekly.formats.anchors import plain, slug
from weekly.formats.body import RULE as RULE_LINE
from weekly.formats.body import Body
from weekly.formats.inline import literal, one_line, read_label, write_label
from weekly.formats.line_marks import CONTENTS, HEADING
from weekly.formats.pieces import DocumentFinding, Piece, RenderedPiece, Ways, findings, layout, render_pieces

NUMBERED_CHAPTER = r"#{1,2}[ \t]+第[零〇一二三四五六七八九十百\d]{1,6}[章节部篇]"
CLOSING_CHAPTER = r"#{1,2}[ \t]+(?:高频速记|参考资料|参考文献|参考链接|延伸阅读|References|Further reading)[ \t]*$"
"""A heading behind all questions: what follows is no answer any more."""
QUESTION = re.compile(
    r"""[ \t\u200b\ufeff]*<h(?P<level>[1-6])\b[^<>]{0,200}?\bid[ \t]*=[ \t]*(?P<id>"[^"]*"|'[^']*')[^<>]{0,200}>"""
    r"(?P<title>.*)",
    re.IGNORECASE | re.DOTALL,
)
"""A question's heading: HTML, so that its id stays when its words change."""
_BULLET = re.compile(r"[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?")
_CLOSING = re.compile(r"</h[1-6]>[ \t]*\Z", re.IGNORECASE)
BODY = Body(r"<h[1-6]\b", NUMBERED_CHAPTER, CLOSING_CHAPTER, last=rf"(?:{RULE_LINE}|#{{1,2}}(?:[ \t]|$))")
INTRO_BODY = Body(r"<h[1-6]\b", r"#{1,2}(?:[ \t]|$)", last=RULE_LINE, also=lambda text: read_toc_line(text) is not None)
_ORDINAL = re.compile(r"(\d{1,9})[ \t]*[.、．]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question and its answer; *id* is what the contents point at."""

    id: str
    title: str
    body: str = ""
    level: int = field(default=2, metadata={"layout": True})
    layout: tuple[Piece, ...] = layout()

    @property
    def pieces(self) -> list[RenderedPiece]:
        """Heading and answer, for a template."""
        texts = {"heading": write_heading(self.level, self.id, self.title), "body": BODY.write(self.body) or None}
        return [self._without_frame(place) for place in render_pieces(self.layout, self.fresh, texts, QUESTION_WAYS)]

    def _without_frame(self, place: RenderedPiece) -> RenderedPiece:
        """A heading without its tags where they are as the template writes them."""
        if place.part != "heading" or place.mark is not None:
            return place
        usual = place.text == write_heading(self.level, self.id, self.title)
        if not usual:
            return place._replace(mark="")
        return place._replace(text=write_title(self.title) if self.id else one_line(self.title))

    @property
    def fresh(self) -> list[Piece]:
        """The layout of a question written from scratch."""
        return [Piece(part="heading"), *([Piece(part="body")] if self.body else [])]

    @property
    def number(self) -> int:
        """The number that the title begins with, 0 for none."""
        return ordinal(self.title)

    @property
    def anchor(self) -> str:
        """The id as it stands in the tag."""
        return write_id(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """Questions under one heading; the title is empty where there is none."""

    title: str = ""
    intro: str = ""
    """What stands between the title and the first question."""
    questions: tuple[Question, ...] = ()
    layout: tuple[Piece, ...] = layout()

    @property
    def pieces(self) -> list[RenderedPiece]:
        """The chapter's parts in order, for a template; `questions` stands for all of them."""
        texts = {"title": one_line(self.title), "intro": INTRO_BODY.write(self.intro) or None, "questions": ""}
        return render_pieces(self.layout, self.fresh, texts, CHAPTER_WAYS)

    @property
    def fresh(self) -> list[Piece]:
        """The layout of a chapter written from scratch."""
        parts = [Piece(part="title")] if self.title else []
        parts += [Piece(part="intro")] if self.intro else []
        return [*parts, Piece(part="questions", after="")]


@dataclass(frozen=True, slots=True, kw_only=True)
class TocLine:
    """One line of the contents; *anchor* is what it points at, without `#`."""

    text: str
    anchor: str = ""
    layout: tuple[Piece, ...] = layout()

    @property
    def pieces(self) -> list[RenderedPiece]:
        """The line, for a template."""
        return render_pieces(self.layout, LINE, {"line": write_toc(self.text, self.anchor)}, TOC_WAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handbook:
    """An evergreen page of questions and answers.

    The contents follow from the questions when they are not given. Of a page that was read they are what stands there.
    """

    title: str = ""
    """Most pages begin with their contents and have none."""
    toc: tuple[TocLine, ...] | None = None
    chapters: tuple[Chapter, ...] = ()
    contents_label: str = field(default=CONTENTS[0], metadata={"layout": True})
    lead: str = field(default="", metadata={"layout": True})
    """White space in front of everything."""
    layout: tuple[Piece, ...] = layout()
    findings: tuple[DocumentFinding, ...] = findings()

    def __post_init__(self) -> None:
        if self.toc is None:
            questions = (question for chapter in self.chapters for question in chapter.questions)
            object.__setattr__(self, "toc", tuple(map(contents_line, questions)))

    @property
    def pieces(self) -> list[RenderedPiece]:
        """The page's parts in order, for a template; `toc` and `chapters` stand for all of theirs."""
        texts = {
            "title": one_line(self.title),
            "toc_heading": self.contents_label,
            **dict.fromkeys(("toc", "chapters"), ""),
        }
        return render_pieces(self.layout, self.fresh, texts, {"title": one_line})

    @property
    def fresh(self) -> list[Piece]:
        """The layout of a page written from scratch."""
        parts = [Piece(part="title")] if self.title else []
        if self.toc:
            parts += [Piece(part="toc_heading"), Piece(part="toc", after="\n")]
        return [*parts, Piece(part="chapters", after="")]


def contents_line(question: Question) -> TocLine:
    """What leads to a question; of HTML, as the heading of one with an id is, Markdown shows the same characters."""
    title = one_line(question.title)
    if question.id:
        return TocLine(text=literal(html.unescape(title)), anchor=question.id)
    return TocLine(text=title, anchor=slug(plain(title)))


def targets(anchor: str) -> set[str]:
    """The ids that a link to *anchor* may mean: GitHub puts a prefix in front of ids, links work with and without."""
    bare = anchor.removeprefix("user-content-")
    return {anchor, bare, unquote(bare)}


def ordinal(title: str) -> int:
    """The number that *title* begins with, 0 for none."""
    match = _ORDINAL.match(title)
    return int(match[1]) if match else 0


def write_id(text: str) -> str:
    """*text* as the value of an attribute in double quotes."""
    return re.sub(r"&((?:amp;)*quot;)", r"&amp;\1", one_line(text)).replace('"', "&quot;")


def _read_id(raw: str) -> str:
    return re.sub(r"&amp;((?:amp;)*quot;)", r"&\1", raw.replace("&quot;", '"'))


def write_title(text: str) -> str:
    """*text* between the tags of a heading: a closing tag in it would end the heading."""
    return re.sub(r"&((?:amp;)*lt;/h)", r"&amp;\1", one_line(text)).replace("</h", "&lt;/h")


def _read_title(raw: str) -> str:
    return re.sub(r"&amp;((?:amp;)*lt;/h)", r"&\1", raw.replace("&lt;/h", "</h"))


def write_heading(level: int, id_: str, title: str) -> str:
    """A question's heading: Markdown where it has no id."""
    if not id_:
        return "#" * level + " " + one_line(title)
    return f'<h{level} id="{write_id(id_)}">{write_title(title)}</h{level}>'


def read_heading(raw: str) -> tuple[int, str, str] | None:
    """Level, id and title of a question's heading, None for any other line."""
    if "<" not in raw[:8]:
        return None
    match = QUESTION.fullmatch(raw)
    if not match:
        return None
    title = _CLOSING.sub("", match["title"])
    return int(match["level"]), _read_id(match["id"][1:-1]), _read_title(title).strip(" \t")


def write_toc(text: str, anchor: str) -> str:
    """A contents line without its mark; an id may have blanks and parentheses in it, so its anchor has them too."""
    return f"[{write_label(text)}](#{one_line(anchor).replace('](#', ']%28#')})" if anchor else one_line(text)


def read_toc(raw: str) -> tuple[str, str] | None:
    """Text and anchor of a contents line without its mark, None for a line that is no link into the page."""
    if not (raw.startswith("[") and raw.endswith(")")):
        return None
    end = raw.rfind("](#")
    return (read_label(raw[1:end]), raw[end + 3 : -1].replace("]%28#", "](#")) if end > 0 else None


def read_toc_line(text: str) -> tuple[str, str] | None:
    """Mark and text of a contents line, None for any other line."""
    if "](#" not in text:
        return None
    match = _BULLET.match(text)
    mark = match[0] if match else ""
    return (mark, text[len(mark) :]) if read_toc(text[len(mark) :]) else None


def _heading_way(raw: str) -> str:
    if heading := read_heading(raw):
        return write_heading(*heading)
    match = HEADING.fullmatch(raw)
    return write_heading(len(match[2]), "", match[3]) if match else raw


def _toc_way(raw: str) -> str:
    line = read_toc(raw)
    return write_toc(*line) if line else raw


def _body_way(raw: str) -> str:
    return BODY.again(raw)


LINE = (Piece(part="line", after="\n"),)
QUESTION_WAYS: Ways = {"heading": _heading_way, "body": _body_way}
CHAPTER_WAYS: Ways = {"title": one_line, "intro": INTRO_BODY.again}
TOC_WAYS: Ways = {"line": _toc_way}
