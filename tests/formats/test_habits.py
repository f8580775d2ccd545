"""A page grows as its author lets it grow: numbers, ids, levels and places are those of the page."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from tests.formats.corpus import SHARED, texts
from weekly.formats import collection, handbook
from weekly.formats.collection import CollectionEntry, CollectionSection
from weekly.formats.collection.parse import read as read_collection
from weekly.formats.handbook import Question
from weekly.formats.handbook.parse import read as read_handbook

NUMBER = re.compile(r"\d+[ \t]*[.、．][ \t]*(?!\d)")


def grown(*titles, title="介绍一下X", level=2):
    """Heading and contents line of a question on a page that has others with these ids and titles."""
    toc = "".join(f"- [{text}](#{id_})\n" for id_, text in titles)
    body = "".join(f'<h{level} id="{id_}">{text}</h{level}>\n\na\n\n' for id_, text in titles)
    old = f"# 目录\n\n{toc}\n{body}"
    new = handbook.append(old, Question(id="", title=title, body="x"))
    line, heading = (line for line in new.splitlines() if title.rpartition("：")[2] in line)
    assert line.startswith("- [")
    return heading


@pytest.mark.parametrize(
    ("titles", "title", "heading"),
    [
        ([("1.介绍一下A", "1.介绍一下A"), ("2.介绍一下B-C", "2.介绍一下B C")], "介绍一下X Y", '<h2 id="3.介绍一下X-Y">3.介绍一下X Y</h2>'),
        ([("1.什么是A B", "1.什么是A B？"), ("2.什么是C D", "2.什么是C D？")], "什么是X Y？", '<h2 id="3.什么是X Y">3.什么是X Y？</h2>'),
        ([("what-is-a-b", "What is A, B?"), ("what-is-c", "What is C?")], "What is X, Y?", '<h2 id="what-is-x-y">What is X, Y?</h2>'),
        ([("1.AB如何", "1.A、B如何？"), ("2.CD如何", "2.C/D如何？")], "X、Y如何？", '<h2 id="3.XY如何">3.X、Y如何？</h2>'),
        ([("q-1", "问题1：A？"), ("q-2", "问题2：B？")], "X？", '<h2 id="q-3">问题3：X？</h2>'),
        ([("q-1", "问题1：A？"), ("q-2", "问题2：B？")], "问题9：X？", '<h2 id="q-3">问题3：X？</h2>'),
        ([("q-1", "1. A"), ("q-2", "面试问题：B？"), ("q-3", "面试问题：C？")], "介绍一下X", '<h2 id="q-4">2. 介绍一下X</h2>'),
        ([("q-1", "1. A"), ("q-2", "面试问题：B？"), ("q-3", "面试问题：C？")], "面试问题：X？", '<h2 id="q-4">面试问题：X？</h2>'),
        ([("a", "A"), ("b", "B")], "X", '<h2 id="x">X</h2>'),
    ],
)  # fmt: skip
def test_number_and_id_are_made_as_the_page_makes_them(titles, title, heading):
    assert grown(*titles, title=title) == heading


def test_a_page_whose_questions_are_headings_of_markdown_gets_one_more_of_them():
    old = "# 目录\n\n- [1. A](#1-a)\n- [2. B](#2-b)\n\n### 1. A\n\na\n\n### 2. B\n\nb\n"
    new = handbook.append(old, Question(id="", title="C?", body="c"))
    assert (
        new
        == "# 目录\n\n- [1. A](#1-a)\n- [2. B](#2-b)\n- [3. C?](#3-c)\n\n### 1. A\n\na\n\n### 2. B\n\nb\n\n### 3. C?\n\nc\n"
    )
    assert handbook.append(new, Question(id="", title="C?", body="c")) == new


ENTRY = CollectionEntry(title="X", sections=(CollectionSection(heading="简介", body="x"),))


@pytest.mark.parametrize(
    ("headings", "heading"),
    [
        (["# 1.A", "# 2.B"], "# 3.X"),
        (["# 1.A", "# 1.B", "# 2.C"], "## X"),
        (["# 1.A", "# 1.B", "## C", "# 2.D"], "## X"),
        (["## A", "## B"], "## X"),
        (["### 1.A", "### 1.B"], "### X"),
    ],
)
def test_an_entry_is_on_the_level_of_those_that_are_written_like_it(headings, heading):
    old = "# T\n\n" + "".join(f"{each}\n\n#### 简介\na\n\n" for each in headings)
    new = collection.append(old, ENTRY)
    assert [line for line in new.splitlines() if line.endswith("X")] == [heading]


@pytest.mark.parametrize(
    ("titles", "title", "shown"),
    [
        (["3.C", "2.B", "1.A"], "X", ["4.X", "3.C", "2.B", "1.A"]),
        (["2025-03 C", "2025-01 B", "2024-12 A"], "X", ["X", "2025-03 C", "2025-01 B", "2024-12 A"]),
        (["2024-12 A", "2025-01 B", "2025-03 C"], "X", ["2024-12 A", "2025-01 B", "2025-03 C", "X"]),
        (["Ant", "Bee", "cat", "Dog", "Zebra"], "Xerus", ["Ant", "Bee", "cat", "Dog", "Xerus", "Zebra"]),
        (["Ant", "Bee", "cat", "Dog", "Zebra"], "犬", ["Ant", "Bee", "cat", "Dog", "Zebra", "犬"]),
        (["Ant", "Bee", "cat", "Dog", "Zebra"], "Ant (again)", ["Ant", "Ant (again)", "Bee", "cat", "Dog", "Zebra"]),
        (["Ant", "Bee", "cat", "Dog", "Xerus!"], "Xerus", ["Ant", "Bee", "cat", "Dog", "Xerus!"]),
        (["Ant", "Dog", "Bee", "cat", "Zebra"], "Xerus", ["Ant", "Dog", "Bee", "cat", "Zebra", "Xerus"]),
    ],
)
def test_an_entry_stands_where_the_order_of_the_page_has_its_place(titles, title, shown):
    toc = "".join(f"{number}. {text}\n" for number, text in enumerate(titles, 1))
    body = "".join(f"## {text}\n\n#### 简介\na\n\n-----\n\n" for text in titles)
    old = f"# T\n\n## 目录\n{toc}\n{body}"
    page = collection.parse(collection.append(old, replace(ENTRY, title=title)))
    assert [entry.title for entry in page.entries] == [line.text for line in page.toc] == shown
    assert collection.append(old, replace(ENTRY, title=title)).count("-----") == len(shown)


def test_a_rule_between_entries_parts_the_new_one_too():
    old = "# T\n\n## A\n\n#### 简介\na\n\n---\n\n## B\n\n#### 简介\nb\n"
    new = collection.append(old, ENTRY)
    assert new == f"{old}\n---\n\n## X\n\n#### 简介\nx\n"
    assert collection.append(new, replace(ENTRY, title="Y")).endswith("x\n\n---\n\n## Y\n\n#### 简介\nx\n")


@pytest.mark.parametrize(("numbers", "title"), [((1, 2, 1, 2), "3. X"), ((1, 2, 3, 4), "5. X"), ((0, 0, 0, 0), "X")])
def test_a_group_of_entries_is_counted_by_itself_unless_the_page_counts_through(numbers, title):
    heads = [
        f"## {number}. {letter}" if number else f"## {letter}" for number, letter in zip(numbers, "abcd", strict=True)
    ]
    parts = [f"{head}\n\n#### 简介\na\n\n" for head in heads]
    old = "".join(["# T\n\n# One\n\n", *parts[:2], "# Two\n\n", *parts[2:]])
    entries = [each.title for each in collection.parse(collection.append(old, ENTRY, group="One")).entries]
    assert entries.index(title) == (6 if title == "5. X" else 3)


def _without(lines, drop):
    return "".join(line.raw for line in lines if line.number not in drop)


def _last_questions(text):
    """The page without each of the last three questions of its chapters, the question, and its chapter's title."""
    page, places, lines = read_handbook(text)
    first = 0
    for index, chapter in enumerate(page.chapters):
        count = len(chapter.questions)
        end = places.chapters[index + 1] if index + 1 < len(places.chapters) else len(lines) + 1
        for back in range(1, min(count - 1, 3) + 1):
            gone = chapter.questions[count - back :]
            listed = {each.id for each in gone} | {each.title for each in gone}
            marks = zip(places.toc, page.toc or (), strict=True)
            drop = {
                line for (line, _), entry in marks if listed & {entry.anchor.removeprefix("user-content-"), entry.text}
            }
            yield _without(lines, drop | {*range(places.questions[first + count - back], end)}), gone[0], chapter.title
        first += count


@pytest.mark.sample(1, of="pages at hand grow back")
def test_questions_taken_away_grow_back_as_they_were():
    same, tried = Counter(), 0
    for text in texts("handbook").values():
        for old, question, chapter in _last_questions(text):
            bare = Question(id="", title=NUMBER.sub("", question.title, count=1), body=question.body)
            new = handbook.append(old, bare, chapter)
            before = Counter((each.id, each.title) for one in handbook.parse(old).chapters for each in one.questions)
            after = [(one, each) for one in handbook.parse(new).chapters for each in one.questions]
            place = next(((one, each) for one, each in after if not before[each.id, each.title]), None)
            if place is None:
                continue  # the page had it twice
            tried += 1
            same.update(
                number=place[1].number == question.number,
                id=place[1].id == question.id,
                title=place[1].title == question.title,
                level=place[1].level == question.level,
                chapter=place[0].title == chapter,
            )
    shares = {name: count / tried for name, count in same.items()}
    assert tried > 150
    assert min(shares["number"], shares["title"], shares["level"]) > 0.97, shares
    assert shares["id"] > 0.92, shares
    assert shares["chapter"] > 0.97, shares  # two chapters of a page may have one title


@pytest.mark.sample(1, of="pages at hand grow back")
def test_entries_taken_away_grow_back_as_they_were():
    same, tried = Counter(), 0
    for text in texts("collection").values():
        page, places, lines = read_collection(text)
        for back in range(1, min(len(page.entries) - 1, 6) + 1):
            entry, gone = page.entries[-back], {each.title for each in page.entries[-back:]}
            if not entry.sections or not entry.title:
                continue
            drop = {line for (line, _), each in zip(places.toc, page.toc or (), strict=True) if each.text in gone}
            end = places.footer or len(lines) + 1
            old = _without(lines, drop | {*range(places.entries[-back], end)})
            new = collection.append(old, replace(entry, level=1, layout=()))
            if new == old:
                continue  # the page had it twice
            last = collection.parse(new).entries[-1]
            tried += 1
            same.update(title=last.title == entry.title, level=last.level == entry.level)
    assert tried > 80
    assert same["title"] == tried
    assert same["level"] > 0.9 * tried, same


@pytest.mark.sample(1, of="pages at hand grow back")
def test_the_page_whose_history_is_known_gets_its_titles_on_their_levels():
    versions = sorted((SHARED / "corpus" / "collection_history").glob("*.md"))
    if not versions:
        pytest.skip(f"no page history in {SHARED}: set WEEKLY_SHARED")
    for old, new in pairwise(path.read_bytes().decode() for path in versions):
        known = {entry.title for entry in collection.parse(old).entries}
        for entry in collection.parse(new).entries:
            if entry.title not in known:
                last = collection.parse(collection.append(old, replace(entry, layout=(), level=1))).entries[-1]
                assert (last.title, last.level) == (entry.title, entry.level)


@pytest.mark.sample(1, of="pages at hand grow back")
def test_the_chapter_whose_history_is_known_gets_its_questions_as_it_did():
    versions = sorted((SHARED / "corpus" / "handbook").glob("*_20??-??-??_*.md"), key=lambda path: path.name[7:])
    if not versions:
        pytest.skip(f"no chapter history in {SHARED}: set WEEKLY_SHARED")
    same, tried = Counter(), 0
    for path, later in pairwise(versions):
        text = path.read_bytes().decode()
        for chapter in handbook.parse(later.read_bytes().decode()).chapters:
            for question in chapter.questions:
                bare = NUMBER.sub("", question.title, count=1)
                new = handbook.append(text, Question(id="", title=bare, body=question.body), chapter.title)
                if new == text:
                    continue
                text, place = new, handbook.parse(new).chapters[-1].questions[-1]
                tried += 1
                same.update(title=place.title == question.title, id=place.id == question.id, level=place.level == 2)
    assert tried > 60
    assert (same["title"], same["level"]) == (tried, tried)
    assert same["id"] >= tried - 2


def test_a_chapter_that_is_begun_on_a_page_whose_chapters_count_their_own_begins_at_one():
    page = '# 目录\n\n## 图像\n\n<h2 id="q-001">1. 甲</h2>\n\n一\n\n<h2 id="q-002">2. 乙</h2>\n\n二\n\n'
    page += '## 视频\n\n<h2 id="q-003">1. 丙</h2>\n\n三\n\n<h2 id="q-004">2. 丁</h2>\n\n四\n'
    grown = handbook.append(page, Question(id="", title="介绍一下戊", body="五"), "语音", opened=True)
    assert grown.startswith(page.rstrip("\n"))
    assert '## 语音\n\n<h2 id="q-005">1. 介绍一下戊</h2>\n\n五' in grown
