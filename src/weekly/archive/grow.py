"""Appends a published issue's cards to the topic pages, the collections and the handbook."""

from __future__ import annotations

import logging
import re
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

from weekly import files
from weekly.archive.folder import Archive
from weekly.errors import ParseError, StageError
from weekly.formats import collection, handbook
from weekly.formats.collection import Collection, CollectionEntry
from weekly.formats.fitting_heading import fitting_heading
from weekly.formats.handbook import Chapter, Handbook, Question
from weekly.formats.line_marks import conflicts
from weekly.formats.lines import split
from weekly.models import Card, Draft, Kind, Week
from weekly.render.documents import render
from weekly.render.markdown import escape
from weekly.render.pages import collection_entry, handbook_questions, topic_page
from weekly.render.paths import PICTURES, folder, page_path
from weekly.settings import Topic
from weekly.text import one_line
from weekly.text.vocabulary import vocabulary
from weekly.workspace import Workspace

_log = logging.getLogger(__name__)
TRIES = 20
"""How often a page is read again because somebody else has saved it."""
_Step = Callable[[str, Topic, Card], str]
"""The page with a card."""


def grow(workspace: Workspace, draft: Draft, into: Path | None = None) -> None:
    """Writes the week's topic pages and appends to the evergreen pages that the topics' settings name.

    They stand in the archive, or in the folder *into*.

    Appending the same work again changes nothing, so that a killed run is repaired by running again. Raises
    StageError when a page that is to grow cannot be read; the others have grown by then. A page that has a work already
    stays as it is, and a warning says so.
    """
    grown = _EvergreenPages(workspace, draft, into or workspace.archive)
    by_topic: dict[str, list[Card]] = defaultdict(list)
    for card in draft.cards:
        by_topic[card.topic].append(card)
    faults = [fault for slug, cards in by_topic.items() for fault in grown.topic(workspace.settings.topic(slug), cards)]
    if faults:
        raise StageError("; ".join(faults))


class _EvergreenPages:
    def __init__(self, workspace: Workspace, draft: Draft, root: Path) -> None:
        self._archive = Archive(root)
        self._topics = workspace.settings.topics
        self._templates = workspace.environment
        self._draft = draft
        self._contents = vocabulary(draft.language).contents

    def topic(self, topic: Topic, cards: list[Card]) -> list[str]:
        """Everything that grows by the cards of one topic; what could not is a fault, in words."""
        language = self._draft.language
        papers = [card for card in cards if card.kind is Kind.PAPER]
        if papers:
            pictures = f"../../{folder(Week.parse(self._draft.week))}/{PICTURES}"
            text = render(topic_page(topic.label(language), papers, pictures), self._templates)
            self._archive.write(f"topics/{topic.slug}/{self._draft.week}.md", text)
        # A title alone tells nobody anything.
        told = [card for card in cards if collection_entry(card, language).sections]
        faults = []
        for name, place, step, shown in (
            (topic.collection, "collections", self._to_collection, told),
            (topic.handbook, "handbook", self._to_handbook, cards),
        ):
            if name:
                faults += self._append(page_path(name, place), topic, shown, step)
        return faults

    def _append(self, path: str, topic: Topic, cards: list[Card], step: _Step) -> list[str]:
        """Writes the page with the cards; saved by somebody else meanwhile, it is read and appended to again."""
        for _ in range(TRIES):
            before = self._archive.find(path)
            try:
                text, kept = self._with_cards(before or "", topic, cards, step)
            except ParseError as error:
                return [f"{path}: {error}: mend the page, then publish again"]
            except (ValueError, LookupError, RecursionError) as error:  # a page that its reader does not foresee
                what = f"cannot be read ({type(error).__name__}: {error})"
                return [f"{path}: {one_line(what)}: mend the page, then publish again"]
            if text == (before or "") or self._archive.write_unchanged(path, before, text):
                for card in kept:
                    _log.warning("%s stays as it is: it has %s already", path, card.name)
                return []
            time.sleep(files.SETTLED)
        return [f"{path}: somebody saves it all the time: publish again when it is quiet"]

    def _with_cards(self, text: str, topic: Topic, cards: list[Card], step: _Step) -> tuple[str, list[Card]]:
        """The page with the cards, and the cards that it has already."""
        if marks := conflicts(split(text)):
            mark = marks[0]
            raise ParseError(f"line {mark.number}: a merge left {mark.text[:40]!r} here: choose one side")
        kept = []
        for card in cards:
            before, text = text, step(text, topic, card)
            kept += [card] if text == before and text else []
        return text, kept

    def _to_collection(self, text: str, topic: Topic, card: Card) -> str:
        entry = collection_entry(card, self._draft.language)
        if not text.strip():
            return self._new_collection(topic, entry)
        return collection.append(text, entry, self._contents, _group(text, topic))

    def _new_collection(self, topic: Topic, entry: CollectionEntry) -> str:
        return render(
            Collection(
                title=self._title(topic, topic.collection, [each.collection for each in self._topics]),
                intro=vocabulary(self._draft.language).collection_lead,
                entries=(entry,),
                contents_label=self._contents,
            ),
            self._templates,
        )

    def _title(self, topic: Topic, name: str, names: Sequence[str]) -> str:
        """The title of a new page *name*: what the topic is called, where the page is its alone and has no other title.

        Of a page that topics share, or whose file has a name for people to read, that is the title.
        """
        own = PurePosixPath(name).name.removesuffix(".md")
        slug = re.fullmatch(r"[a-z0-9_-]+", own)
        return escape(topic.label(self._draft.language) if slug and names.count(name) <= 1 else own)

    def _to_handbook(self, text: str, topic: Topic, card: Card) -> str:
        for question in handbook_questions(card, self._draft.language):
            if text.strip():
                chapter, opened = ("", False) if handbook.is_empty(text) else self._chapter(text, topic)
                text = handbook.append(text, question, chapter, opened=opened, contents=self._contents)
            else:
                text = self._new_handbook(topic, question)
        return text

    def _chapter(self, text: str, topic: Topic) -> tuple[str, bool]:
        """The chapter that the questions of *topic* go to, and whether it is begun where the page has none of the name.

        A page that topics share, and that has a chapter for another of them, gets one for this topic too.
        """
        if topic.chapter:
            return escape(topic.chapter), True
        page = handbook.parse(text)
        chapters = {
            chapter.title: [question.title for question in chapter.questions]
            for chapter in page.chapters
            if chapter.title and chapter.questions
        }
        if fits := fitting_heading(chapters, _names(topic), topic.keywords):
            return fits, False
        others = (other for other in self._topics if other.handbook == topic.handbook and other.slug != topic.slug)
        shared = any(fitting_heading(chapters, _names(other)) for other in others)
        return escape(topic.label(self._draft.language)), shared

    def _new_handbook(self, topic: Topic, question: Question) -> str:
        title = escape(topic.chapter or topic.label(self._draft.language))
        return render(
            Handbook(
                title=self._title(topic, topic.handbook, [each.handbook for each in self._topics]),
                chapters=(Chapter(title=title, questions=(handbook.first(question),)),),
                contents_label=self._contents,
            ),
            self._templates,
        )


def _group(text: str, topic: Topic) -> str:
    """The heading of a collection under which the entries of *topic* stand; empty where none is about it."""
    if collection.is_empty(text):
        return ""
    entries = collection.parse(text).entries
    below = {
        heading: [entries[index].title for index in among] for heading, among in collection.groups(entries).items()
    }
    return fitting_heading(below, _names(topic), topic.keywords)


def _names(topic: Topic) -> tuple[str, ...]:
    return topic.name, topic.name_en
