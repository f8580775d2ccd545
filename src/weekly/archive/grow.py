"""Appends a published issue's cards to the topic pages, the collections and the handbook."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from weekly.archive.folder import Archive
from weekly.errors import ParseError, StageError
from weekly.formats import collection, handbook
from weekly.formats.collection import Collection, CollectionEntry
from weekly.formats.handbook import Chapter, Handbook, Question
from weekly.models import Card, Draft, Kind, Week
from weekly.render.documents import render
from weekly.render.markdown import escape
from weekly.render.pages import collection_entry, handbook_questions, topic_page
from weekly.render.paths import PICTURES, folder, page_path
from weekly.settings import Topic
from weekly.text.vocabulary import vocabulary
from weekly.workspace import Workspace


def grow(workspace: Workspace, draft: Draft, into: Path | None = None) -> None:
    """Writes the week's topic pages and appends to the evergreen pages that the topics' settings name.

    They stand in the archive, or in the folder *into*.

    Appending the same work again changes nothing, so that a killed run is repaired by running again. Raises
    StageError when a page that is to grow cannot be read; the others have grown by then.
    """
    grown = _Pages(workspace, draft, into or workspace.archive)
    by_topic: dict[str, list[Card]] = defaultdict(list)
    for card in draft.cards:
        by_topic[card.topic].append(card)
    faults = [fault for slug, cards in by_topic.items() for fault in grown.topic(workspace.settings.topic(slug), cards)]
    if faults:
        raise StageError("; ".join(faults))


class _Pages:
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
        faults = []
        for name, place, step in (
            (topic.collection, "collections", self._to_collection),
            (topic.handbook, "handbook", self._to_handbook),
        ):
            if name:
                faults += self._append(page_path(name, place), topic, cards, step)
        return faults

    def _append(self, path: str, topic: Topic, cards: list[Card], step: Callable[[str, Topic, Card], str]) -> list[str]:
        before = self._archive.read(path)
        text = before
        try:
            for card in cards:
                text = step(text, topic, card)
        except ParseError as error:
            return [f"{path}: {error}: mend the page, then publish again"]
        if text != before:
            self._archive.write(path, text, durable=True)
        return []

    def _to_collection(self, text: str, topic: Topic, card: Card) -> str:
        entry = collection_entry(card, self._draft.language)
        if not entry.sections:
            return text  # a title alone tells nobody anything
        return collection.append(text, entry) if text else self._new_collection(topic, entry)

    def _new_collection(self, topic: Topic, entry: CollectionEntry) -> str:
        return render(
            Collection(title=_page_title(topic.collection), entries=(entry,), contents_label=self._contents),
            self._templates,
        )

    def _to_handbook(self, text: str, topic: Topic, card: Card) -> str:
        for question in handbook_questions(card, self._draft.language):
            if text:
                chapter, opened = self._chapter(text, topic)
                text = handbook.append(text, question, chapter, opened=opened)
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
        if fits := handbook.fitting_chapter(page, _names(topic), topic.keywords):
            return fits, False
        others = (other for other in self._topics if other.handbook == topic.handbook and other.slug != topic.slug)
        shared = any(handbook.fitting_chapter(page, _names(other)) for other in others)
        return escape(topic.label(self._draft.language)), shared

    def _new_handbook(self, topic: Topic, question: Question) -> str:
        title = escape(topic.chapter or topic.label(self._draft.language))
        numbered = Question(id="q-001", title=f"1. {question.title}", body=question.body)
        return render(
            Handbook(
                title=_page_title(topic.handbook),
                chapters=(Chapter(title=title, questions=(numbered,)),),
                contents_label=self._contents,
            ),
            self._templates,
        )


def _page_title(name: str) -> str:
    """The title of a new page: what the setting calls it."""
    return escape(PurePosixPath(name).name.removesuffix(".md"))


def _names(topic: Topic) -> tuple[str, ...]:
    return topic.name, topic.name_en
