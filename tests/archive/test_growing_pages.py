"""Weeks that are published, in both languages: pages that hold each work once, read back, and lead where they say."""

from __future__ import annotations

import random
import re
import shutil
import time
from html.parser import HTMLParser
from threading import Thread
from urllib.parse import unquote

import pytest
from cmarkgfm import cmark
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.cards import a_card
from tests.formats.hostile import words
from weekly import formats
from weekly.archive.folder import hashes
from weekly.archive.grow import grow
from weekly.archive.importing import import_documents
from weekly.errors import StageError
from weekly.formats.anchors import Slugger, slug
from weekly.models import Draft, Fact, Link, LinkKind, Section
from weekly.render.documents import render
from weekly.text.vocabulary import vocabulary
from weekly.workspace import open_workspace

NAMES = (
    "open_clip", "*x*", "_a_", "a_b_", "#1", "C #", "`code`", "<b>", "a < b", "x & y", "&lt;", "C++", "C#", "C", "R1-V", "R1V",
    "Qwen2.5", "Qwen25", "3D", "2.5D", "~x~", "(a", "\\", "Genius", "Genius", "1. A", "- a", "a|b", "$x$", "视频 生成", "**",
)  # fmt: skip
CASES = {"collection": "collections/all.md", "handbook": "handbook/all.md", "topic": "topics/agents/{week}.md"}


@pytest.fixture(scope="module")
def growing(demo_week, tmp_path_factory):
    """A workspace whose topic `agents` has a collection and a handbook."""
    root = tmp_path_factory.mktemp("growing")
    settings_of = (demo_week / "weekly.toml").read_text(encoding="utf-8")
    pages = '[[topics]]\nslug = "agents"\nname = "智能体"\nname_en = "Agents"\ncollection = "all"\nhandbook = "all"\n'
    (root / "weekly.toml").write_text(f"{settings_of}\n{pages}", encoding="utf-8")
    with open_workspace(root) as workspace:
        yield workspace


@pytest.fixture
def empty(growing):
    shutil.rmtree(growing.archive, ignore_errors=True)
    return growing


def made_card(number, name, language):
    """A card of a work with an arXiv id of its own."""
    link = Link(kind=LinkKind.PAPER, url=f"https://arxiv.org/abs/2504.{number:05}", origin="arxiv")
    sections = [
        Section(publication=publication, heading=heading, body=f"{heading} {number}.")
        for publication, headings in vocabulary(language).sections.items()
        for heading in headings
    ]
    facts = (Fact(name="date", value="2025-04-07", origin="arxiv"),)
    return a_card(number, name=name, topic="agents", links=(link,), sections=tuple(sections), facts=facts)


def draft(week, numbered, language):
    cards = tuple(made_card(number, name, language) for number, name in numbered)
    return Draft(week=f"2025-W{week:02}", language=language, headlines=("A",), summary="B.", cards=cards)


def page(workspace, kind, week=""):
    path = workspace.archive / CASES[kind].format(week=week)
    return formats.parse(path.read_bytes().decode(), kind), path.read_bytes().decode()


class Places(HTMLParser):
    """The anchors of a page as GitHub gives them to what it shows, and where the page's links lead."""

    def __init__(self, html):
        super().__init__()
        self.slugger, self.heading, self.ids, self.targets = Slugger(), None, set(), []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        told = dict(attributes)
        if re.fullmatch("h[1-6]", tag):
            self.heading = ""
        self.ids.add(told.get("id"))
        if tag == "a" and told.get("href", "").startswith("#"):
            self.targets.append(unquote(told["href"][1:]))

    def handle_endtag(self, tag):
        if re.fullmatch("h[1-6]", tag):
            self.ids.add(self.slugger.slug(self.heading.strip(" \t\n")))
            self.heading = None

    def handle_data(self, data):
        if self.heading is not None:
            self.heading += data


def places(markdown):
    """As cmark-gfm reads the page: what GitHub itself renders with."""
    extensions = ["table", "strikethrough", "autolink"]
    return Places(cmark.markdown_to_html_with_extensions(markdown, cmark.Options.CMARK_OPT_UNSAFE, extensions))


RESERVED = {word.casefold() for language in ("zh", "en") for word in (
    vocabulary(language).contents, *vocabulary(language).also, *(each for names in vocabulary(language).sections.values() for each in names)
)}  # fmt: skip
WEEKS = st.lists(
    st.lists(
        st.sampled_from(NAMES) | words().filter(lambda name: name == name.strip() and name.casefold() not in RESERVED),
        max_size=4,
    ),
    max_size=3,
)


@settings(max_examples=10)
@given(weeks=WEEKS, language=st.sampled_from(["zh", "en"]))
@example(weeks=[["open_clip", "**标签**：#a", "**标签**：#a", "open_clip"]], language="zh")
def test_every_work_stands_once_on_a_page_that_reads_back(growing, weeks, language):
    shutil.rmtree(growing.archive, ignore_errors=True)
    numbers = iter(range(1, 100))
    drafts = [draft(week, [(next(numbers), name) for name in names], language) for week, names in enumerate(weeks, 10)]
    for each in (*drafts, *drafts):
        grow(growing, each)
    works = [card for each in drafts for card in each.cards]
    for each in drafts:
        if each.cards:
            assert sum(len(topic.papers) for topic in page(growing, "topic", each.week)[0].topics) == len(each.cards)
    if not works:
        return
    for kind in ("collection", "handbook"):
        document, text = page(growing, kind)
        again = formats.from_json(formats.to_json(document))
        assert render(again, growing.environment) == text
        assert counts(document) == (len(works), len(works))
        assert not [one for one in document.findings if one.kind not in {"zero-width", "malformed-link"}]
        led = places(text)
        assert len(led.targets) >= sum(bool(slug(card.name)) for card in works)  # of marks alone nothing is made
        assert set(led.targets) <= led.ids


def counts(document):
    """Works, and lines of the contents."""
    if hasattr(document, "entries"):
        return len(document.entries), len(document.toc)
    return sum(len(chapter.questions) for chapter in document.chapters), len(document.toc)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_new_page_speaks_its_language_and_is_read_by_it(empty, language):
    grow(empty, draft(10, [(1, "Alpha"), (2, "Beta")], language))
    say = vocabulary(language)
    collection, text = page(empty, "collection")
    assert f"\n## {say.contents}\n\n1. [Alpha](#alpha)\n2. [Beta](#beta)\n" in text
    assert [[each.heading for each in entry.sections] for entry in collection.entries] == [
        [*say.sections["collection"]]
    ] * 2
    handbook, text = page(empty, "handbook")
    assert f"# {say.contents}\n" in text
    assert [each.title for each in handbook.chapters[0].questions] == [
        f"{number}. {say.question % name}" for number, name in ((1, "Alpha"), (2, "Beta"))
    ]
    topic, _ = page(empty, "topic", "2025-W10")
    assert [[each.heading for each in paper.sections] for paper in topic.topics[0].papers] == [
        [*say.sections["topic"]]
    ] * 2


def test_two_works_of_one_name_both_stand_and_one_that_is_there_is_said_to_be(empty, caplog):
    grow(empty, draft(10, [(1, "Genius"), (2, "Genius")], "zh"))
    assert not caplog.messages
    grow(empty, draft(11, [(1, "Genius, once more")], "zh"))
    assert caplog.messages == [
        "collections/all.md stays as it is: it has Genius, once more already",
        "handbook/all.md stays as it is: it has Genius, once more already",
    ]
    assert counts(page(empty, "collection")[0]) == counts(page(empty, "handbook")[0]) == (2, 2)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("collection", "# 合集\n"),
        ("collection", "# 合集\n\n三十个模型。\n\n## 目录"),
        ("collection", ""),
        ("handbook", "# 目录\n"),
        ("handbook", "# 手册\n\n前言。\n"),
        ("handbook", "\n"),
    ],
)
def test_a_page_with_only_a_title_grows_by_added_lines(empty, kind, text):
    path = empty.archive / CASES[kind]
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    for week in (10, 11):
        grow(empty, draft(week, [(week, f"Work {week}")], "zh"))
    document, grown = page(empty, kind)
    assert grown.startswith(text.strip("\n"))
    assert counts(document) == (2, 2)
    assert not document.findings
    assert set(places(grown).targets) <= places(grown).ids


@pytest.mark.parametrize("kind", ["collection", "handbook"])
def test_a_page_that_a_merge_left_undecided_stops_with_its_line(empty, kind):
    grow(empty, draft(10, [(1, "Alpha")], "zh"))
    path = empty.archive / CASES[kind]
    text = path.read_text(encoding="utf-8").replace(
        "2504.00001", "2504.00001)\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> mine\n("
    )
    path.write_text(text, encoding="utf-8")
    line = text[: text.index("<<<<<<<")].count("\n") + 1
    before = hashes(empty.archive)
    with pytest.raises(StageError, match=rf"{CASES[kind]}: line {line}: a merge left '<<<<<<< HEAD' here"):
        grow(empty, draft(11, [(2, "Beta")], "zh"))
    assert hashes(empty.archive)[CASES[kind]] == before[CASES[kind]]


def test_what_an_editor_saves_while_the_page_grows_is_not_lost(empty, drawn):
    """One hundred races, in a sample twenty: an editor who has opened the page saves it at some moment while a work is added."""
    grow(empty, draft(10, [(1, "Alpha")], "zh"))
    path = empty.archive / CASES["collection"]
    moments = random.Random(7)
    for race in drawn(range(2, 102), 20):
        line = f"\n<!-- {race} -->\n".encode()
        saved = path.read_bytes() + line
        adding = Thread(target=grow, args=(empty, draft(10, [(race, f"Work {race}")], "zh")))
        adding.start()
        time.sleep(moments.random() * 0.03)
        if race % 2:
            path.write_bytes(saved)
        else:
            other = path.with_suffix(".saved")
            other.write_bytes(saved)
            other.replace(path)
        adding.join()
        assert line.strip() in path.read_bytes(), race


def test_a_page_that_comes_as_json_is_kept_as_markdown_and_grows(empty, shared, tmp_path):
    shutil.copyfile(shared / "cases" / "documents" / "json" / "video.json", tmp_path / "all.json")
    for _ in range(2):
        report = import_documents(empty, [tmp_path / "all.json"])
        assert not report.faults
    assert [entry.title for entry in page(empty, "collection")[0].entries] == ["X"]
    grow(empty, draft(10, [(1, "Alpha")], "zh"))
    document, text = page(empty, "collection")
    assert [entry.title for entry in document.entries] == ["X", "Alpha"]
    assert "1. [X](#x)\n2. [Alpha](#alpha)\n" in text


@pytest.mark.parametrize("text", ['{"format": "collection", "title": "x', '{"format": "collection",}', "{" * 100_000])
def test_a_page_of_broken_json_is_named_and_the_others_come_in(empty, tmp_path, text):
    (tmp_path / "broken.json").write_text(text, encoding="utf-8")
    (tmp_path / "whole.json").write_text(
        '{"format": "collection", "entries": [{"title": "A work of its own name and title", "level": 2}]}'
    )
    report = import_documents(empty, [tmp_path / "broken.json", tmp_path / "whole.json"])
    assert [document.works for document in report.documents] == [1]
    (fault,) = report.faults
    assert fault.startswith(f"{tmp_path / 'broken.json'}: not valid JSON: ")
    assert "\n" not in fault
