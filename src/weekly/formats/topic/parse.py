from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from weekly.errors import ParseError
from weekly.formats.inline import read_image
from weekly.formats.line_marks import HEADING, heading, level
from weekly.formats.lines import Chunk, Line, chunks, join, lead, split
from weekly.formats.pieces import MARKDOWN, Piece, markdown, piece, unless_fresh
from weekly.formats.topic import model
from weekly.formats.topic.lint import topic_findings
from weekly.formats.topic.model import Paper, PaperSection, PaperTopic, TopicPage

TOPIC = re.compile(r"#[ \t]+(?:Special[ \t]+)?Topic[ \t]*[:：][ \t]*", re.IGNORECASE)
_FACTS = re.compile(r"\d{4}(?:-\d{1,2}){1,2}[ \t]*(?:｜|\Z)|｜")

_PAPER = 2
"""The level of a paper's heading."""


def parse(text: str) -> TopicPage:
    """The topic page that *text* is.

    Raises:
        ParseError: it has no topic and no paper.
    """
    lines = split(text)
    page = _read(lines)
    return replace(page, findings=tuple(topic_findings(page, lines)))


def read(text: str) -> TopicPage:
    """The same without the findings, for those who only show it."""
    return _read(split(text))


def _read(lines: Sequence[Line]) -> TopicPage:
    before, rest = lead(lines)
    page = _page(rest)
    if not page.topics:
        raise ParseError("no topic: a topic page has lines like # Topic: Image Generation")
    return replace(page, lead=before)


def _cut(lines: Sequence[Line], depth: int) -> list[list[Line]]:
    """*lines* cut in front of each heading of at most *depth*."""
    runs: list[list[Line]] = []
    for line in lines:
        if not runs or ("#" in line.text and 0 < level(line) <= depth):
            runs.append([])
        runs[-1].append(line)
    return runs


def _page(lines: Sequence[Line]) -> TopicPage:
    page = TopicPage()
    topics: list[PaperTopic] = []
    pieces: list[Piece] = []
    for group in _cut(lines, 1):
        head, *papers = _cut(group, _PAPER)
        if level(head[0]) == _PAPER:
            head, papers = [], [head, *papers]
        if topics or (head and TOPIC.match(head[0].text)):
            topics.append(_topic(head, papers))
            continue
        title, rest = _behind(head)
        if title and not any(place.part == "title" for place in pieces):
            place, text = heading(title, "title", "# ", {})
            page = replace(page, title=text)
            pieces.append(place)
        elif title:
            pieces.append(markdown(title.lines))
        pieces += rest
        if papers:
            topics.append(_topic([], papers))
    page = replace(page, topics=tuple(topics))
    return replace(page, layout=unless_fresh([*pieces, Piece(part="topics", after="")], page.fresh))


def _behind(head: Sequence[Line]) -> tuple[Chunk | None, list[Piece]]:
    """The heading that lines begin with, if any, and what stands behind it."""
    cut = chunks(head, lambda line: "heading" if line is head[0] and level(line) else "", {MARKDOWN})
    title = cut.pop(0) if cut and cut[0].part == "heading" else None
    return title, [markdown(chunk.lines) for chunk in cut]


def _topic(head: Sequence[Line], papers: Sequence[Sequence[Line]]) -> PaperTopic:
    title, rest = _behind(head)
    name = ""
    pieces: list[Piece] = []
    if title:
        raw, after = join(title.lines)
        match = TOPIC.match(raw) or HEADING.match(raw)
        form = raw[: match.start(3) if match.re is HEADING else match.end()] if match else ""
        name = raw.removeprefix(form)
        pieces.append(Piece(part="name", after=after, mark=None if form == "# Topic: " else form))
    topic = PaperTopic(name=name, papers=tuple(map(_paper, papers)))
    return replace(topic, layout=unless_fresh([*pieces, *rest, Piece(part="papers", after="")], topic.fresh))


def _paper(run: Sequence[Line]) -> Paper:
    head, *sections = _cut(run, _PAPER + 1)
    fields: dict[str, Any] = {}
    links: list[str] = []
    pieces: list[Piece] = []
    for chunk in chunks(head, _head_part(), {MARKDOWN}):
        raw, after = join(chunk.lines)
        if chunk.part == "title":
            place, fields["title"] = heading(chunk, "title", "## ", model.PAPER_WAYS)
            pieces.append(place)
        elif chunk.part == "facts":
            fields |= zip(("date", "institutions", "venue", "rating"), model.read_facts(raw), strict=True)
            pieces.append(piece("facts", raw, after, model.PAPER_WAYS))
        elif chunk.part == "links":
            for link, place in _links(raw, after):
                links.append(link)
                pieces.append(place)
        else:
            pieces.append(markdown(chunk.lines))
    parts = tuple(_section(part, last=part is sections[-1]) for part in sections)
    paper = Paper(**{"title": "", **fields}, links=tuple(links), sections=parts)
    layout = unless_fresh([*pieces, Piece(part="sections", after="")], paper.fresh)
    return replace(paper, layout=layout) if layout else paper


def _head_part() -> Callable[[Line], str]:
    """What a line of a paper's head begins."""
    seen: set[str] = set()

    def begins(line: Line) -> str:
        part = "links" if _is_links(line.text) else ""
        if not seen:
            part = "title"
        elif not seen & {"facts", "links"} and _is_facts(line.text):
            part = "facts"
        seen.add(part)
        return part

    return begins


def _is_facts(text: str) -> bool:
    """Whether a line says a date, or who and where without one."""
    match = _FACTS.match(text)
    if match is None or match[0] != "｜":
        return match is not None
    return bool(model.write_facts(*model.read_facts(text)))


def _is_links(text: str) -> bool:
    """Whether a line holds links and nothing else."""
    end = 0
    for match in model.LINK.finditer(text):
        if text[end : match.start()].strip(" \t"):
            return False
        end = match.end()
    return end == len(text)


def _links(raw: str, after: str) -> Iterator[tuple[str, Piece]]:
    """The links of a line and their places."""
    matches = list(model.LINK.finditer(raw))
    ends = [match.start() for match in matches[1:]]
    mark = raw[: matches[0].start()] or None
    for match, end in zip(matches, [*ends, None], strict=True):
        behind = after if end is None else raw[match.end() : end]
        yield model.read_link(match[0]), piece("link", match[0], behind, model.PAPER_WAYS, mark)
        mark = None


def _section(run: Sequence[Line], *, last: bool) -> PaperSection:
    text = next((i for i, line in enumerate(run) if i and line.text and not read_image(line.text)), len(run))
    first = next((i for i in range(1, text) if run[i].text), text)
    place, name = heading(Chunk("heading", list(run[:first])), "heading", "### ", model.SECTION_WAYS)
    pieces = [place]
    urls: list[str] = []
    for chunk in chunks(run[first:text], lambda _: "image", ()):
        raw, after = join(chunk.lines)
        pieces.append(piece("image", raw, after, model.SECTION_WAYS))
        urls.append((read_image(raw) or ("", raw))[1])
    body = ""
    if text < len(run):
        raw, after = join(run[text:])
        body = model.BODY.read(raw)
        pieces.append(piece("body", raw, after, model.SECTION_WAYS))
    section = PaperSection(heading=name, body=body, images=tuple(urls))
    layout = unless_fresh(pieces, section.fresh(last=last))
    return replace(section, layout=layout) if layout else section
