from __future__ import annotations

import difflib
from itertools import pairwise

import pytest
from hypothesis import given

from tests.formats.corpus import SHARED, texts
from tests.formats.hostile import bodies, words
from weekly.errors import ParseError
from weekly.formats import collection, handbook
from weekly.formats.collection import CollectionEntry, CollectionLink, CollectionSection
from weekly.formats.handbook import Question
from weekly.formats.line_marks import CONTENTS
from weekly.formats.lines import split
from weekly.formats.same_work import names

ENTRY = CollectionEntry(
    title="FantasyTalking – 音频驱动数字人",
    intro="一种框架。",
    sections=(
        CollectionSection(heading="核心功能", body="- 口型同步"),
        CollectionSection(heading="应用场景", body="# 数字人\n\n---"),
    ),
    links=(
        CollectionLink(label="论文", url="https://arxiv.org/abs/2504.04842v1"),
        CollectionLink(label="GitHub仓库", url="https://github.com/Fantasy-AMAP/fantasy-talking"),
    ),
)
QUESTION = Question(id="", title="介绍一下WeeklyTalking", body="### 要点\n\n```\n# code\n```\n\n第一章")
PAGE = """\
# T

## 目录
1. [A](#a)

## A

#### 简介
a

* 项目官网：https://a.org
* GitHub仓库：https://github.com/a/a
"""
CHAPTERS = """\
# 目录

## 第一章 甲
- [1.A](#1.A)
- [2.B](#2.B)

## 第二章 乙
- [1.C](#1.C)

## 第一章 甲

<h2 id="1.A">1.A</h2>

a

<h2 id="2.B">2.B</h2>

b

---

## 第二章 乙

<h2 id="1.C">1.C</h2>

c
"""


def added(old: str, new: str) -> list[str]:
    """The lines that *new* has and *old* has not; nothing else differs between the two."""
    delta = list(difflib.ndiff(old.splitlines(), new.splitlines()))
    assert [line for line in delta if line.startswith("- ")] == []
    return [line[2:] for line in delta if line.startswith("+ ")]


def test_an_entry_goes_behind_the_last_one_and_into_the_contents_in_the_style_of_the_page():
    assert added(PAGE, collection.append(PAGE, ENTRY)) == [
        "2. [FantasyTalking – 音频驱动数字人](#fantasytalking--音频驱动数字人)",
        "",
        "## FantasyTalking – 音频驱动数字人",
        "",
        "一种框架。",
        "",
        "#### 核心功能",
        "- 口型同步",
        "",
        "#### 应用场景",
        "\\# 数字人",
        "",
        "\\---",
        "",
        "* 论文：https://arxiv.org/abs/2504.04842v1",
        "* GitHub仓库：https://github.com/Fantasy-AMAP/fantasy-talking",
    ]


def test_numbered_entries_and_rules_between_them_go_on():
    text = "# T\n\n## 1.A\n\n#### 简介\na\n\n-----\n\n## 2.B\n\n#### 简介\nb\n\n-----\n\n**[⬆ 返回](#t)**\n"
    new = added(text, collection.append(text, ENTRY))
    assert "## 3.FantasyTalking – 音频驱动数字人" in new
    assert new[-2:] == ["-----", ""]


@pytest.mark.parametrize(
    "same",
    [
        CollectionEntry(title="2.fantasytalking–音频驱动数字人"),
        CollectionEntry(
            title="Another name", links=(CollectionLink(label="pdf", url="http://arxiv.org/pdf/2504.04842v3.pdf"),)
        ),
        CollectionEntry(
            title="Code", links=(CollectionLink(label="", url="https://github.com/fantasy-amap/Fantasy-Talking.git"),)
        ),
    ],
)
def test_a_work_that_the_page_has_already_changes_nothing(same):
    text = collection.append(PAGE, ENTRY)
    assert collection.append(text, same) == text


def test_line_ends_and_a_missing_last_one_are_respected():
    text = PAGE.replace("\n", "\r\n").removesuffix("\r\n")
    new = collection.append(text, ENTRY)
    assert new.startswith(text[:10])
    assert new.replace("\r\n", "").count("\n") == 0
    assert collection.parse(new).entries[-1].title == ENTRY.title


def test_a_question_goes_behind_the_last_of_its_chapter_with_the_next_number():
    assert added(CHAPTERS, handbook.append(CHAPTERS, QUESTION, chapter="第一章 甲")) == [
        "- [3.介绍一下WeeklyTalking](#3.介绍一下WeeklyTalking)",
        '<h2 id="3.介绍一下WeeklyTalking">3.介绍一下WeeklyTalking</h2>',
        "",
        "### 要点",
        "",
        "```",
        "# code",
        "```",
        "",
        "第一章",
        "",
    ]
    last = handbook.parse(handbook.append(CHAPTERS, QUESTION)).chapters[-1].questions[-1]
    assert last.title == "2.介绍一下WeeklyTalking"
    assert handbook.append(handbook.append(CHAPTERS, QUESTION), QUESTION) == handbook.append(CHAPTERS, QUESTION)


def test_counted_ids_are_counted_on():
    text = '# 目录\n\n[1. A](#q-009)\n\n<h1 id="q-009">1. A</h1>\n\na\n'
    new = added(text, handbook.append(text, QUESTION))
    assert new[:2] == ["[2. 介绍一下WeeklyTalking](#q-010)", ""]
    assert '<h1 id="q-010">2. 介绍一下WeeklyTalking</h1>' in new


RESERVED = {*collection.model.NAMES, *CONTENTS}
TAKEN = {name for title in (*RESERVED, "A", "B", "C") for name in names(title)}


@given(words().filter(lambda title: not names(title) & TAKEN and title not in RESERVED), bodies())
def test_whatever_is_appended_reads_back_and_is_not_appended_twice(title, body):
    body = body.replace("\r\n", "\n")
    question = Question(id="", title=title, body=body)
    text = handbook.append(CHAPTERS, question)
    assert handbook.parse(text).chapters[-1].questions[-1].body == body
    assert handbook.append(text, question) == text
    entry = CollectionEntry(
        title=title,
        sections=(CollectionSection(heading="简介", body=body),),
        links=(CollectionLink(label=title, url="http://x.org"),),
    )
    page = collection.append(PAGE, entry)
    assert collection.parse(page).entries[-1].sections == (CollectionSection(heading="简介", body=body),)
    assert collection.append(page, entry) == page


def test_every_collection_at_hand_grows_by_added_lines_alone():
    for name, text in texts("collection").items():
        new = collection.append(text, ENTRY)
        assert added(text, new), name
        before, after = collection.parse(text), collection.parse(new)
        assert after.entries[-1].sections == ENTRY.sections or name.endswith("README.md"), name
        assert len(after.entries) == len(before.entries) + 1, name
        assert len(after.toc or ()) == len(before.toc or ()) + bool(before.toc), name
        assert len(after.findings) == len(before.findings), name
        assert collection.append(new, ENTRY) == new, name


def test_every_handbook_at_hand_grows_by_added_lines_alone(drawn):
    for name, text in drawn([*texts("handbook").items()], 5):
        new = handbook.append(text, QUESTION)
        assert added(text, new), name
        before, after = handbook.parse(text), handbook.parse(new)
        assert sum(len(chapter.questions) for chapter in after.chapters) == 1 + sum(
            len(chapter.questions) for chapter in before.chapters
        ), name
        assert len(after.toc or ()) == len(before.toc or ()) + bool(before.toc), name
        assert len(after.findings) == len(before.findings), name
        assert handbook.append(new, QUESTION) == new, name


def test_the_page_whose_history_is_known_grows_as_its_editors_let_it(drawn):
    versions = sorted((SHARED / "corpus" / "collection_history").glob("*.md"))
    if not versions:
        pytest.skip(f"no page history in {SHARED}: set WEEKLY_SHARED")
    for old, new in drawn([*pairwise(versions)], 3):
        old_text, new_text = old.read_bytes().decode(), new.read_bytes().decode()
        known = {entry.title for entry in collection.parse(old_text).entries}
        for entry in collection.parse(new_text).entries:
            if entry.title in known:
                assert collection.append(old_text, entry) == old_text
                continue
            grown = collection.append(old_text, entry)
            new_lines = [line for line in added(old_text, grown) if line]
            again = collection.parse(grown).entries[-1]
            assert (again.title, again.intro, again.links) == (entry.title, entry.intro, entry.links)
            assert [section.body for section in again.sections] == [section.body for section in entry.sections]
            assert len(new_lines) <= 2 + sum(bool(line.text) for line in split(whole(entry)))


def whole(entry: CollectionEntry) -> str:
    parts = [entry.title, entry.intro, *(f"{each.heading}\n{each.body}" for each in entry.sections)]
    return "\n".join([*parts, *(link.url for link in entry.links)])


def test_numbered_contents_and_rules_behind_every_question_go_on():
    text = (
        "# 目录\n\n1. [1.A](#1.A)\n2. [2.B](#2.B)\n\n"
        '<h2 id="1.A">1.A</h2>\n\na\n\n---\n\n<h2 id="2.B">2.B</h2>\n\nb\n\n---\n'
    )
    new = added(text, handbook.append(text, QUESTION))
    assert new[0] == "3. [3.介绍一下WeeklyTalking](#3.介绍一下WeeklyTalking)"
    assert new[-1] == "---"


@pytest.mark.parametrize("mark", ["-%.0s", "%s."])
def test_numbers_count_every_question_whatever_the_last_ones_are_called(mark):
    titles = ["1. 介绍一下 A", "2. 面试问题：B", "3. 面试问题：C"]
    listing = "\n".join(f"{mark % title[0]} [{title}](#q-{title[0]})" for title in titles)
    text = f"# 目录\n\n{listing}\n\n" + "\n".join(f'<h2 id="q-{each[0]}">{each}</h2>\n\na\n' for each in titles)
    new = added(text, handbook.append(text, QUESTION))
    assert new[0] == f"{mark % 4} [4. 介绍一下WeeklyTalking](#q-4)"
    assert '<h2 id="q-4">4. 介绍一下WeeklyTalking</h2>' in new


def test_an_id_that_is_taken_gets_a_number():
    text = CHAPTERS.replace('id="1.C">1.C', 'id="2.介绍一下WeeklyTalking">1.C')
    assert '<h2 id="2.介绍一下WeeklyTalking-1">2.介绍一下WeeklyTalking</h2>' in added(
        text, handbook.append(text, QUESTION)
    )


def test_a_chapter_that_is_not_there_is_the_last_one():
    assert handbook.append(CHAPTERS, QUESTION, chapter="第九章") == handbook.append(CHAPTERS, QUESTION)


def test_a_page_that_never_closes_its_code_is_not_appended_to_with_code():
    with pytest.raises(ParseError, match="line 27: the code that begins here is never closed"):
        handbook.append(CHAPTERS + "```\nopen\n", QUESTION)


def test_an_english_page_that_was_grown_with_other_labels_is_read_by_its_works(shared):
    text = (shared / "cases" / "documents" / "grow" / "en_collection_llm.md").read_text(encoding="utf-8")
    page = collection.parse(text)
    assert [entry.title for entry in page.entries] == [line.text for line in page.toc]
    assert {len(entry.sections) for entry in page.entries} == {4}


def test_another_work_of_the_same_name_is_added(shared):
    text = (shared / "cases" / "documents" / "grow" / "same_name_other_work_c.md").read_text(encoding="utf-8")
    link = CollectionLink(label="论文", url="https://arxiv.org/abs/2504.08672")
    entry = CollectionEntry(title="Genius", sections=ENTRY.sections, links=(link,))
    assert "3. [Genius](#genius-1)" in added(text, collection.append(text, entry))
