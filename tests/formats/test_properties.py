"""What is written reads back as what was meant, whatever stands in it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.formats.hostile import bodies, urls, words
from weekly.formats import Document, collection, digest, from_json, parse, to_json, topic
from weekly.formats.collection import Collection, CollectionEntry
from weekly.formats.digest import EN, ZH, Cover, Digest, Image, Item, Reference
from weekly.formats.handbook import Chapter, Handbook, Question
from weekly.formats.line_marks import CONTENTS
from weekly.formats.topic import Paper, PaperTopic, TopicPage
from weekly.render.documents import render
from weekly.render.environment import environment

ENVIRONMENT = environment()
RESERVED = {*collection.model.NAMES, *digest.model.REFERENCES, *CONTENTS}
TITLES = words().filter(lambda text: text.strip("*:： ").casefold() not in {word.casefold() for word in RESERVED})
"""Titles that are not a word of the form itself."""
HEADLINES = words().filter(lambda text: not digest.model.TAIL.search(text))
TAGS = words(without="、，,").map(lambda text: "".join(text.split())).filter(bool)


def tuples(strategy: st.SearchStrategy, least: int = 0) -> st.SearchStrategy:
    return st.lists(strategy, min_size=least, max_size=3).map(tuple)


ITEMS = st.builds(
    Item,
    title=TITLES,
    image=st.none() | st.builds(Image, alt=words(), url=urls()),
    summary=bodies(),
    tags=tuples(TAGS),
)
DIGESTS = st.builds(
    Digest,
    headlines=tuples(HEADLINES, 1),
    cover=st.none() | st.builds(Cover, alt=words(), url=urls()),
    summary=bodies(),
    items=tuples(ITEMS, 1),
    references=tuples(st.builds(Reference, label=words(), url=urls())),
    labels=st.sampled_from([ZH, EN]),
)
PAPERS = st.builds(
    Paper,
    title=TITLES,
    date=st.dates().map(str),
    institutions=tuples(words()),
    venue=st.just("") | words().filter(lambda text: not topic.model.RATING.fullmatch(text)),
    rating=st.sampled_from(["", "⭐️", "⭐️🟡"]),
    links=tuples(urls()),
    sections=tuples(
        st.builds(topic.PaperSection, heading=words(), body=st.just("") | bodies(), images=tuples(urls())),
    ),
)
TOPICS = st.builds(TopicPage, topics=tuples(st.builds(PaperTopic, name=words(), papers=tuples(PAPERS, 1)), 1))
ENTRIES = st.builds(
    CollectionEntry,
    title=TITLES,
    level=st.integers(1, 3),
    intro=st.just("") | bodies(),
    sections=tuples(
        st.builds(
            collection.CollectionSection, heading=st.sampled_from(collection.model.NAMES), body=st.just("") | bodies()
        ),
        1,
    ),
    links=tuples(st.builds(collection.CollectionLink, label=words(), url=urls())),
)
CONTENTS_LABELS = st.sampled_from(CONTENTS)
COLLECTIONS = st.builds(
    Collection,
    title=TITLES,
    intro=st.just("") | bodies(),
    entries=tuples(ENTRIES, 1),
    contents_label=CONTENTS_LABELS,
)
QUESTIONS = tuples(st.builds(Question, id=words(), title=words(), body=st.just("") | bodies()), 1)
CHAPTERS = st.builds(Chapter, title=TITLES, questions=QUESTIONS) | st.builds(
    Chapter, title=words().map("第二章 {}".format), intro=bodies(), questions=QUESTIONS
)
HANDBOOKS = st.builds(Handbook, chapters=tuples(CHAPTERS, 1), contents_label=CONTENTS_LABELS)


def assert_reads_back(document: Document, name: str) -> None:
    text = render(document, ENVIRONMENT)
    again = parse(text, name)
    assert again == document
    assert from_json(to_json(again)) == again


@given(DIGESTS)
def test_issues_read_back(document):
    assert_reads_back(document, "digest")


@given(TOPICS)
def test_topic_pages_read_back(document):
    assert_reads_back(document, "topic")


@given(COLLECTIONS)
def test_collections_read_back(document):
    assert_reads_back(document, "collection")


@given(HANDBOOKS)
def test_handbooks_read_back(document):
    assert_reads_back(document, "handbook")
