"""What a text is, by what only one of the four forms has."""

from __future__ import annotations

import re

import pytest

from tests.formats.corpus import texts
from weekly import formats
from weekly.errors import ParseError


@pytest.mark.parametrize(
    "text",
    [
        "# 读书笔记\n\n## 摘要\n\n一周见闻。\n",
        "# 笔记\n\n## 参考链接\n\n- [UNO](https://arxiv.org/abs/2504.02160)\n",
        "# Notes\n\n1. one\n2. two\n",
    ],
)
def test_a_note_is_none_of_them(text):
    with pytest.raises(ParseError, match="none of digest"):
        formats.parse(text)


def test_a_chapter_whose_questions_are_headings_of_markdown_is_a_handbook_whatever_its_answers_say():
    """With its contents and without; a chapter of 440 kB too."""
    for name, text in texts("handbook").items():
        markdown = re.sub(
            r'<h(\d)[^>]*id="[^"]*"[^>]*>(.*?)</h\d>', lambda match: "#" * int(match[1]) + " " + match[2], text
        )
        asked = len(re.findall(r"^#+ +\d+[.、].*(?:？|什么|介绍|哪些|区别|如何)", markdown, re.MULTILINE))
        if asked < 5:
            continue
        whole = markdown + "\n" + "x" * max(0, 440_000 - len(markdown))
        page = formats.parse(whole)
        assert formats.name_of(page) == "handbook", name
        assert sum(len(chapter.questions) for chapter in page.chapters) >= asked // 2, name


def test_numbered_headings_are_the_questions_of_a_page_that_has_no_other():
    page = formats.parse("# 面试\n\n## 1. 什么是A？\n\n### 1. 细节\n\na\n\n## 2. 介绍一下B\n\nb\n")
    assert [question.title for chapter in page.chapters for question in chapter.questions] == [
        "1. 什么是A？",
        "2. 介绍一下B",
    ]
