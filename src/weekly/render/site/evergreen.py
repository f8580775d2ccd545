"""The evergreen pages as HTML: collections, handbook chapters, papers in depth; their Markdown stays the original."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from weekly.errors import ParseError
from weekly.formats import collection, handbook, topic
from weekly.formats.anchors import Slugger, plain
from weekly.formats.collection import Collection, CollectionEntry
from weekly.formats.handbook import Chapter, Handbook, Question
from weekly.formats.inline import literal
from weekly.formats.topic import Paper, TopicPage
from weekly.render.markdown import excerpt, to_text

T = TypeVar("T")
_INTRO = 200
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


@dataclass(frozen=True, kw_only=True)
class Page:
    """A Markdown file of the archive that is shown as a page."""

    source: str
    """Its path from the archive's top."""
    load: Callable[[str], str]
    """Reads that file."""

    @cached_property
    def text(self) -> str:
        """What stands in it."""
        return self.load(self.source)

    @property
    def digest(self) -> str:
        """Another one as soon as anything in it is another."""
        return f"{self.source} {hashlib.sha256(self.text.encode()).hexdigest()}"

    @property
    def place(self) -> str:
        """Where its HTML stands, from the archive's top."""
        return f"{self.source.removesuffix('.md')}.html"

    @property
    def stem(self) -> str:
        """Its file's name."""
        return self.source.rpartition("/")[2].removesuffix(".md")


@dataclass(frozen=True, slots=True)
class PagePart(Generic[T]):
    """A part of a page with its anchor and its title in plain text."""

    anchor: str
    title: str
    part: T

    def __iter__(self) -> Any:
        """Anchor, title and part, for templates."""
        return iter((self.anchor, self.title, self.part))


class CollectionPage(Page):
    """An evergreen page of one field."""

    template = "site/collection.html.j2"

    @cached_property
    def document(self) -> Collection:
        """What it says; of a page that is no collection everything is its introduction."""
        try:
            return collection.parse(self.text)
        except ParseError:
            return Collection(intro=self.text)

    @cached_property
    def title(self) -> str:
        """Its title in plain text."""
        return to_text(self.document.title) or self.stem

    @cached_property
    def entries(self) -> list[PagePart[CollectionEntry]]:
        """Its entries."""
        slugger = Slugger()
        entries = self.document.entries
        return [PagePart(slugger.slug(plain(entry.title)) or "-", _title(entry.title), entry) for entry in entries]

    @property
    def count(self) -> int:
        """How many entries it has."""
        return len(self.document.entries)

    @property
    def intro(self) -> str:
        """The beginning of its introduction."""
        return excerpt(self.document.intro, _INTRO)

    def context(self) -> dict[str, Any]:
        """What its template sees."""
        return {"entries": self.entries}


class HandbookPage(Page):
    """Questions and answers."""

    template = "site/handbook.html.j2"

    @cached_property
    def document(self) -> Handbook:
        """What it says; of a page that is no handbook everything is one answer."""
        try:
            return handbook.parse(self.text)
        except ParseError:
            return Handbook(chapters=(Chapter(intro=self.text),))

    @cached_property
    def title(self) -> str:
        """Its title in plain text: the page's own, or that of the only chapter."""
        chapters = [chapter.title for chapter in self.document.chapters if chapter.title]
        return to_text(self.document.title or (chapters[0] if len(chapters) == 1 else "")) or self.stem

    @cached_property
    def chapters(self) -> list[tuple[Chapter, list[PagePart[Question]]]]:
        """Its chapters with their questions."""
        anchors = _Anchors()
        return [
            (
                chapter,
                [PagePart(anchors.of(question), _question_title(question), question) for question in chapter.questions],
            )
            for chapter in self.document.chapters
        ]

    @property
    def count(self) -> int:
        """How many questions it answers."""
        return sum(len(chapter.questions) for chapter in self.document.chapters)

    @property
    def intro(self) -> str:
        """Its first questions."""
        titles = [question.title for _, questions in self.chapters for question in questions]
        return excerpt(" · ".join(titles[:5]), _INTRO)

    def context(self) -> dict[str, Any]:
        """What its template sees."""
        return {"chapters": self.chapters}


class DepthPage(Page):
    """The papers of one topic and week in depth."""

    template = "site/depth.html.j2"

    @cached_property
    def document(self) -> TopicPage:
        """What it says."""
        try:
            return topic.read(self.text)
        except ParseError:
            return TopicPage()

    @property
    def slug(self) -> str:
        """The topic."""
        return self.source.split("/")[1]

    @cached_property
    def papers(self) -> list[PagePart[Paper]]:
        """Its papers."""
        slugger = Slugger()
        papers = [paper for each in self.document.topics for paper in each.papers]
        return [PagePart(slugger.slug(plain(paper.title)) or "-", _title(paper.title), paper) for paper in papers]

    def context(self) -> dict[str, Any]:
        """What its template sees."""
        return {"week": self.stem, "papers": self.papers}


class _Anchors:
    """The ids of questions, which HTML wants without blanks and once each."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._slugger = Slugger()

    def of(self, question: Question) -> str:
        own = re.sub(r"\s+", "-", question.id) or self._slugger.slug(plain(question.title)) or "-"
        while own in self._seen:
            own += "-"
        self._seen.add(own)
        return own


def _title(markdown: str) -> str:
    return " ".join(to_text(markdown).split()) or markdown


def _question_title(question: Question) -> str:
    """The words of a question, which is HTML where it has an id."""
    return _title(literal(html.unescape(_TAG.sub("", question.title))) if question.id else question.title)
