from __future__ import annotations

from collections.abc import Iterator, Sequence

from weekly.formats import findings as find
from weekly.formats.line_marks import level
from weekly.formats.lines import Line
from weekly.formats.pieces import DocumentFinding
from weekly.formats.topic.model import SECTIONS, SECTIONS_EN, Paper, TopicPage

_PAPER = 2
"""The level of a paper's heading."""


def topic_findings(page: TopicPage, lines: Sequence[Line]) -> Iterator[DocumentFinding]:
    """What its owner should know about a topic page."""
    yield from find.of_lines(lines)
    levels = [(line.number, level(line)) for line in lines if "#" in line.text]
    places = [number for number, depth in levels if depth == _PAPER]
    papers = [paper for topic in page.topics for paper in topic.papers]
    titles: dict[str, int] = {}
    for paper, line in zip(papers, places, strict=False):
        yield from _paper(paper, line)
        if paper.title in titles:
            message = f"{paper.title!r} stands here a second time, first on line {titles[paper.title]}"
            yield DocumentFinding(kind="duplicate", line=line, message=message)
        titles.setdefault(paper.title, line)
    yield from _topics(page, [number for number, depth in levels if depth == 1])


def _paper(paper: Paper, line: int) -> Iterator[DocumentFinding]:
    if not paper.links:
        yield DocumentFinding(kind="no-links", line=line, message=f"{paper.title!r} has no link")
    if not paper.date:
        yield DocumentFinding(
            kind="no-facts", line=line, message=f"{paper.title!r} has no line with date and institutions"
        )
    headings = {section.heading for section in paper.sections}
    missing = min(([name for name in names[:-1] if name not in headings] for names in (SECTIONS, SECTIONS_EN)), key=len)
    if missing:  # the last is left out where nobody has put the work in plain words
        yield DocumentFinding(kind="section-missing", line=line, message=f"{paper.title!r} has no {', '.join(missing)}")


def _topics(page: TopicPage, places: Sequence[int]) -> Iterator[DocumentFinding]:
    named = [topic.name for topic in page.topics if topic.name]
    seen: set[str] = set()
    for name, line in zip(named, places[len(places) - len(named) :], strict=False):
        if name in seen:
            yield DocumentFinding(kind="duplicate", line=line, message=f"the topic {name!r} stands here a second time")
        seen.add(name)
