"""JSON that a person or another program wrote, with the keys of the form and nothing else, becomes a page."""

from __future__ import annotations

import json

import pytest

from weekly.formats import from_json, parse, to_json
from weekly.formats.detect import detect
from weekly.render.documents import render
from weekly.render.environment import environment

ENVIRONMENT = environment()
DIGEST = {
    "format": "digest",
    "title": "A | B【AI周报】",
    "headlines": ["A", "B"],
    "cover": {"alt": "封面源自C站作者X", "url": "https://x.org/a.png", "credit": "X"},
    "summary": "本周亮点：A。",
    "items": [
        {
            "title": "A：一",
            "image": {"alt": "A Teaser 图", "url": "https://x.org/b.png"},
            "summary": "**A** 一。",
            "tags": ["a", "b"],
        },
        {"title": "B：二", "image": None, "summary": "二", "tags": []},
    ],
    "references": [{"label": "A 论文链接", "url": "https://arxiv.org/abs/1"}],
    "findings": [],
}
PAPER = {
    "title": "T",
    "date": "2025-10-01",
    "institutions": ["A", "B"],
    "venue": "ICCV 2025",
    "rating": "⭐️",
    "links": ["https://arxiv.org/abs/1"],
    "sections": [
        {"heading": "概述", "body": "b", "images": ["https://x.org/1.png"]},
        {"heading": "方法", "body": "1. a\n2. b", "images": []},
    ],
}
ENTRY = {
    "title": "X",
    "level": 1,
    "sections": [{"heading": "简介", "body": "b"}],
    "links": [{"label": "论文", "url": "https://arxiv.org/abs/1"}],
}
COLLECTION = {
    "format": "collection",
    "title": "LLM合集",
    "intro": "介绍",
    "toc": [{"text": "X", "anchor": ""}],
    "entries": [ENTRY],
    "footer": "**[⬆ 返回](../README.md)**",
}
QUESTION = {"id": "1.介绍一下X", "title": "1.介绍一下X", "body": "正文"}
HANDBOOK = {
    "format": "handbook",
    "toc": [{"text": "1.介绍一下X", "anchor": "1.介绍一下X"}],
    "chapters": [{"title": "第一章", "questions": [QUESTION]}],
}


def topic(**paper) -> dict:
    return {"format": "topic", "topics": [{"name": "Image", "papers": [{"title": "T", **paper}]}]}


def holds(given, found) -> None:
    """Everything that was *given* stands in what was *found*."""
    if isinstance(given, dict):
        for key, value in given.items():
            holds(value, found[key])
    elif isinstance(given, list):
        assert len(given) == len(found)
        for one, other in zip(given, found, strict=True):
            holds(one, other)
    else:
        assert given == found


@pytest.mark.parametrize(
    "data",
    [
        DIGEST,
        {"format": "digest", "headlines": ["A | C", "B"], "items": [{"title": "x", "summary": "y", "tags": ["q"]}]},
        {"format": "digest", "title": "A | B【AI周报】", "items": [{"title": "x", "summary": "y"}]},
        {"format": "topic", "topics": [{"name": "Image", "papers": [PAPER]}]},
        topic(date="2025-01-01", venue="ICCV"),
        topic(date="2025-01-01", rating="⭐️"),
        topic(institutions=["X"]),
        topic(),
        {"format": "topic", "topics": [{"name": "Image"}, {"name": "B"}]},
        COLLECTION,
        {**COLLECTION, "toc": []},
        {
            "format": "collection",
            "title": "T",
            "entries": [{**ENTRY, "level": 2}, {**ENTRY, "title": "Y", "links": []}],
        },
        HANDBOOK,
        {"format": "handbook", "chapters": [{"title": "", "questions": [{"id": "a b", "title": "A B", "body": ""}]}]},
        {"format": "handbook", "chapters": [{"title": "一", "questions": [{"id": "", "title": "A", "body": "x"}]}]},
        {"format": "handbook", "title": "手册", "toc": [], "chapters": [{"title": "一", "questions": [QUESTION]}]},
        {"format": "handbook", "title": "手册", "chapters": [{"title": "一", "questions": [QUESTION]}]},
    ],
)
def test_the_page_says_what_the_data_says(data):
    text = render(from_json(json.loads(json.dumps(data))), ENVIRONMENT)
    again = parse(text)
    holds({key: value for key, value in data.items() if key != "findings"}, to_json(again))
    assert render(again, ENVIRONMENT) == text


def test_the_contents_may_be_mere_texts():
    page = from_json({**COLLECTION, "toc": ["X", "Y"]})
    assert [line.text for line in page.toc] == ["X", "Y"]
    assert "\n1. X\n2. Y\n" in render(page, ENVIRONMENT)


def test_a_page_of_bulleted_links_with_names_is_a_collection():
    assert detect("# 工具\n\n## X\n\n一种工具。\n\n* 项目官网：https://x.org\n") == "collection"
